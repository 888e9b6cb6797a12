// A square block of lithium in the lower left corner of the cell: one convex corner of 90 degrees.
// Lengths in micrometres.
DefineConstant[
  side = {4, Min 1, Name "Lithium/1 Side of the block"},
  box  = {8, Min 2, Name "Box/1 Width and height"}
];
Point(1) = {0, 0, 0};
Point(2) = {side, 0, 0};
Point(3) = {side, side, 0};
Point(4) = {0, side, 0};
Line(1) = {1, 2};
Line(2) = {2, 3};
Line(3) = {3, 4};
Line(4) = {4, 1};
Curve Loop(1) = {1 : 4};
Plane Surface(1) = {1};

Point(5) = {box, 0, 0};
Point(6) = {box, box, 0};
Point(7) = {0, box, 0};
Line(5) = {2, 5};
Line(6) = {5, 6};
Line(7) = {6, 7};
Line(8) = {7, 4};
Curve Loop(2) = {5 : 8, -3, -2};
Plane Surface(2) = {2};

Physical Surface("lithium") = {1};
Physical Surface("electrolyte") = {2};
Physical Curve("counter") = {7};
