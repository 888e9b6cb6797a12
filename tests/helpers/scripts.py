"""Geometry scripts of the tests, and how they are read."""

from __future__ import annotations

from pathlib import Path

from deposition.common import package_data as shipped
from deposition.geometry import MeshSizes, read_geometry
from deposition.mesh.cell import Cell

SIZES = MeshSizes(surface=0.5, coarse=4.0)
FLAT = shipped.geometries()["flat.geo"].read_text()
BE = shipped.geometries()["be.geo"].read_text()


def read(folder: Path, text: str, **options: object) -> Cell:
    """The cell of a script of one's own."""
    file = folder / "case.geo"
    file.write_text(text if text.endswith("\n") else text + "\n")
    return read_geometry(file, SIZES, **options)  # type: ignore[arg-type]
