"""Read a geometry file into a ``Cell``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from deposition.common import package_data as shipped
from deposition.common.errors import GeometryError
from deposition.geometry.build import build_cell
from deposition.geometry.draw import mesh_drawing
from deposition.geometry.gmsh_process import Task, read_here, read_in_process
from deposition.geometry.group_names import NO_TAGS, TagTable
from deposition.geometry.growth import with_growth_axis
from deposition.geometry.length_units import UNITS
from deposition.geometry.mesh_estimate import check_mesh_file
from deposition.geometry.read_meshio import read_mesh
from deposition.geometry.script import check_ending, check_options, check_parameters, check_script
from deposition.geometry.tagged import TaggedMesh
from deposition.mesh.cell import Cell
from deposition.mesh.drawing import DRAWN, Drawing
from deposition.mesh.sizes import MeshSettings, MeshSizes


class GeometrySettings(Protocol):
    """``[geometry]`` of a scenario."""

    @property
    def file(self) -> Path | None: ...
    @property
    def parameters(self) -> Mapping[str, float | str]: ...
    @property
    def unit(self) -> str: ...
    @property
    def tags(self) -> TagTable: ...
    @property
    def growth_axis(self) -> str: ...
    @property
    def trust(self) -> bool: ...


class HasGeometry(Protocol):
    """Sections of a scenario that define the geometry and its mesh."""

    @property
    def geometry(self) -> GeometrySettings: ...
    @property
    def drawing(self) -> Drawing | None: ...
    @property
    def mesh(self) -> MeshSettings: ...
    @property
    def interface(self) -> str: ...


def load_cell(scenario: HasGeometry) -> Cell:
    """Initial cell of a scenario: ``[geometry]`` meshed with the sizes of ``[mesh]``.

    Raises GeometryError as ``read_geometry`` and ``mesh_drawing`` do.
    """
    settings, sizes, drawing = scenario.geometry, MeshSizes.of(scenario.mesh), scenario.drawing
    if drawing is not None or settings.file is None:
        assert drawing is not None
        drawn = build_cell(mesh_drawing(drawing, sizes), Path(DRAWN))
        return with_growth_axis(drawn, settings.growth_axis, Path(DRAWN))
    cell = read_geometry(
        settings.file,
        sizes,
        settings.parameters,
        unit=UNITS[settings.unit],
        tags=settings.tags,
        trust=settings.trust,
    )
    if settings.file.suffix.lower() != ".geo":
        check_mesh_file(settings.file, cell, sizes, scenario.interface == "moving")
    return with_growth_axis(cell, settings.growth_axis, settings.file)


def read_geometry(
    file: Path,
    sizes: MeshSizes,
    parameters: Mapping[str, float | str] | None = None,
    *,
    unit: float = 1.0,
    tags: TagTable = NO_TAGS,
    trust: bool = False,
) -> Cell:
    """Read the cell of a geometry file with lengths in units of ``unit`` µm.

    tags: names of the contract by the number or the name of a group of the file

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
    task = Task(file, parameters, sizes, unit, dict(tags))
    return build_cell(_read(task, trust or _is_shipped(file)), file, tags)


def _read(task: Task, trusted: bool) -> TaggedMesh:
    file, parameters = task.file, task.parameters
    if file.suffix.lower() == ".geo":
        if not trusted:
            check_script(file)
        check_ending(file)
        check_parameters(file, parameters)
        if _is_shipped(file):
            return read_here(task)
        return read_in_process(task)
    if parameters:
        raise GeometryError(
            f"{file}: the parameters {', '.join(parameters)} cannot be set, because a mesh file "
            "has none. Remove them, or use a .geo script."
            " [E123]"
        )
    if not _is_gmsh_mesh(file):
        mesh = read_mesh(file, task.tags)
        return replace(mesh, points=task.unit * mesh.points)
    if not trusted:
        check_options(file)
    return read_in_process(replace(task, sizes=None))


def _is_gmsh_mesh(file: Path) -> bool:
    """Recognise a Gmsh mesh by its first bytes: Gmsh runs any other file as a script."""
    if file.suffix.lower() != ".msh":
        return False
    with file.open("rb") as stream:
        start = stream.read(16).lstrip()
    return start.startswith((b"$MeshFormat", b"$NOD"))


def _is_shipped(file: Path) -> bool:
    return file.resolve() in {path.resolve() for path in shipped.geometries().values()}
