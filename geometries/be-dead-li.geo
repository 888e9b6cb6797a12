// The base electrolyte (BE) with a block of dead lithium above the fourth hot spot.
// Lengths in micrometres.  The lithium surface is y = 0; untagged surface carries the default film.

DefineConstant[
  width  = {40, Min 37, Name "Box/1 Width"},
  height = {44, Min 1, Name "Box/2 Height of the electrolyte"},
  base   = {3, Min 0.1, Name "Box/3 Thickness of the lithium"},
  block_left   = {16, Name "Dead lithium/1 Left"},
  block_right  = {26, Name "Dead lithium/2 Right"},
  block_bottom = {0.4, Min 0.1, Name "Dead lithium/3 Bottom"},
  block_top    = {3.4, Name "Dead lithium/4 Top"}
];

// Left and right ends of the hot spots, from left to right.
begin[] = {2,  9, 14, 20.5, 29, 35};
end[]   = {3, 10, 15, 21.5, 30, 36};

// The lithium surface, split where the film changes: matrix, spot, matrix, ..., matrix.
cut[] = {0};
For i In {0 : #begin[] - 1}
  cut[] += {begin[i], end[i]};
EndFor
cut[] += {width};

first = newp;
For i In {0 : #cut[] - 1}
  Point(first + i) = {cut[i], 0, 0};
EndFor
last = first + #cut[] - 1;

surface[] = {};
hot[] = {};
For i In {0 : #cut[] - 2}
  c = newc;
  Line(c) = {first + i, first + i + 1};
  surface[] += {c};
  If (i % 2 == 1)
    hot[] += {c};
  EndIf
EndFor

// The dead lithium, a hole in the electrolyte.
b = newp;
Point(b) = {block_left, block_bottom, 0};
Point(b + 1) = {block_right, block_bottom, 0};
Point(b + 2) = {block_right, block_top, 0};
Point(b + 3) = {block_left, block_top, 0};
c = newc;
Line(c) = {b, b + 1};
Line(c + 1) = {b + 1, b + 2};
Line(c + 2) = {b + 2, b + 3};
Line(c + 3) = {b + 3, b};
Curve Loop(3) = {c : c + 3};
Plane Surface(3) = {3};

// The electrolyte around it.
p = newp;
Point(p) = {width, height, 0};
Point(p + 1) = {0, height, 0};
top = newc;
Line(top) = {p, p + 1};
right = newc;
Line(right) = {last, p};
left = newc;
Line(left) = {p + 1, first};
Curve Loop(1) = {surface[], right, top, left};
Plane Surface(1) = {1, 3};

// The lithium below it.
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
Physical Surface("dead_lithium") = {3};
Physical Curve("counter") = {top};
Physical Curve("sei:hot_spot") = {hot[]};
