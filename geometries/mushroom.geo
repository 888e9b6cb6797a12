// A deposit of lithium: a round head on a stem on flat lithium.  Lengths in micrometres.
SetFactory("OpenCASCADE");
DefineConstant[
  radius = {3, Min 0.5, Name "Lithium/1 Radius of the head"},
  half   = {1, Min 0.1, Name "Lithium/2 Half width of the stem"},
  stem   = {2, Min 0.1, Name "Lithium/3 Length of the stem"},
  slab   = {2, Min 0.1, Name "Lithium/4 Thickness of the flat lithium"},
  width  = {12, Min 1, Name "Box/1 Width"},
  height = {11, Min 1, Name "Box/2 Height above the flat lithium"}
];
middle = stem + Sqrt(radius^2 - half^2);
Rectangle(1) = {-width / 2, 0, 0, width, height};
Rectangle(2) = {-half, -slab, 0, 2 * half, slab + middle};
Disk(3) = {0, middle, 0, radius};
Rectangle(4) = {-width / 2, -slab, 0, width, slab};
metal() = BooleanUnion{ Surface{2}; Delete; }{ Surface{3, 4}; Delete; };
electrolyte() = BooleanDifference{ Surface{1}; Delete; }{ Surface{metal()}; };
all() = BooleanFragments{ Surface{electrolyte()}; Delete; }{ Surface{metal()}; Delete; };

// e is the tolerance.
e = 1e-3;
lithium() = Surface In BoundingBox {
  -width / 2 - e, -slab - e, -e, width / 2 + e, middle + radius + e, e};
rest() = Surface{:};
rest() -= {lithium()};
Physical Surface("lithium") = {lithium()};
Physical Surface("electrolyte") = {rest()};
Physical Curve("counter") = {
  Curve In BoundingBox {-width / 2 - e, height - e, -e, width / 2 + e, height + e, e}};
Physical Curve("sei:stem") = {
  Curve In BoundingBox {half - e, -e, -e, half + e, stem + e, e},
  Curve In BoundingBox {-half - e, -e, -e, -half + e, stem + e, e}};
