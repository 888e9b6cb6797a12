// A thin Li||Li cell with the base electrolyte (BE): conductive spots in the film of both electrodes.
// Lengths in micrometres.  The lithium surface is y = 0, the counter electrode y = height; untagged
// lithium surface carries the default film.

DefineConstant[
  width  = {40, Min 1, Name "Box/1 Width"},
  height = {25, Min 5, Name "Box/2 Height of the electrolyte"},
  base   = {3, Min 0.1, Name "Box/3 Thickness of the lithium"},
  share  = {0.1, Min 0.01, Max 0.2, Name "Film/1 Share of the width covered by spots"},
  block  = {0, Choices{0, 1}, Name "Dead lithium/1 With block"},
  block_left   = {16, Name "Dead lithium/2 Left"},
  block_right  = {26, Name "Dead lithium/3 Right"},
  block_bottom = {0.4, Min 0.1, Name "Dead lithium/4 Bottom"},
  block_top    = {3.4, Name "Dead lithium/5 Top"}
];

// Centres of the spots as shares of the width, from left to right: on the lithium, and on the counter
// electrode.  The two layouts are independent.
below[] = {0.175, 0.525, 0.85};
above[] = {0.35, 0.72};

// The lithium surface, split where the film changes: matrix, spot, matrix, ..., matrix.
half = share * width / #below[] / 2;
first = newp;
Point(first) = {0, 0, 0};
For i In {0 : #below[] - 1}
  Point(newp) = {below[i] * width - half, 0, 0};
  Point(newp) = {below[i] * width + half, 0, 0};
EndFor
last = newp;
Point(last) = {width, 0, 0};

// The counter electrode, from right to left.
half = share * width / #above[] / 2;
right = newp;
Point(right) = {width, height, 0};
For i In {#above[] - 1 : 0 : -1}
  Point(newp) = {above[i] * width + half, height, 0};
  Point(newp) = {above[i] * width - half, height, 0};
EndFor
left = newp;
Point(left) = {0, height, 0};

surface[] = {};
hot[] = {};
For i In {first : last - 1}
  c = newc;
  Line(c) = {i, i + 1};
  surface[] += {c};
  If ((i - first) % 2 == 1)
    hot[] += {c};
  EndIf
EndFor
counter[] = {};
For i In {right : left - 1}
  c = newc;
  Line(c) = {i, i + 1};
  counter[] += {c};
  If ((i - right) % 2 == 1)
    hot[] += {c};
  EndIf
EndFor

// The electrolyte between the electrodes, without the block.
up = newc;
Line(up) = {last, right};
down = newc;
Line(down) = {left, first};
Curve Loop(1) = {surface[], up, counter[], down};
holes[] = {};
If (block)
  b = newp;
  Point(b) = {block_left, block_bottom, 0};
  Point(b + 1) = {block_right, block_bottom, 0};
  Point(b + 2) = {block_right, block_top, 0};
  Point(b + 3) = {block_left, block_top, 0};
  side = newc;
  For i In {0 : 3}
    Line(side + i) = {b + i, b + (i + 1) % 4};
  EndFor
  Curve Loop(3) = {side : side + 3};
  Plane Surface(3) = {3};
  Physical Surface("dead_lithium") = {3};
  holes[] += {3};
EndIf
Plane Surface(1) = {1, holes[]};

// The lithium.
q = newp;
Point(q) = {0, -base, 0};
Point(q + 1) = {width, -base, 0};
c = newc;
Line(c) = {first, q};
Line(c + 1) = {q, q + 1};
Line(c + 2) = {q + 1, last};
Curve Loop(2) = {c, c + 1, c + 2, -surface[]};
Plane Surface(2) = {2};

Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};
Physical Curve("counter") = {counter[]};
Physical Curve("sei:hot_spot") = {hot[]};
