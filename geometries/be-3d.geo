// The base electrolyte (BE) in three dimensions: square hot spots, and a sphere of dead lithium if it
// has a radius.
// Lengths in micrometres.  The lithium surface is z = 0; untagged surface carries the default film.

SetFactory("OpenCASCADE");

DefineConstant[
  width  = {16, Min 16, Name "Box/1 Width and depth"},
  height = {20, Min 1, Name "Box/2 Height of the electrolyte"},
  base   = {2, Min 0.1, Name "Box/3 Thickness of the lithium"},
  spot   = {2, Min 0.1, Max 4, Name "Film/1 Side of the hot spots"},
  radius = {1.5, Min 0, Name "Dead lithium/1 Radius"},
  gap    = {0.5, Min 0.1, Name "Dead lithium/2 Gap to the lithium"}
];

Box(1) = {0, 0, 0, width, width, height};
Box(2) = {0, 0, -base, width, width, base};

// Centres of the hot spots; the sphere is above the last one.
x[] = {3,  8.5, 13,  4, 11};
y[] = {3, 13,    5, 10,  9.5};
last = #x[] - 1;

parts() = {1, 2};
If (radius > 0)
  Sphere(3) = {x[last], y[last], gap + radius, radius};
  parts() += {3};
EndIf
spots[] = {};
For i In {0 : last}
  s = news;
  Rectangle(s) = {x[i] - spot / 2, y[i] - spot / 2, 0, spot, spot};
  spots[] += {s};
EndFor

// Fragment all parts, so that neighbours share their interface.
BooleanFragments{ Volume{parts()}; Delete; }{ Surface{spots[]}; Delete; }

// Identify the fragments by their bounding boxes; e is the tolerance.
e = 1e-3;
dead() = {};
If (radius > 0)
  dead() += Volume In BoundingBox {
    x[last] - radius - e, y[last] - radius - e, gap - e,
    x[last] + radius + e, y[last] + radius + e, gap + 2 * radius + e};
EndIf
metal() = Volume In BoundingBox {-e, -e, -base - e, width + e, width + e, e};
electrolyte() = Volume{:};
electrolyte() -= {dead(), metal()};

hot() = {};
For i In {0 : last}
  hot() += Surface In BoundingBox {
    x[i] - spot / 2 - e, y[i] - spot / 2 - e, -e, x[i] + spot / 2 + e, y[i] + spot / 2 + e, e};
EndFor
top() = Surface In BoundingBox {-e, -e, height - e, width + e, width + e, height + e};

Physical Volume("electrolyte") = {electrolyte()};
Physical Volume("lithium") = {metal()};
If (radius > 0)
  Physical Volume("dead_lithium") = {dead()};
EndIf
Physical Surface("counter") = {top()};
Physical Surface("sei:hot_spot") = {hot()};
