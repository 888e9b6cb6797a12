// Flat lithium, and a square block of dead lithium in the electrolyte above it.
// Lengths in micrometres.  The lithium surface is y = 0.

DefineConstant[
  width  = {20, Min 4, Name "Box/1 Width"},
  height = {25, Min 4, Name "Box/2 Height of the electrolyte"},
  base   = {3, Min 0.1, Name "Box/3 Thickness of the lithium"},
  side   = {5, Min 0.1, Name "Dead lithium/1 Side"},
  bottom = {4, Min 0.1, Name "Dead lithium/2 Bottom"}
];

// The lithium surface.
Point(1) = {0, 0, 0};
Point(2) = {width, 0, 0};
Line(1) = {1, 2};

// The block, in the middle of the box.
left = (width - side) / 2;
Point(10) = {left, bottom, 0};
Point(11) = {left + side, bottom, 0};
Point(12) = {left + side, bottom + side, 0};
Point(13) = {left, bottom + side, 0};
Line(20) = {10, 11};
Line(21) = {11, 12};
Line(22) = {12, 13};
Line(23) = {13, 10};
Curve Loop(3) = {20 : 23};
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
Physical Surface("dead_lithium:block") = {3};
Physical Curve("counter") = {3};
