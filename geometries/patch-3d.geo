// A box in three dimensions with a square patch of one film in its corner, or without.
// Lengths in micrometres.  The lithium surface is z = 0; untagged surface carries the default film.

SetFactory("OpenCASCADE");

DefineConstant[
  width  = {16, Min 0.1, Name "Box/1 Width and depth"},
  height = {20, Min 1, Name "Box/2 Height of the electrolyte"},
  base   = {2, Min 0.1, Name "Box/3 Thickness of the lithium"},
  patch  = {0, Min 0, Name "Film/1 Side of the patch"},
  film   = {"LiI", Name "Film/2 Film of the patch"}
];

Box(1) = {0, 0, 0, width, width, height};
Box(2) = {0, 0, -base, width, width, base};
patches[] = {};
If (patch > 0)
  s = news;
  Rectangle(s) = {0, 0, 0, patch, patch};
  patches[] += {s};
EndIf

// Fragment all parts, so that neighbours share their interface.
BooleanFragments{ Volume{1 : 2}; Delete; }{ Surface{patches[]}; Delete; }

// Identify the fragments by their bounding boxes; e is the tolerance.
e = 1e-3;
metal() = Volume In BoundingBox {-e, -e, -base - e, width + e, width + e, e};
electrolyte() = Volume{:};
electrolyte() -= {metal()};
top() = Surface In BoundingBox {-e, -e, height - e, width + e, width + e, height + e};

Physical Volume("electrolyte") = {electrolyte()};
Physical Volume("lithium") = {metal()};
Physical Surface("counter") = {top()};
If (patch > 0)
  tagged() = Surface In BoundingBox {-e, -e, -e, patch + e, patch + e, e};
  Physical Surface(StrCat("sei:", film)) = {tagged()};
EndIf
