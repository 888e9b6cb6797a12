// The upper halves of two lithium discs at the lower boundary of the cell, separate or overlapping.
// Lengths in micrometres.
SetFactory("OpenCASCADE");
DefineConstant[
  radius = {2, Min 0.5, Name "Lithium/1 Radius of the discs"},
  middle = {2.6, Min 0.5, Name "Lithium/2 Distance of their centres from the middle"},
  side   = {8, Min 1, Name "Box/1 Half of the width, and height"}
];
Rectangle(1) = {-side, 0, 0, 2 * side, side};
Disk(2) = {-middle, 0, 0, radius};
Disk(3) = {middle, 0, 0, radius};
metal() = BooleanUnion{ Surface{2}; Delete; }{ Surface{3}; Delete; };
upper() = BooleanIntersection{ Surface{1}; }{ Surface{metal()}; Delete; };
electrolyte() = BooleanDifference{ Surface{1}; Delete; }{ Surface{upper()}; };
all() = BooleanFragments{ Surface{electrolyte()}; Delete; }{ Surface{upper()}; Delete; };

// The electrolyte is what reaches the top; e is the tolerance.
e = 1e-3;
lithium() = Surface In BoundingBox {
  -middle - radius - e, -e, -e, middle + radius + e, radius + e, e};
rest() = Surface{:};
rest() -= {lithium()};
top() = Curve In BoundingBox {-side - e, side - e, -e, side + e, side + e, e};
Physical Surface("lithium") = {lithium()};
Physical Surface("electrolyte") = {rest()};
Physical Curve("counter") = {top()};
