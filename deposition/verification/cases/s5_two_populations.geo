// Thin lithium on a collector, and beside it lithium without one, with one flat surface y = 0.
// Lengths in micrometres.
DefineConstant[
  mossy  = {10, Min 0.1, Name "Lithium/1 Width of the thin lithium"},
  bulk   = {2, Min 0.1, Name "Lithium/2 Width of the thick lithium"},
  stock  = {0.4, Min 0.01, Name "Lithium/3 Thickness of the thin lithium"},
  base   = {3, Min 0.1, Name "Lithium/4 Thickness of the thick lithium"},
  height = {8, Min 1, Name "Box/1 Height of the electrolyte"}
];
SetFactory("OpenCASCADE");
width = mossy + bulk;
Rectangle(1) = {0, 0, 0, width, height};
Rectangle(2) = {0, -stock, 0, mossy, stock};
Rectangle(3) = {0, -base, 0, mossy, base - stock};
Rectangle(4) = {mossy, -base, 0, bulk, base};
BooleanFragments{ Surface{:}; Delete; }{}

e = 1e-3;
Physical Surface("electrolyte") = {Surface In BoundingBox {-e, -e, -e, width + e, height + e, e}};
Physical Surface("collector") = {
  Surface In BoundingBox {-e, -base - e, -e, mossy + e, -stock + e, e}};
lithium() = Surface In BoundingBox {-e, -stock - e, -e, mossy + e, e, e};
lithium() += Surface In BoundingBox {mossy - e, -base - e, -e, width + e, e, e};
Physical Surface("lithium") = {lithium()};
Physical Curve("counter") = {
  Curve In BoundingBox {-e, height - e, -e, width + e, height + e, e}};
