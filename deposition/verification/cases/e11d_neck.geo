// Half a lithium disc at the lower boundary of the cell and a whole one above it that overlap and
// form a neck.  Lengths in micrometres.
SetFactory("OpenCASCADE");
DefineConstant[
  radius = {2.5, Min 0.5, Name "Lithium/1 Radius of the discs"},
  middle = {2, Min 0.5, Name "Lithium/2 Height of the neck"},
  width  = {12, Min 1, Name "Box/1 Width"},
  height = {10, Min 1, Name "Box/2 Height"}
];
Rectangle(1) = {-width / 2, 0, 0, width, height};
Disk(2) = {0, 0, 0, radius};
Disk(3) = {0, 2 * middle, 0, radius};
metal() = BooleanUnion{ Surface{2}; Delete; }{ Surface{3}; Delete; };
upper() = BooleanIntersection{ Surface{1}; }{ Surface{metal()}; Delete; };
electrolyte() = BooleanDifference{ Surface{1}; Delete; }{ Surface{upper()}; };
all() = BooleanFragments{ Surface{electrolyte()}; Delete; }{ Surface{upper()}; Delete; };

// The electrolyte is what reaches the top; e is the tolerance.
e = 1e-3;
lithium() = Surface In BoundingBox {-radius - e, -e, -e, radius + e, 2 * middle + radius + e, e};
rest() = Surface{:};
rest() -= {lithium()};
top() = Curve In BoundingBox {-width / 2 - e, height - e, -e, width / 2 + e, height + e, e};
Physical Surface("lithium") = {lithium()};
Physical Surface("electrolyte") = {rest()};
Physical Curve("counter") = {top()};
