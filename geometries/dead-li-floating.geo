// Flat lithium, and a block of dead lithium with rounded corners in the electrolyte above it.
// Lengths in micrometres.  The lithium surface is y = 0.

DefineConstant[
  width  = {24, Min 4, Name "Box/1 Width"},
  height = {30, Min 4, Name "Box/2 Height of the electrolyte"},
  base   = {2, Min 0.1, Name "Box/3 Thickness of the lithium"},
  block_left   = {8, Name "Dead lithium/1 Left"},
  block_right  = {16, Name "Dead lithium/2 Right"},
  block_bottom = {9, Min 0.1, Name "Dead lithium/3 Bottom"},
  block_top    = {15, Name "Dead lithium/4 Top"},
  rounding     = {1.5, Min 0.01, Name "Dead lithium/5 Radius of its corners"}
];

// The lithium surface.
Point(1) = {0, 0, 0};
Point(2) = {width, 0, 0};
Line(1) = {1, 2};

// The block, counter-clockwise from its lower left corner: the centre and the two ends of the arc at
// each corner.
x0 = block_left + rounding;
x1 = block_right - rounding;
y0 = block_bottom + rounding;
y1 = block_top - rounding;
Point(10) = {x0, y0, 0};
Point(11) = {x1, y0, 0};
Point(12) = {x1, y1, 0};
Point(13) = {x0, y1, 0};
Point(20) = {block_left, y0, 0};
Point(21) = {x0, block_bottom, 0};
Point(22) = {x1, block_bottom, 0};
Point(23) = {block_right, y0, 0};
Point(24) = {block_right, y1, 0};
Point(25) = {x1, block_top, 0};
Point(26) = {x0, block_top, 0};
Point(27) = {block_left, y1, 0};
For i In {0 : 3}
  Circle(20 + 2 * i) = {20 + 2 * i, 10 + i, 21 + 2 * i};
  Line(21 + 2 * i) = {21 + 2 * i, 20 + (2 * i + 2) % 8};
EndFor
Curve Loop(3) = {20 : 27};
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
