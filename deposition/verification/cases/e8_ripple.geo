// Half a wavelength of a lithium surface y = amplitude cos(2 pi x / wavelength) under a flat counter
// electrode; the side walls are planes of symmetry.  Lengths in micrometres.

DefineConstant[
  wavelength = {20,  Min 0.1,  Name "Ripple/1 Wavelength"},
  amplitude  = {0.1, Min 1e-4, Name "Ripple/2 Amplitude"},
  height     = {20,  Min 0.1,  Name "Box/1 Height of the electrolyte"},
  base       = {2,   Min 0.05, Name "Box/2 Thickness of the lithium"}
];
width = wavelength / 2;

// The ripple: a spline through points of the cosine.
parts = 64;
For n In {0 : parts}
  Point(1 + n) = {width * n / parts, amplitude * Cos(Pi * n / parts), 0};
EndFor
crest = 1;
trough = 1 + parts;
Spline(1) = {crest : trough};

// The electrolyte above it.
Point(101) = {width, height, 0};
Point(102) = {0, height, 0};
Line(2) = {trough, 101};
Line(3) = {101, 102};
Line(4) = {102, crest};
Curve Loop(1) = {1 : 4};
Plane Surface(1) = {1};

// The lithium below it.
Point(103) = {0, -base, 0};
Point(104) = {width, -base, 0};
Line(5) = {crest, 103};
Line(6) = {103, 104};
Line(7) = {104, trough};
Curve Loop(2) = {5, 6, 7, -1};
Plane Surface(2) = {2};

Physical Surface("electrolyte") = {1};
Physical Surface("lithium") = {2};
Physical Curve("counter") = {3};
