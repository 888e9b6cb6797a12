// C-I-BE: LiI-rich patches at both ends of the lithium surface, a resistive film between them.
// Lengths in micrometres.  The lithium surface is y = 0; untagged surface carries the default film.

DefineConstant[
  width  = {40, Min 1, Name "Box/1 Width"},
  height = {44, Min 1, Name "Box/2 Height of the electrolyte"},
  base   = {3, Min 0.1, Name "Box/3 Thickness of the lithium"},
  iodide = {8, Min 0.1, Name "Film/1 Width of each LiI patch"}
];

// The lithium surface, from left to right.
Point(1) = {0, 0, 0};
Point(2) = {iodide, 0, 0};
Point(3) = {width - iodide, 0, 0};
Point(4) = {width, 0, 0};
Line(1) = {1, 2};
Line(2) = {2, 3};
Line(3) = {3, 4};

// The electrolyte above it.
Point(5) = {width, height, 0};
Point(6) = {0, height, 0};
Line(4) = {4, 5};
Line(5) = {5, 6};
Line(6) = {6, 1};
Curve Loop(1) = {1 : 6};
Plane Surface(1) = {1};

// The lithium below it.
Point(7) = {0, -base, 0};
Point(8) = {width, -base, 0};
Line(7) = {1, 7};
Line(8) = {7, 8};
Line(9) = {8, 4};
Curve Loop(2) = {7, 8, 9, -3, -2, -1};
Plane Surface(2) = {2};

Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};
Physical Curve("counter") = {5};
Physical Curve("sei:LiI") = {1, 3};
