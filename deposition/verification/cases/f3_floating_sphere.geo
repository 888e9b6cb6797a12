// A sphere of dead lithium between two planar electrodes, a quarter of which is modelled; x = 0 and
// y = 0 are planes of symmetry.  Lengths in micrometres.
SetFactory("OpenCASCADE");
DefineConstant[
  width  = {4, Min 1, Name "Box/1 Half the distance between spheres"},
  height = {16, Min 1, Name "Box/2 Height of the electrolyte"},
  base   = {0.5, Min 0.1, Name "Box/3 Thickness of the lithium"},
  radius = {1, Min 0.01, Name "Sphere/1 Radius"}
];

Box(1) = {0, 0, 0, width, width, height};
Box(2) = {0, 0, -base, width, width, base};
Sphere(3) = {0, 0, height / 2, radius, -Pi / 2, Pi / 2, Pi / 2};
BooleanFragments{ Volume{1 : 3}; Delete; }{}

e = 1e-3;
metal() = Volume In BoundingBox {-e, -e, -base - e, width + e, width + e, e};
low = height / 2 - radius - e;
high = height / 2 + radius + e;
ball() = Volume In BoundingBox {-e, -e, low, radius + e, radius + e, high};
electrolyte() = Volume{:};
electrolyte() -= {metal(), ball()};
top() = Surface In BoundingBox {-e, -e, height - e, width + e, width + e, height + e};

// Of the surfaces of the quarter the round one is in neither of the two planes.
round() = Surface In BoundingBox {-e, -e, low, radius + e, radius + e, high};
flat() = Surface In BoundingBox {-e, -e, low, radius + e, e, high};
flat() += Surface In BoundingBox {-e, -e, low, e, radius + e, high};
round() -= {flat()};

Physical Volume("electrolyte") = {electrolyte()};
Physical Volume("lithium") = {metal()};
Physical Volume("dead_lithium") = {ball()};
Physical Surface("counter") = {top()};
Physical Surface("sei:ball") = {round()};
