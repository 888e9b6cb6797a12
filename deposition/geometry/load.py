"""From a geometry file to a ``Cell``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from deposition.cell import Cell
from deposition.constants import MICROMETRE
from deposition.errors import GeometryError
from deposition.geometry.build import build_cell
from deposition.geometry.read_gmsh import mesh_script, read_msh
from deposition.geometry.size import MeshSizes


class GeometrySettings(Protocol):
    """``[geometry]`` of a scenario."""

    @property
    def file(self) -> Path: ...
    @property
    def parameters(self) -> Mapping[str, float | str]: ...
    @property
    def trust(self) -> bool: ...


class MeshSettings(Protocol):
    """``[mesh]`` of a scenario; lengths in m."""

    @property
    def surface_size(self) -> float: ...
    @property
    def coarse_size(self) -> float: ...
    @property
    def gradation(self) -> float: ...


class HasGeometry(Protocol):
    """The part of a scenario that geometry reads."""

    @property
    def geometry(self) -> GeometrySettings: ...
    @property
    def mesh(self) -> MeshSettings: ...


def load_cell(scenario: HasGeometry) -> Cell:
    """The initial cell of a scenario: its geometry, meshed as its ``[mesh]`` says.

    Raises GeometryError as ``read_geometry`` does.
    """
    mesh = scenario.mesh
    sizes = MeshSizes(mesh.surface_size / MICROMETRE, mesh.coarse_size / MICROMETRE, mesh.gradation)
    settings = scenario.geometry
    return read_geometry(settings.file, sizes, settings.parameters, trust=settings.trust)


def read_geometry(
    file: Path,
    sizes: MeshSizes,
    parameters: Mapping[str, float | str] | None = None,
    *,
    trust: bool = False,
) -> Cell:
    """The cell in a geometry file, in micrometres."""
    if file.suffix == ".msh":
        return build_cell(read_msh(file), file)
    return build_cell(mesh_script(file, parameters or {}, sizes), file)
