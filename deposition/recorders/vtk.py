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
    """Writes the first state, the last, and one whenever another ``every`` of charge has passed."""

    def __init__(self, folder: Path, flux: FluxLaw, every: float) -> None:
        """``every`` in C/m², plated or stripped; ResultsError if ``folder`` cannot be written."""
        self._folder = folder
        self._flux = flux
        self._every = every
        self._entries: list[tuple[float, int]] = []
        self._passed = 0.0
        self._last: State | None = None
        try:
            (folder / FOLDER).mkdir(exist_ok=True)
        except OSError as problem:
            raise ResultsError(f"cannot make {folder / FOLDER}: {problem.strerror}") from problem

    def record(self, state: State) -> None:
        """Write the state if it is due."""
        if self._last is None:
            self._write(state)
            return
        before = self._passed
        self._passed += abs(state.capacity - self._last.capacity)
        self._last = state
        if self._multiples(self._passed) > self._multiples(before):
            self._write(state)

    def close(self) -> None:
        """Write the last state, unless that is done."""
        if self._last is not None and self._last.step != self._entries[-1][1]:
            self._write(self._last)

    def _multiples(self, charge: float) -> int:
        """How many times ``every`` is in the charge; a step meant to end on one may be short."""
        return int(charge / self._every + 1e-9)

    def _write(self, state: State) -> None:
        self._last = state
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
