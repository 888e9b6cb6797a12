// Half a wedge cell: lithium along the ray y = 0 from r1 to r2, the counter electrode along the ray
// at the given angle, insulating arcs.  With patches the films on the lithium are g1, g2, ... from r1
// to r2.  Lengths in micrometres.
DefineConstant[
  inner   = {10, Min 0.1, Name "Wedge/1 Inner radius"},
  outer   = {30, Min 0.1, Name "Wedge/2 Outer radius"},
  angle   = {0.5, Min 0.01, Max 3, Name "Wedge/3 Angle, radians"},
  base    = {1, Min 0.1, Name "Wedge/4 Thickness of the lithium"},
  patches = {0, Min 0, Name "Film/1 Number of patches"}
];
pieces = (patches > 0) ? patches : 1;

Point(1) = {0, 0, 0};
ray() = {};
For k In {0 : pieces}
  p = newp;
  Point(p) = {inner + (outer - inner) * k / pieces, 0, 0};
  ray() += {p};
EndFor
line() = {};
For k In {1 : pieces}
  l = newl;
  Line(l) = {ray(k - 1), ray(k)};
  line() += {l};
  If (patches > 0)
    Physical Curve(Sprintf("sei:g%g", k)) = {l};
  EndIf
EndFor

p = newp;
Point(p) = {outer * Cos(angle), outer * Sin(angle), 0};
Point(p + 1) = {inner * Cos(angle), inner * Sin(angle), 0};
Point(p + 2) = {inner, -base, 0};
Point(p + 3) = {outer, -base, 0};
l = newl;
Circle(l) = {ray(pieces), 1, p};
Line(l + 1) = {p, p + 1};
Circle(l + 2) = {p + 1, 1, ray(0)};
Line(l + 3) = {ray(0), p + 2};
Line(l + 4) = {p + 2, p + 3};
Line(l + 5) = {p + 3, ray(pieces)};
Curve Loop(1) = {line(), l, l + 1, l + 2};
Plane Surface(1) = {1};
Curve Loop(2) = {-line(), l + 3, l + 4, l + 5};
Plane Surface(2) = {2};

Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};
Physical Curve("counter") = {l + 1};
