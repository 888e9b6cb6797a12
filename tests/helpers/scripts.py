"""Geometry scripts of the tests, and a function that reads one."""

from __future__ import annotations

from pathlib import Path

from deposition.common import package_data as shipped
from deposition.geometry import MeshSizes, read_geometry
from deposition.mesh.cell import Cell

SIZES = MeshSizes(surface=0.5, coarse=4.0)
FLAT = shipped.geometries()["flat.geo"].read_text()
BE = shipped.geometries()["be.geo"].read_text()


def read(folder: Path, text: str, **options: object) -> Cell:
    """Cell of a script with this text."""
    file = folder / "case.geo"
    file.write_text(text if text.endswith("\n") else text + "\n")
    return read_geometry(file, SIZES, **options)  # type: ignore[arg-type]
