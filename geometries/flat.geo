// A flat lithium surface without tagged films: the default film, or patches of [sei].
// Lengths in micrometres.  The lithium surface is y = 0.

DefineConstant[
  width  = {40, Min 0.1, Name "Box/1 Width"},
  height = {44, Min 1, Name "Box/2 Height of the electrolyte"},
  base   = {3, Min 0.1, Name "Box/3 Thickness of the lithium"},
  separator = {0, Min 0, Name "Box/4 Thickness of a separator on the electrolyte"}
];

// The lithium surface.
Point(1) = {0, 0, 0};
Point(2) = {width, 0, 0};
Line(1) = {1, 2};

// The electrolyte above it.
Point(3) = {width, height, 0};
Point(4) = {0, height, 0};
Line(2) = {2, 3};
Line(3) = {3, 4};
Line(4) = {4, 1};
Curve Loop(1) = {1 : 4};
Plane Surface(1) = {1};

// The lithium below it.
Point(5) = {0, -base, 0};
Point(6) = {width, -base, 0};
Line(5) = {1, 5};
Line(6) = {5, 6};
Line(7) = {6, 2};
Curve Loop(2) = {5, 6, 7, -1};
Plane Surface(2) = {2};

Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};

// A separator between the electrolyte and the counter electrode, or none.
If (separator > 0)
  Point(7) = {width, height + separator, 0};
  Point(8) = {0, height + separator, 0};
  Line(8) = {3, 7};
  Line(9) = {7, 8};
  Line(10) = {8, 4};
  Curve Loop(3) = {-3, 8, 9, 10};
  Plane Surface(3) = {3};
  Physical Surface("separator") = {3};
  Physical Curve("counter") = {9};
Else
  Physical Curve("counter") = {3};
EndIf
