// Flat lithium with one triangular bump in the middle.
// Lengths in micrometres.  The flat surface is y = 0; no tagged film.

DefineConstant[
  width       = {50, Min 2, Name "Box/1 Width"},
  height      = {50, Min 5, Name "Box/2 Height of the electrolyte above the flat lithium"},
  base        = {3, Min 0.1, Name "Box/3 Thickness of the flat lithium"},
  bump_width  = {4, Min 0.1, Name "Bump/1 Width at its foot"},
  bump_height = {4, Min 0.1, Name "Bump/2 Height, less than that of the electrolyte"}
];
middle = width / 2;

// The lithium surface, from left to right.
Point(1) = {0, 0, 0};
Point(2) = {middle - bump_width / 2, 0, 0};
Point(3) = {middle, bump_height, 0};
Point(4) = {middle + bump_width / 2, 0, 0};
Point(5) = {width, 0, 0};
For i In {1 : 4}
  Line(i) = {i, i + 1};
EndFor

// The electrolyte above it.
Point(6) = {width, height, 0};
Point(7) = {0, height, 0};
Line(5) = {5, 6};
Line(6) = {6, 7};
Line(7) = {7, 1};
Curve Loop(1) = {1 : 7};
Plane Surface(1) = {1};

// The lithium below it.
Point(8) = {0, -base, 0};
Point(9) = {width, -base, 0};
Line(8) = {1, 8};
Line(9) = {8, 9};
Line(10) = {9, 5};
Curve Loop(2) = {8, 9, 10, -4, -3, -2, -1};
Plane Surface(2) = {2};

Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};
Physical Curve("counter") = {6};
