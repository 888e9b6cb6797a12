// A flat lithium surface under one even film.  Lengths in micrometres.
//
//      counter            y = height
//   +------------+
//   | electrolyte|
//   +------------+        y = 0, the lithium surface
//   |  lithium   |
//   +------------+        y = -base

DefineConstant[
  width  = {40, Min 1, Name "Box/1 Width"},
  height = {44, Min 1, Name "Box/2 Height of the electrolyte"},
  base   = {3, Min 0.1, Name "Box/3 Thickness of the lithium"}
];

Point(1) = {0, -base, 0};
Point(2) = {width, -base, 0};
Point(3) = {0, 0, 0};
Point(4) = {width, 0, 0};
Point(5) = {0, height, 0};
Point(6) = {width, height, 0};

surface = 1;
top = 2;
Line(surface) = {3, 4};
Line(top) = {6, 5};
Line(3) = {1, 2};
Line(4) = {2, 4};
Line(5) = {3, 1};
Line(6) = {4, 6};
Line(7) = {5, 3};

Curve Loop(1) = {3, 4, -surface, 5};
Curve Loop(2) = {surface, 6, top, 7};
Plane Surface(1) = {1};
Plane Surface(2) = {2};

Physical Surface("lithium") = {1};
Physical Surface("electrolyte") = {2};
Physical Curve("counter") = {top};
