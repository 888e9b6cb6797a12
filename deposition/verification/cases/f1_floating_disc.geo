// A disc of dead lithium between two planar electrodes.  Lengths in micrometres.

DefineConstant[
  width  = {40, Min 1, Name "Box/1 Width"},
  height = {120, Min 1, Name "Box/2 Height of the electrolyte"},
  base   = {1, Min 0.1, Name "Box/3 Thickness of the lithium"},
  radius = {5, Min 0.1, Name "Disc/1 Radius"},
  middle = {60, Name "Disc/2 Height of the centre"}
];

// The lithium surface.
Point(1) = {0, 0, 0};
Point(2) = {width, 0, 0};
Line(1) = {1, 2};

// The disc.
Point(10) = {width / 2, middle, 0};
For i In {0 : 3}
  Point(11 + i) = {width / 2 + radius * Cos(i * Pi / 2), middle + radius * Sin(i * Pi / 2), 0};
EndFor
For i In {0 : 3}
  Circle(11 + i) = {11 + i, 10, 11 + (i + 1) % 4};
EndFor
Curve Loop(3) = {11 : 14};
Plane Surface(3) = {3};

// The electrolyte around it.
Point(3) = {width, height, 0};
Point(4) = {0, height, 0};
Line(2) = {2, 3};
Line(3) = {3, 4};
Line(4) = {4, 1};
Curve Loop(1) = {1 : 4};
Plane Surface(1) = {1, 3};

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
Physical Surface("dead_lithium") = {3};
Physical Curve("counter") = {3};
Physical Curve("sei:disc") = {11 : 14};
