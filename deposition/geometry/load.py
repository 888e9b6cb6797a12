"""From a geometry file to a ``Cell``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from deposition.common import package_data as shipped
from deposition.common.errors import GeometryError
from deposition.geometry.apart import Task, read_apart
from deposition.geometry.build import build_cell
from deposition.geometry.read_gmsh import mesh_script
from deposition.geometry.read_meshio import read_mesh
from deposition.geometry.script import check_ending, check_options, check_parameters, check_script
from deposition.geometry.tagged import TaggedMesh
from deposition.mesh.cell import Cell
from deposition.mesh.sizes import MeshSettings, MeshSizes


class GeometrySettings(Protocol):
    """``[geometry]`` of a scenario."""

    @property
    def file(self) -> Path: ...
    @property
    def parameters(self) -> Mapping[str, float | str]: ...
    @property
    def trust(self) -> bool: ...


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
    settings, sizes = scenario.geometry, MeshSizes.of(scenario.mesh)
    return read_geometry(settings.file, sizes, settings.parameters, trust=settings.trust)


def read_geometry(
    file: Path,
    sizes: MeshSizes,
    parameters: Mapping[str, float | str] | None = None,
    *,
    trust: bool = False,
) -> Cell:
    """The cell in a geometry file, in micrometres.

    ``.geo``           a Gmsh script; ``parameters`` replace the values of its ``DefineConstant``
    ``.msh``           a Gmsh mesh of any version; it keeps its own sizes
    anything else      a mesh that meshio reads; see ``read_meshio`` for how names are found

    Raises GeometryError, with the file and the place, for a file that cannot be read, a script
    that asks for more than geometry (unless shipped or ``trust``), a parameter that does not
    exist, and a mesh that breaks the contract of names or overlaps itself.
    """
    parameters = dict(parameters or {})
    if not file.is_file():
        raise GeometryError(f"{file}: no such geometry file [E122]")
    return build_cell(_read(file, sizes, parameters, trust or _is_shipped(file)), file)


def _read(
    file: Path, sizes: MeshSizes, parameters: Mapping[str, float | str], trusted: bool
) -> TaggedMesh:
    if file.suffix.lower() == ".geo":
        if not trusted:
            check_script(file)
        check_ending(file)
        check_parameters(file, parameters)
        if _is_shipped(file):
            return mesh_script(file, parameters, sizes)
        return read_apart(Task(file, parameters, sizes))
    if parameters:
        raise GeometryError(
            f"{file}: a mesh has no parameters, so {', '.join(parameters)} cannot be set; "
            "only a .geo script has"
            " [E123]"
        )
    if not _is_gmsh_mesh(file):
        return read_mesh(file)
    if not trusted:
        check_options(file)
    return read_apart(Task(file, {}, None))


def _is_gmsh_mesh(file: Path) -> bool:
    """By its first bytes, because Gmsh runs as a script what does not look like a mesh."""
    if file.suffix.lower() != ".msh":
        return False
    with file.open("rb") as stream:
        start = stream.read(16).lstrip()
    return start.startswith((b"$MeshFormat", b"$NOD"))


def _is_shipped(file: Path) -> bool:
    return file.resolve() in {path.resolve() for path in shipped.geometries().values()}
