// Flat lithium with a dome at both side walls: above its centre a quarter of a disc, below it a part
// of one, so that the domes meet above the flat lithium.  Lengths in micrometres.
SetFactory("OpenCASCADE");
DefineConstant[
  radius = {3.5, Min 0.5, Name "Lithium/1 Radius of the domes"},
  centre = {3, Min 0.1, Name "Lithium/2 Height of their centres"},
  base   = {1, Min 0.1, Name "Lithium/3 Thickness"},
  width  = {8, Min 1, Name "Box/1 Width"},
  height = {9, Min 1, Name "Box/2 Height of the electrolyte"}
];
Rectangle(1) = {0, -base, 0, width, height + base};
Rectangle(2) = {0, -base, 0, width, base};
Disk(3) = {0, centre, 0, radius};
Disk(4) = {width, centre, 0, radius};
metal() = BooleanUnion{ Surface{2}; Delete; }{ Surface{3, 4}; Delete; };
inside() = BooleanIntersection{ Surface{1}; }{ Surface{metal()}; Delete; };
electrolyte() = BooleanDifference{ Surface{1}; Delete; }{ Surface{inside()}; };
all() = BooleanFragments{ Surface{electrolyte()}; Delete; }{ Surface{inside()}; Delete; };

// The electrolyte is what reaches the top; e is the tolerance.
e = 1e-3;
lithium() = Surface In BoundingBox {-e, -base - e, -e, width + e, centre + radius + e, e};
rest() = Surface{:};
rest() -= {lithium()};
top() = Curve In BoundingBox {-e, height - e, -e, width + e, height + e, e};
Physical Surface("lithium") = {lithium()};
Physical Surface("electrolyte") = {rest()};
Physical Curve("counter") = {top()};
