// Flat lithium with a half-cylinder, of which the right half is modelled.  Lengths in micrometres.
DefineConstant[
  width  = {30, Min 1, Name "Box/1 Half the distance between bumps"},
  height = {40, Min 1, Name "Box/2 Height of the electrolyte"},
  radius = {1, Min 0.01, Name "Bump/1 Radius"},
  base   = {1, Min 0.1, Name "Box/3 Thickness of the lithium"}
];

Point(1) = {0, 0, 0};
Point(2) = {0, radius, 0};
Point(3) = {radius, 0, 0};
Point(4) = {width, 0, 0};
Point(5) = {width, height, 0};
Point(6) = {0, height, 0};
Circle(1) = {2, 1, 3};
Line(2) = {3, 4};
Line(3) = {4, 5};
Line(4) = {5, 6};
Line(5) = {6, 2};
Curve Loop(1) = {1 : 5};
Plane Surface(1) = {1};

Point(7) = {0, -base, 0};
Point(8) = {width, -base, 0};
Line(6) = {2, 7};
Line(7) = {7, 8};
Line(8) = {8, 4};
Curve Loop(2) = {6, 7, 8, -2, -1};
Plane Surface(2) = {2};

Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};
Physical Curve("counter") = {4};
Physical Curve("sei:bump") = {1};
