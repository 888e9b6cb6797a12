"""Three series of fields for ParaView: ``electrolyte.pvd``, ``surface.pvd``, ``bodies.pvd``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deposition.common.errors import ResultsError
from deposition.laws.flux import FluxLaw
from deposition.recorders.run import Run
from deposition.recorders.snapshots import snapshot_of
from deposition.results.arrays import SERIES, to_grids
from deposition.results.pvd import FOLDER, file_name, read_pvd, step_of, write_pvd
from deposition.results.vtu import write_vtu
from deposition.simulation.state import State


class VtkSeries:
    """Write every snapshot (``State.is_snapshot``), and the last state in any case."""

    def __init__(self, folder: Path, flux: FluxLaw, species: Sequence[str] = ()) -> None:
        """flux: Li⁺ flux of the electrolyte; species: names of the further dissolved species.

        Raises ResultsError if ``folder`` is not writable.
        """
        self._folder = folder
        self._flux = flux
        self._species = species
        self._entries: list[tuple[float, int]] = []
        self._waiting: State | None = None
        try:
            (folder / FOLDER).mkdir(exist_ok=True)
        except OSError as problem:
            raise ResultsError(
                f"cannot make {folder / FOLDER}: {problem.strerror} [E523]"
            ) from problem

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> VtkSeries:
        """The series of a run; see ``resumed``."""
        species = tuple(run.scenario.electrolyte.dissolved)
        if after_step is None:
            return cls(run.results.path, run.flux, species)
        recorded = run.checkpoint is None or run.checkpoint.is_snapshot
        return cls.resumed(run.results.path, run.flux, after_step, recorded, species)

    @classmethod
    def resumed(
        cls,
        folder: Path,
        flux: FluxLaw,
        step: int,
        is_snapshot: bool,
        species: Sequence[str] = (),
    ) -> VtkSeries:
        """Continue after ``step``, which is a snapshot or not; later files are removed.

        Raises ResultsError if a series cannot be read.
        """
        series = cls(folder, flux, species)
        recorded = read_pvd(folder / f"{SERIES[-1]}.pvd")
        last = step if is_snapshot else step - 1
        entries = [(time, step_of(file)) for time, file in recorded]
        series._entries = [entry for entry in entries if entry[1] <= last]
        for name in SERIES:
            write_pvd(folder / f"{name}.pvd", name, series._entries)
            for file in (folder / FOLDER).glob(f"{name}_*.vtu"):
                if step_of(file.name) > last:
                    file.unlink()
        return series

    def record(self, state: State) -> None:
        """Write the state if it is a snapshot, else keep it until the next one."""
        if state.is_snapshot:
            self._write(state)
        else:
            self._waiting = state

    def close(self) -> None:
        """Write the last state, unless it is written."""
        if self._waiting is not None:
            self._write(self._waiting)

    def _write(self, state: State) -> None:
        self._waiting = None
        grids = to_grids(snapshot_of(state, self._flux, self._species))
        for series in SERIES:
            write_vtu(self._folder / file_name(series, state.step), grids[series])
        if not self._entries:
            write_vtu(self._folder / "initial_surface.vtu", grids["surface"])
        self._entries.append((state.time, state.step))
        for series in SERIES:
            write_pvd(self._folder / f"{series}.pvd", series, self._entries)
