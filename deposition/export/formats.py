"""Formats of ``export`` and the cells that each can hold; documented in docs/export.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deposition.common.errors import ExportError
from deposition.common.suggest import did_you_mean, listing
from deposition.export.files import Aside
from deposition.export.recorded import RecordedSeries
from deposition.export.snapshots import chosen
from deposition.results.arrays import SERIES
from deposition.results.vtu import Grid, write_vtu

SCENE = "open_in_paraview.py"
"""Not ``paraview.py``, which ``import paraview`` in the script would import."""

LINES, TRIANGLES, TETRAHEDRA = 2, 3, 4
SHAPES = {LINES: "lines", TRIANGLES: "triangles", TETRAHEDRA: "tetrahedra"}
"""Cell types by number of corners."""

Writer = Callable[[Path, Grid], None]


@dataclass(frozen=True)
class StateFormat:
    """Format with one file per state, ``surface_000012.vtu``.

    name    name and suffix
    writer  function that writes a grid
    cells   numbers of corners of the cells that it can hold
    """

    name: str
    writer: Writer
    cells: tuple[int, ...] = (LINES, TRIANGLES, TETRAHEDRA)

    def refuses(self, series: RecordedSeries) -> str | None:
        """Reason why it cannot hold a series; None if it can."""
        if series.corners in self.cells:
            return None
        held = " and ".join(SHAPES[corners] for corners in self.cells)
        return f"it consists of {SHAPES[series.corners]}, the format holds {held}"

    def write(self, aside: Aside, series: Sequence[RecordedSeries], snapshots: str | None) -> None:
        """Write the selected states, by default the last."""
        for one in series:
            for index in chosen(snapshots or "last", len(one)):
                self.writer(aside.path(f"{one.stem(index)}.{self.name}"), one.grid(index))


@dataclass(frozen=True)
class SeriesFormat:
    """VTKHDF: one file per series with all states, ``surface.vtkhdf``."""

    name: str = "vtkhdf"

    def refuses(self, series: RecordedSeries) -> str | None:
        """None: it can hold every series."""
        return None

    def write(self, aside: Aside, series: Sequence[RecordedSeries], snapshots: str | None) -> None:
        """Write the selected states, by default all."""
        from deposition.export.vtkhdf import write_vtkhdf

        for one in series:
            path = aside.path(f"{one.name}.{self.name}")
            write_vtkhdf(path, one, chosen(snapshots or "all", len(one)))


@dataclass(frozen=True)
class SceneFormat:
    """Python script that shows the recorded series in ParaView."""

    name: str = "paraview"

    def refuses(self, series: RecordedSeries) -> str | None:
        """None: it can hold every series."""
        return None

    def write(self, aside: Aside, series: Sequence[RecordedSeries], snapshots: str | None) -> None:
        """Write the script.  It opens all recorded states of all series.

        Raises ExportError if states or series are selected.
        """
        from deposition.export.paraview import write_scene

        if snapshots is not None or len(series) < len(SERIES):
            raise ExportError(
                "a ParaView scene shows all series and all recorded states. "
                "Leave out --series and --snapshots."
                " [E704]"
            )
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
    """Find a format by name or suffix.  Raises ExportError, with the nearest name, if unknown."""
    kind = FORMATS.get(name.lower().removeprefix("."))
    if kind is None:
        raise ExportError(
            f'there is no format "{name}".{did_you_mean(name, FORMATS)} '
            f"Choose from {listing(FORMATS)}."
            " [E705]"
        )
    return kind
