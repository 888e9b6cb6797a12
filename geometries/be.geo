// The base electrolyte (BE): a resistive film with six narrow, conductive hot spots.
// Lengths in micrometres.  The lithium surface is y = 0; untagged surface carries the default film.

DefineConstant[
  width  = {40, Min 37, Name "Box/1 Width"},
  height = {44, Min 1, Name "Box/2 Height of the electrolyte"},
  base   = {3, Min 0.1, Name "Box/3 Thickness of the lithium"}
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

// The electrolyte above it.
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
Plane Surface(1) = {1};

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
Physical Curve("counter") = {top};
Physical Curve("sei:hot_spot") = {hot[]};
