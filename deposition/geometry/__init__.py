"""Geometry: Gmsh scripts and mesh files, read into a ``Cell``.

``load_cell(scenario)`` for a scenario, ``read_geometry(file, sizes, …)`` for a file.
"""

from __future__ import annotations

from deposition.geometry.load import load_cell, read_geometry
from deposition.mesh.sizes import MeshSizes

__all__ = ["MeshSizes", "load_cell", "read_geometry"]
