// A bare current collector under the electrolyte; lithium appears on it by plating only.
// Lengths in micrometres; the growth axis is y.
SetFactory("OpenCASCADE");

DefineConstant[
  width  = {10, Min 1, Max 200, Step 1, Name "Box/1 Width"},
  height = {20, Min 1, Max 200, Step 1, Name "Box/2 Height of the electrolyte"},
  base   = {1, Min 0.1, Max 20, Step 0.5, Name "Box/3 Thickness of the collector"}
];

Rectangle(1) = {0, 0, 0, width, height};
Rectangle(2) = {0, -base, 0, width, base};
BooleanFragments{ Surface{1}; Delete; }{ Surface{2}; Delete; }

e = 1e-3;
Physical Surface("electrolyte") = {Surface In BoundingBox {-e, -e, -e, width + e, height + e, e}};
Physical Surface("collector") = {Surface In BoundingBox {-e, -base - e, -e, width + e, e, e}};
Physical Curve("counter") = {Curve In BoundingBox {
  -e, height - e, -e, width + e, height + e, e}};
