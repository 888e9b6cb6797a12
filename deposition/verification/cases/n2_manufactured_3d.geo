// A cube of electrolyte on a layer of lithium.  Lengths in micrometres; the lithium is below z = 0.

SetFactory("OpenCASCADE");

DefineConstant[
  width = {20, Min 1, Name "Box/1 Side of the cube"},
  base  = {4, Min 0.1, Name "Box/2 Thickness of the lithium"}
];

Box(1) = {0, 0, 0, width, width, width};
Box(2) = {0, 0, -base, width, width, base};
BooleanFragments{ Volume{1}; Delete; }{ Volume{2}; Delete; }

e = 1e-3;
metal() = Volume In BoundingBox {-e, -e, -base - e, width + e, width + e, e};
electrolyte() = Volume{:};
electrolyte() -= {metal()};
top() = Surface In BoundingBox {-e, -e, width - e, width + e, width + e, width + e};

Physical Volume("electrolyte") = {electrolyte()};
Physical Volume("lithium") = {metal()};
Physical Surface("counter") = {top()};
