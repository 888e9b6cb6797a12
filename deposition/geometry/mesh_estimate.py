"""Estimate of the number of elements, made before meshing to reject meshes that are too large."""

from __future__ import annotations

import math
from pathlib import Path

import gmsh

from deposition.common.errors import GeometryError
from deposition.mesh.sizes import MeshSizes

MOST_CELLS = {2: 50_000, 3: 500_000}
"""Largest estimated number of elements, by dimension: far above that of a practical run, and meshed
by Gmsh within seconds."""


def check_count(file: Path, sizes: MeshSizes, dim: int, interface: float, counter: float) -> None:
    """Raise GeometryError if the sizes lead to more than ``MOST_CELLS`` elements.

    interface, counter: length (2D, µm) or area (3D, µm²) of the interface between electrolyte and
    metal, and of the counter electrode.

    The estimate is the sum of regular elements of the coarse size H in the whole box, k V/H^d with
    k = 2 (2D) or 6 (3D) simplices per cube, and graded layers on an interface of area A and size h,
    k A/h^(d-1) Σ_j g^-j with the gradation g; likewise on the counter electrode if it has a size.
    """
    box = gmsh.model.getBoundingBox(-1, -1)
    sides = [box[3 + axis] - box[axis] for axis in range(dim)]
    per_cube = 2.0 if dim == 2 else 6.0
    coarse = per_cube * math.prod(side / sizes.coarse for side in sides)
    layers = sizes.gradation / (sizes.gradation - 1.0)
    facets = interface / sizes.surface ** (dim - 1)
    if sizes.counter is not None:
        facets += counter / sizes.counter ** (dim - 1)
    fine = per_cube * layers * facets
    if not coarse + fine <= MOST_CELLS[dim]:
        setting = "mesh.surface_size" if fine > coarse else "mesh.coarse_size"
        extent = " x ".join(f"{side:.4g}" for side in sides)
        raise GeometryError(
            f"{file}: the mesh would have about {coarse + fine:.2g} elements, more than the limit "
            f"of {MOST_CELLS[dim]}. The box measures {extent} µm, the elements {sizes.surface:.3g} "
            f"to {sizes.coarse:.3g} µm. Increase {setting} or use a smaller box."
            " [E143]"
        )
