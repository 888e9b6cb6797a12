"""The formats of ``export``, and which cells each can hold; docs/export.md says what else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deposition.common.errors import ExportError
from deposition.common.suggest import did_you_mean, listing
from deposition.export.files import Aside
from deposition.export.frames import chosen
from deposition.export.recorded import RecordedSeries
from deposition.results.arrays import SERIES
from deposition.results.vtu import Grid, write_vtu

SCENE = "open_in_paraview.py"
"""Not ``paraview.py``: beside the script, ``import paraview`` would find that."""

LINES, TRIANGLES, TETRAHEDRA = 2, 3, 4
SHAPES = {LINES: "lines", TRIANGLES: "triangles", TETRAHEDRA: "tetrahedra"}
"""Cells by their number of corners."""

Writer = Callable[[Path, Grid], None]


@dataclass(frozen=True)
class StateFormat:
    """A format that holds one state a file, ``surface_000012.vtu``.

    name    the suffix too
    writer  writes a grid
    cells   the cells that it can hold, by number of corners
    """

    name: str
    writer: Writer
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
                self.writer(aside.path(f"{one.stem(index)}.{self.name}"), one.grid(index))


@dataclass(frozen=True)
class SeriesFormat:
    """VTKHDF: all states of a series in one file, ``surface.vtkhdf``."""

    name: str = "vtkhdf"

    def refuses(self, series: RecordedSeries) -> str | None:
        """Nothing."""
        return None

    def write(self, aside: Aside, series: Sequence[RecordedSeries], frames: str | None) -> None:
        """Write the chosen states, by default all."""
        from deposition.export.vtkhdf import write_vtkhdf

        for one in series:
            path = aside.path(f"{one.name}.{self.name}")
            write_vtkhdf(path, one, chosen(frames or "all", len(one)))


@dataclass(frozen=True)
class SceneFormat:
    """A script that shows the recorded series in ParaView."""

    name: str = "paraview"

    def refuses(self, series: RecordedSeries) -> str | None:
        """Nothing."""
        return None

    def write(self, aside: Aside, series: Sequence[RecordedSeries], frames: str | None) -> None:
        """Write the script.  It opens what the run has recorded, so there is nothing to choose."""
        from deposition.export.paraview import write_scene

        if frames is not None or len(series) < len(SERIES):
            raise ExportError("a ParaView scene shows all series and all recorded states [E704]")
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
    StateFormat("vtu", write_vtu),
    StateFormat("vtk", _legacy_vtk),
    StateFormat("xdmf", _meshio("xdmf")),
    StateFormat("msh", _meshio("gmsh")),
    StateFormat("med", _meshio("med")),
    StateFormat("inp", _meshio("abaqus")),
    StateFormat("mesh", _meshio("medit")),
    StateFormat("ply", _meshio("ply"), (LINES, TRIANGLES)),
    StateFormat("obj", _meshio("obj"), FLAT),
    StateFormat("off", _meshio("off"), FLAT),
    StateFormat("stl", _meshio("stl"), FLAT),
)
FORMATS = {kind.name: kind for kind in _ALL_FORMATS}


def find_format(name: str) -> Format:
    """The format of this name, or of this suffix.  ExportError with the nearest match if none."""
    kind = FORMATS.get(name.lower().removeprefix("."))
    if kind is None:
        raise ExportError(
            f'there is no format "{name}".{did_you_mean(name, FORMATS)} '
            f"There are {listing(FORMATS)}."
            " [E705]"
        )
    return kind
