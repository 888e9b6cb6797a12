// A quarter of a disc of dead lithium, and the electrolyte out to a reservoir.  Lengths in
// micrometres.
DefineConstant[
  inner = {2.5, Min 0.1, Name "Cell/1 Radius of the disc"},
  outer = {10, Min 0.1, Name "Cell/2 Radius of the reservoir"}
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
Physical Surface("dead_lithium") = {2};
Physical Curve("counter") = {2};
