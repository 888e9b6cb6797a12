// Flat lithium with the film "channel" at x < border.  Lengths in micrometres.
DefineConstant[
  width  = {6, Min 1, Name "Box/1 Width"},
  height = {6, Min 1, Name "Box/2 Height of the electrolyte"},
  border = {1.5, Min 0.1, Name "Film/1 Border of the channel"}
];
Point(1) = {0, 0, 0};
Point(2) = {border, 0, 0};
Point(3) = {width, 0, 0};
Line(1) = {1, 2};
Line(2) = {2, 3};

Point(4) = {width, height, 0};
Point(5) = {0, height, 0};
Line(3) = {3, 4};
Line(4) = {4, 5};
Line(5) = {5, 1};
Curve Loop(1) = {1 : 5};
Plane Surface(1) = {1};

Point(6) = {0, -1, 0};
Point(7) = {width, -1, 0};
Line(6) = {1, 6};
Line(7) = {6, 7};
Line(8) = {7, 3};
Curve Loop(2) = {6 : 8, -2, -1};
Plane Surface(2) = {2};

Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};
Physical Curve("counter") = {4};
Physical Curve("sei:channel") = {1};
