// An eighth of a sphere of dead lithium, and the electrolyte out to a reservoir.
// Lengths in micrometres.
SetFactory("OpenCASCADE");
DefineConstant[
  inner = {2.5, Min 0.1, Name "Cell/1 Radius of the sphere"},
  outer = {10, Min 0.1, Name "Cell/2 Radius of the reservoir"}
];
Sphere(1) = {0, 0, 0, outer, 0, Pi / 2, Pi / 2};
Sphere(2) = {0, 0, 0, inner, 0, Pi / 2, Pi / 2};
BooleanFragments{ Volume{1}; Delete; }{ Volume{2}; Delete; }

// The sphere is selected by its bounding box with the tolerance e; flat faces are planes of symmetry.
e = 1e-3;
ball() = Volume In BoundingBox {-e, -e, -e, inner + e, inner + e, inner + e};
electrolyte() = Volume{:};
electrolyte() -= {ball()};
counter() = Surface{:};
counter() -= {Surface In BoundingBox {-e, -e, -e, inner + e, inner + e, inner + e}};
counter() -= {Surface In BoundingBox {-e, -e, -e, e, outer + e, outer + e}};
counter() -= {Surface In BoundingBox {-e, -e, -e, outer + e, e, outer + e}};
counter() -= {Surface In BoundingBox {-e, -e, -e, outer + e, outer + e, e}};

Physical Volume("electrolyte") = {electrolyte()};
Physical Volume("dead_lithium") = {ball()};
Physical Surface("counter") = {counter()};
