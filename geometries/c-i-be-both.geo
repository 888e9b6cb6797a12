// A thin Li||Li cell with C-I-BE: LiI-rich patches on both electrodes, a resistive film between them.
// Lengths in micrometres.  The lithium surface is y = 0, the counter electrode y = height; untagged
// lithium surface carries the default film.

DefineConstant[
  width  = {40, Min 1, Name "Box/1 Width"},
  height = {25, Min 1, Name "Box/2 Height of the electrolyte"},
  base   = {3, Min 0.1, Name "Box/3 Thickness of the lithium"},
  share  = {0.4, Min 0.01, Max 0.9, Name "Film/1 Share of the width covered by LiI"}
];

// The lithium surface, from left to right: LiI at both ends.
iodide = share * width / 2;
Point(1) = {0, 0, 0};
Point(2) = {iodide, 0, 0};
Point(3) = {width - iodide, 0, 0};
Point(4) = {width, 0, 0};
Line(1) = {1, 2};
Line(2) = {2, 3};
Line(3) = {3, 4};

// The counter electrode, from right to left: LiI in the middle.
Point(5) = {width, height, 0};
Point(6) = {width / 2 + iodide, height, 0};
Point(7) = {width / 2 - iodide, height, 0};
Point(8) = {0, height, 0};
Line(4) = {5, 6};
Line(5) = {6, 7};
Line(6) = {7, 8};

// The electrolyte between the electrodes.
Line(7) = {4, 5};
Line(8) = {8, 1};
Curve Loop(1) = {1 : 3, 7, 4 : 6, 8};
Plane Surface(1) = {1};

// The lithium.
Point(9) = {0, -base, 0};
Point(10) = {width, -base, 0};
Line(9) = {1, 9};
Line(10) = {9, 10};
Line(11) = {10, 4};
Curve Loop(2) = {9 : 11, -3, -2, -1};
Plane Surface(2) = {2};

Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};
Physical Curve("counter") = {4 : 6};
Physical Curve("sei:LiI") = {1, 3, 5};
