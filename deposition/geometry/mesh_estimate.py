"""Comparison of a geometry with the mesh sizes, to reject it before it is meshed or remeshed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from deposition.common.errors import GeometryError
from deposition.geometry.length_units import UNITS
from deposition.mesh.cell import COUNTER, Cell
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import extract_surface

MOST_CELLS = {2: 50_000, 3: 500_000}
"""Largest estimated number of elements, by dimension: far above that of a practical run, and meshed
by Gmsh within seconds."""

FEWEST_ACROSS, MOST_ACROSS = 4.0, 1e4
"""Elements of the surface size along the longest side of a box whose unit of length is right."""


def check_mesh_file(file: Path, cell: Cell, sizes: MeshSizes, moves: bool) -> None:
    """Raise GeometryError for a cell of a mesh file that is too small or too large for ``sizes``.

    moves: the interface moves, so that the first time step remeshes the cell to ``sizes``
    """
    sides = np.ptp(cell.points, axis=0).tolist()
    check_extent(file, sizes, sides)
    if moves:
        surface = extract_surface(cell)
        counter = surface.on(COUNTER)
        areas = (float(surface.area[on].sum()) for on in (~counter, counter))
        check_count(file, sizes, sides, *areas)
    elif len(cell.simplices) > MOST_CELLS[cell.dim]:
        raise GeometryError(
            f"{file}: the mesh has {len(cell.simplices)} elements, more than the limit of "
            f"{MOST_CELLS[cell.dim]}. Use a coarser mesh."
            " [E146]"
        )


def check_extent(file: Path, sizes: MeshSizes, sides: Sequence[float]) -> None:
    """Raise GeometryError if a box with these sides (µm) is smaller than a few elements, as one in
    another unit of length is."""
    if max(sides) < FEWEST_ACROSS * sizes.surface:
        raise GeometryError(
            f"{file}: the box measures {_by(sides)} µm, less than {FEWEST_ACROSS:g} elements of "
            f"mesh.surface_size ({sizes.surface:.3g} µm).{_other_unit(sizes, sides)} Reduce "
            "mesh.surface_size if the box is right."
            " [E147]"
        )


def check_count(
    file: Path, sizes: MeshSizes, sides: Sequence[float], interface: float, counter: float
) -> None:
    """Raise GeometryError if the sizes lead to more than ``MOST_CELLS`` elements.

    sides (µm) of the box; interface, counter: length (2D, µm) or area (3D, µm²) of the interface
    between electrolyte and metal, and of the counter electrode.

    The estimate is the sum of regular elements of the coarse size H in the whole box, k V/H^d with
    k = 2 (2D) or 6 (3D) simplices per cube, and graded layers on an interface of area A and size h,
    k A/h^(d-1) Σ_j g^-j with the gradation g; likewise on the counter electrode if it has a size.
    """
    dim = len(sides)
    per_cube = 2.0 if dim == 2 else 6.0
    coarse = per_cube * math.prod(side / sizes.coarse for side in sides)
    layers = sizes.gradation / (sizes.gradation - 1.0)
    facets = interface / sizes.surface ** (dim - 1)
    if sizes.counter is not None:
        facets += counter / sizes.counter ** (dim - 1)
    fine = per_cube * layers * facets
    if not coarse + fine <= MOST_CELLS[dim]:
        setting = "mesh.surface_size" if fine > coarse else "mesh.coarse_size"
        raise GeometryError(
            f"{file}: the mesh would have about {coarse + fine:.2g} elements, more than the limit "
            f"of {MOST_CELLS[dim]}. The box measures {_by(sides)} µm, the elements "
            f"{sizes.surface:.3g} to {sizes.coarse:.3g} µm.{_other_unit(sizes, sides)} Increase "
            f"{setting} or use a smaller box."
            " [E143]"
        )


def _by(sides: Sequence[float]) -> str:
    return " x ".join(f"{side:.4g}" for side in sides)


def _other_unit(sizes: MeshSizes, sides: Sequence[float]) -> str:
    """Sentence on the unit of length in which the box would fit the mesh sizes, if there is one."""
    for unit, factor in UNITS.items():
        across = max(sides) * factor / sizes.surface
        if factor != 1.0 and FEWEST_ACROSS <= across <= MOST_ACROSS:
            return (
                f' Lengths are in µm; state geometry.unit = "{unit}" if those of the file are in '
                f"{unit} (a factor of {factor:g}: {_by([factor * side for side in sides])} µm)."
            )
    return ""
