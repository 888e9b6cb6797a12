// Half a wavelength of flat lithium with stripes of LiI, one to each part of it, of a width
// part / 2 (1 + contrast cos(2 pi x / wavelength)).  Lengths in micrometres.

DefineConstant[
  wavelength = {10,   Min 0.1, Name "Wave/1 Wavelength"},
  contrast   = {0.02, Min 0,   Name "Wave/2 Contrast"},
  height     = {12,   Min 1,   Name "Box/1 Height of the electrolyte"},
  base       = {2,    Min 0.1, Name "Box/2 Thickness of the lithium"}
];
parts = 5;
width = wavelength / 2;
part = width / parts;

// The lithium surface: LiI between the points 2 n + 1 and 2 n + 2.
Point(100) = {0, 0, 0};
For n In {0 : parts - 1}
  middle = (n + 0.5) * part;
  half = 0.25 * part * (1 + contrast * Cos(2 * Pi * middle / wavelength));
  Point(2 * n + 1) = {middle - half, 0, 0};
  Point(2 * n + 2) = {middle + half, 0, 0};
  Line(2 * n + 1) = {2 * n + 1, 2 * n + 2};
EndFor
Point(101) = {width, 0, 0};
Line(100) = {100, 1};
For n In {1 : parts - 1}
  Line(2 * n) = {2 * n, 2 * n + 1};
EndFor
Line(101) = {2 * parts, 101};
surface[] = {100};
For n In {1 : 2 * parts - 1}
  surface[] += {n};
EndFor
surface[] += {101};

// The electrolyte above it.
Point(102) = {width, height, 0};
Point(103) = {0, height, 0};
Line(102) = {101, 102};
Line(103) = {102, 103};
Line(104) = {103, 100};
Curve Loop(1) = {surface[], 102, 103, 104};
Plane Surface(1) = {1};

// The lithium below it.
Point(104) = {0, -base, 0};
Point(105) = {width, -base, 0};
Line(105) = {100, 104};
Line(106) = {104, 105};
Line(107) = {105, 101};
Curve Loop(2) = {105, 106, 107, -101, -(2 * parts - 1) : -1 : 1, -100};
Plane Surface(2) = {2};

stripes[] = {};
For n In {0 : parts - 1}
  stripes[] += {2 * n + 1};
EndFor
Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};
Physical Curve("counter") = {103};
Physical Curve("sei:LiI") = {stripes[]};
