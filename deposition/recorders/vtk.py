"""Three series of fields for ParaView: ``electrolyte.pvd``, ``surface.pvd``, ``bodies.pvd``."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from deposition.errors import ResultsError
from deposition.files import write_aside
from deposition.recorders.arrays import SERIES, to_grids
from deposition.recorders.vtu import write_vtu
from deposition.snapshot import FluxLaw, Snapshot
from deposition.state import State

FOLDER = "vtk"
"""Where the ``.vtu`` files lie, beside the ``.pvd`` files that list them."""


class VtkSeries:
    """Writes every frame (``State.frame``), and the last state whatever it is."""

    def __init__(self, folder: Path, flux: FluxLaw) -> None:
        """``flux``: the electrolyte's Li⁺ flux law; ResultsError if ``folder`` is not writable."""
        self._folder = folder
        self._flux = flux
        self._entries: list[tuple[float, int]] = []
        self._waiting: State | None = None
        try:
            (folder / FOLDER).mkdir(exist_ok=True)
        except OSError as problem:
            raise ResultsError(f"cannot make {folder / FOLDER}: {problem.strerror}") from problem

    @classmethod
    def resumed(cls, folder: Path, flux: FluxLaw, step: int, frame: bool) -> VtkSeries:
        """Go on after ``step``, which is a frame or not; files of what came after it are removed.

        ResultsError if a series cannot be read.
        """
        series = cls(folder, flux)
        recorded = read_pvd(folder / f"{SERIES[-1]}.pvd")
        last = step if frame else step - 1
        entries = [(time, step_of(file)) for time, file in recorded]
        series._entries = [entry for entry in entries if entry[1] <= last]
        for name in SERIES:
            write_pvd(folder / f"{name}.pvd", name, series._entries)
            for file in (folder / FOLDER).glob(f"{name}_*.vtu"):
                if step_of(file.name) > last:
                    file.unlink()
        return series

    def record(self, state: State) -> None:
        """Write the state if it is a frame, else keep it until the next one."""
        if state.frame:
            self._write(state)
        else:
            self._waiting = state

    def close(self) -> None:
        """Write the last state, unless that is done."""
        if self._waiting is not None:
            self._write(self._waiting)

    def _write(self, state: State) -> None:
        self._waiting = None
        grids = to_grids(Snapshot.of(state, self._flux))
        for series in SERIES:
            write_vtu(self._folder / file_name(series, state.step), grids[series])
        if not self._entries:
            write_vtu(self._folder / "initial_surface.vtu", grids["surface"])
        self._entries.append((state.time, state.step))
        for series in SERIES:
            write_pvd(self._folder / f"{series}.pvd", series, self._entries)


def file_name(series: str, step: int) -> str:
    """Where the state after ``step`` steps is, seen from the results folder."""
    return f"{FOLDER}/{series}_{step:06d}.vtu"


def step_of(file: str) -> int:
    """The step whose state a file holds: the inverse of ``file_name``."""
    return int(Path(file).stem.rpartition("_")[2])


def write_pvd(path: Path, series: str, entries: list[tuple[float, int]]) -> None:
    """List the recorded files of a series with their times, in (time s, step) ``entries``."""
    root = ET.Element("VTKFile", type="Collection", version="0.1")
    collection = ET.SubElement(root, "Collection")
    for time, step in entries:
        ET.SubElement(
            collection,
            "DataSet",
            timestep=repr(float(time)),
            group="",
            part="0",
            file=file_name(series, step),
        )
    ET.indent(root)
    write_aside(path, ET.tostring(root, encoding="utf-8", xml_declaration=True))


def read_pvd(path: Path) -> list[tuple[float, str]]:
    """(time s, file) of each recorded state.  ResultsError if it cannot be read."""
    try:
        sets = ET.parse(path).getroot().iter("DataSet")
        return [(float(entry.attrib["timestep"]), entry.attrib["file"]) for entry in sets]
    except (OSError, ET.ParseError, ValueError, KeyError) as problem:
        raise ResultsError(f"cannot read {path} as a .pvd series: {problem}") from problem
