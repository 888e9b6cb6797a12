"""Read a geometry file into a ``Cell``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from deposition.common import package_data as shipped
from deposition.common.errors import GeometryError
from deposition.geometry.build import build_cell
from deposition.geometry.gmsh_process import Task, read_in_process
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
    """Sections of a scenario that define the geometry and its mesh."""

    @property
    def geometry(self) -> GeometrySettings: ...
    @property
    def mesh(self) -> MeshSettings: ...


def load_cell(scenario: HasGeometry) -> Cell:
    """Initial cell of a scenario: ``[geometry]`` meshed with the sizes of ``[mesh]``.

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
    """Read the cell of a geometry file, in µm.

    ``.geo``           a Gmsh script; ``parameters`` replace the values of its ``DefineConstant``
    ``.msh``           a Gmsh mesh of any version; its elements are kept, ``sizes`` has no effect
    anything else      a mesh that meshio reads; ``read_meshio`` states the sources of the names

    Raises GeometryError, with file and position, for a file that cannot be read, a script with
    commands other than geometry (unless shipped or ``trust``), a parameter that does not exist,
    and a mesh that violates the contract of names or overlaps itself.
    """
    parameters = dict(parameters or {})
    if not file.is_file():
        raise GeometryError(f"{file}: the geometry file does not exist [E122]")
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
        return read_in_process(Task(file, parameters, sizes))
    if parameters:
        raise GeometryError(
            f"{file}: the parameters {', '.join(parameters)} cannot be set, because a mesh file "
            "has none. Remove them, or use a .geo script."
            " [E123]"
        )
    if not _is_gmsh_mesh(file):
        return read_mesh(file)
    if not trusted:
        check_options(file)
    return read_in_process(Task(file, {}, None))


def _is_gmsh_mesh(file: Path) -> bool:
    """Recognise a Gmsh mesh by its first bytes: Gmsh runs any other file as a script."""
    if file.suffix.lower() != ".msh":
        return False
    with file.open("rb") as stream:
        start = stream.read(16).lstrip()
    return start.startswith((b"$MeshFormat", b"$NOD"))


def _is_shipped(file: Path) -> bool:
    return file.resolve() in {path.resolve() for path in shipped.geometries().values()}
