"""A mesh that would take minutes to make, and days to compute on, is refused before it is begun."""

from __future__ import annotations

import math
from pathlib import Path

import gmsh

from deposition.common.errors import GeometryError
from deposition.mesh.sizes import MeshSizes

MOST_CELLS = {2: 50_000, 3: 500_000}
"""By dimension, and estimated: far more than a run gets on with, and what Gmsh makes in seconds."""


def check_count(file: Path, sizes: MeshSizes, dim: int, interface: float, counter: float) -> None:
    """Raise GeometryError if the sizes ask for far more cells than can be used.

    interface, counter: length (2D, µm) or area (3D, µm²) between electrolyte and metal, and of the
    counter electrode.

    The estimate: regular cells of the coarse size in the whole box, and layers of cells that grow
    by the gradation from the surface, and from the counter electrode if it has a size of its own.
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
        worse = "mesh.surface_size" if fine > coarse else "mesh.coarse_size"
        extent = " x ".join(f"{side:.4g}" for side in sides)
        raise GeometryError(
            f"{file}: a box of {extent} µm with cells of {sizes.surface:.3g} to "
            f"{sizes.coarse:.3g} µm has about {coarse + fine:.2g} of them; no run gets on with "
            f"more than {MOST_CELLS[dim]}. Raise {worse}, or take a smaller box."
            " [E143]"
        )
