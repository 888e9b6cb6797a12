// A quarter of a square of dead lithium in a square of electrolyte, the outside of which is a
// reservoir.  Lengths in micrometres.
DefineConstant[
  side  = {5, Min 0.1, Name "Cell/1 Side of the block"},
  outer = {10, Min 0.1, Name "Cell/2 Half of the side of the cell"}
];
half = side / 2;
Point(1) = {0, 0, 0};
Point(2) = {half, 0, 0};
Point(3) = {half, half, 0};
Point(4) = {0, half, 0};
Point(5) = {outer, 0, 0};
Point(6) = {outer, outer, 0};
Point(7) = {0, outer, 0};
Line(1) = {1, 2};
Line(2) = {2, 3};
Line(3) = {3, 4};
Line(4) = {4, 1};
Line(5) = {2, 5};
Line(6) = {5, 6};
Line(7) = {6, 7};
Line(8) = {7, 4};
Curve Loop(1) = {1 : 4};
Plane Surface(1) = {1};
Curve Loop(2) = {5, 6, 7, 8, -3, -2};
Plane Surface(2) = {2};

Physical Surface("dead_lithium") = {1};
Physical Surface("electrolyte") = {2};
Physical Curve("counter") = {6, 7};
