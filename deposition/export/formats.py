"""The formats of ``export``, and what each can hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deposition.errors import ExportError
from deposition.export.files import Aside
from deposition.export.frames import chosen
from deposition.export.recorded import RecordedSeries
from deposition.nearest import did_you_mean, listing
from deposition.recorders.arrays import SERIES
from deposition.recorders.vtu import Grid, write_vtu

SCENE = "open_in_paraview.py"
"""Not ``paraview.py``: beside the script, ``import paraview`` would find that."""

LINES, TRIANGLES, TETRAHEDRA = 2, 3, 4
SHAPES = {LINES: "lines", TRIANGLES: "triangles", TETRAHEDRA: "tetrahedra"}
"""Cells by their number of corners."""

Writer = Callable[[Path, Grid], None]


@dataclass(frozen=True)
class StateFormat:
    """A format that holds one state a file, ``surface_000012.vtu``.

    name, suffix
    title   what it is, and who reads it
    writer  writes a grid
    arrays  whether the fields are kept; else it is the mesh alone
    cells   the cells that it can hold, by number of corners
    """

    name: str
    suffix: str
    title: str
    writer: Writer
    arrays: bool = True
    cells: tuple[int, ...] = (LINES, TRIANGLES, TETRAHEDRA)

    def refuses(self, series: RecordedSeries) -> str | None:
        """Why it cannot hold a series, or None if it can."""
        if series.corners in self.cells:
            return None
        held = " and ".join(SHAPES[corners] for corners in self.cells)
        return f"it consists of {SHAPES[series.corners]}, the format takes {held}"

    def write(self, aside: Aside, series: Sequence[RecordedSeries], frames: str | None) -> None:
        """Write the chosen states, by default the last."""
        for one in series:
            for index in chosen(frames or "last", len(one)):
                self.writer(aside.path(one.stem(index) + self.suffix), one.grid(index))


@dataclass(frozen=True)
class SeriesFormat:
    """VTKHDF: all states of a series in one file, ``surface.vtkhdf``."""

    name: str = "vtkhdf"
    suffix: str = ".vtkhdf"
    title: str = "HDF5 of VTK ≥ 9.3 and ParaView ≥ 5.12: the whole run in a file a series"
    arrays: bool = True

    def refuses(self, series: RecordedSeries) -> str | None:
        """Nothing."""
        return None

    def write(self, aside: Aside, series: Sequence[RecordedSeries], frames: str | None) -> None:
        """Write the chosen states, by default all."""
        from deposition.export.vtkhdf import write_vtkhdf

        for one in series:
            path = aside.path(one.name + self.suffix)
            write_vtkhdf(path, one, chosen(frames or "all", len(one)))


@dataclass(frozen=True)
class SceneFormat:
    """A script that shows the recorded series in ParaView."""

    name: str = "paraview"
    suffix: str = ".py"
    title: str = "a scene for ParaView ≥ 5.10: File → Load State"
    arrays: bool = True

    def refuses(self, series: RecordedSeries) -> str | None:
        """Nothing."""
        return None

    def write(self, aside: Aside, series: Sequence[RecordedSeries], frames: str | None) -> None:
        """Write the script.  It opens what the run has recorded, so there is nothing to choose."""
        from deposition.export.paraview import write_scene

        if frames is not None or len(series) < len(SERIES):
            raise ExportError("a ParaView scene shows all series and all recorded states")
        write_scene(aside.path(SCENE), series, aside.target)


Format = StateFormat | SeriesFormat | SceneFormat


def _meshio(file_format: str) -> Writer:
    def write(path: Path, grid: Grid) -> None:
        from deposition.export.mesh import write_mesh

        write_mesh(path, grid, file_format)

    return write


def _legacy_vtk(path: Path, grid: Grid) -> None:
    from deposition.export.legacy_vtk import write_legacy_vtk

    write_legacy_vtk(path, grid)


FLAT = (TRIANGLES,)
_ALL_FORMATS: tuple[Format, ...] = (
    SeriesFormat(),
    SceneFormat(),
    StateFormat("vtu", ".vtu", "XML of VTK and ParaView, as recorded", write_vtu),
    StateFormat("vtk", ".vtk", "legacy VTK: ParaView, VisIt, Mayavi", _legacy_vtk),
    StateFormat("xdmf", ".xdmf", "XDMF with an .h5 beside it: ParaView, VisIt", _meshio("xdmf")),
    StateFormat("msh", ".msh", "Gmsh 4.1", _meshio("gmsh")),
    StateFormat("med", ".med", "MED: Salome, Code_Aster", _meshio("med")),
    StateFormat("inp", ".inp", "Abaqus, the mesh alone", _meshio("abaqus"), arrays=False),
    StateFormat("mesh", ".mesh", "Medit and Mmg, the mesh alone", _meshio("medit"), arrays=False),
    StateFormat("ply", ".ply", "PLY, the mesh alone", _meshio("ply"), False, (LINES, TRIANGLES)),
    StateFormat("obj", ".obj", "Wavefront, the mesh alone", _meshio("obj"), False, FLAT),
    StateFormat("off", ".off", "OFF, the mesh alone", _meshio("off"), False, FLAT),
    StateFormat("stl", ".stl", "STL, triangles alone", _meshio("stl"), False, FLAT),
)
FORMATS = {kind.name: kind for kind in _ALL_FORMATS}


def find_format(name: str) -> Format:
    """The format of this name, or of this suffix.  ExportError with the nearest match if none."""
    kind = FORMATS.get(name.lower().removeprefix("."))
    if kind is None:
        raise ExportError(
            f'there is no format "{name}".{did_you_mean(name, FORMATS)} '
            f"There are {listing(FORMATS)}."
        )
    return kind
