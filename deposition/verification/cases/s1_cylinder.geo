// The rod and the tube of e6_cylinders without a named film on the rod.  Lengths in micrometres.
DefineConstant[
  inner = {5, Min 0.1, Name "Cell/1 Radius of the rod"},
  outer = {20, Min 0.1, Name "Cell/2 Radius of the tube"}
];

Point(1) = {0, 0, 0};
Point(2) = {inner, 0, 0};
Point(3) = {outer, 0, 0};
Point(4) = {0, outer, 0};
Point(5) = {0, inner, 0};
Line(1) = {2, 3};
Circle(2) = {3, 1, 4};
Line(3) = {4, 5};
Circle(4) = {5, 1, 2};
Curve Loop(1) = {1 : 4};
Plane Surface(1) = {1};

Line(5) = {1, 2};
Line(6) = {5, 1};
Curve Loop(2) = {5, -4, 6};
Plane Surface(2) = {2};

Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};
Physical Curve("counter") = {2};

Physical Curve("sei:tube") = {2};
