// Flat lithium with a hemisphere, a quarter of which is modelled; x = 0 and y = 0 are planes of
// symmetry.  Lengths in micrometres.
SetFactory("OpenCASCADE");
DefineConstant[
  width  = {5, Min 1, Name "Box/1 Half the distance between bumps"},
  height = {8, Min 1, Name "Box/2 Height of the electrolyte"},
  radius = {1, Min 0.01, Name "Bump/1 Radius"},
  base   = {0.5, Min 0.1, Name "Box/3 Thickness of the lithium"}
];

Box(1) = {0, 0, 0, width, width, height};
Box(2) = {0, 0, -base, width, width, base};
Sphere(3) = {0, 0, 0, radius, 0, Pi / 2, Pi / 2};
BooleanFragments{ Volume{1 : 3}; Delete; }{}

e = 1e-3;
metal() = Volume In BoundingBox {-e, -e, -base - e, width + e, width + e, e};
metal() += Volume In BoundingBox {-e, -e, -e, radius + e, radius + e, radius + e};
electrolyte() = Volume{:};
electrolyte() -= {metal()};
top() = Surface In BoundingBox {-e, -e, height - e, width + e, width + e, height + e};

// Of the surfaces of the octant the round one is in none of the three planes.
round() = Surface In BoundingBox {-e, -e, -e, radius + e, radius + e, radius + e};
flat() = Surface In BoundingBox {-e, -e, -e, radius + e, radius + e, e};
flat() += Surface In BoundingBox {-e, -e, -e, radius + e, e, radius + e};
flat() += Surface In BoundingBox {-e, -e, -e, e, radius + e, radius + e};
round() -= {flat()};

Physical Volume("electrolyte") = {electrolyte()};
Physical Volume("lithium") = {metal()};
Physical Surface("counter") = {top()};
Physical Surface("sei:bump") = {round()};
