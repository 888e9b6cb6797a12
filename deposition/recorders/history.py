"""``history.csv``: one row per step, each column name with its unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from deposition.analysis.current import current_p99_over_mean
from deposition.analysis.morphology import Reference, measure
from deposition.common.atomic_files import write_text
from deposition.common.constants import FARADAY, MAH_PER_CM2
from deposition.common.errors import ResultsError
from deposition.mesh.cell import metal_volume
from deposition.mesh.footprint import projected_area
from deposition.recorders.run import Run
from deposition.results import renamed
from deposition.simulation.run_state import side_current_density
from deposition.simulation.state import State


class History:
    """Write one row of numbers per state, at once: a crash loses at most the last row."""

    def __init__(self, path: Path, reference: Reference) -> None:
        """Create the file ``path``; deposits are measured from ``reference``.

        Raises ResultsError if the file cannot be written.
        """
        self._reference = reference
        self._columns: list[str] = []
        self._open_file(path, "w")

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> History:
        """The history of a run; rows after ``after_step`` are removed.

        Raises ResultsError if the file ends before that row.
        """
        if after_step is None:
            return cls(run.results.history, run.reference)
        return cls.resumed(run.results.history, run.reference, after_step)

    @classmethod
    def resumed(cls, path: Path, reference: Reference, step: int) -> History:
        """Continue after the row of ``step``."""
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
        kept = lines[: step + 2]  # the header, and a row for each step and for the start
        if len(kept) < step + 2 or not kept[-1].endswith("\n"):
            raise ResultsError(
                f"{path} ends before step {step}, where the run is to be resumed [E520]"
            )
        write_text(path, "".join(kept))
        history = cls.__new__(cls)
        history._reference = reference
        # An earlier version may have written fewer columns: the file keeps its own.
        header = kept[0].rstrip("\n").split(",")
        history._columns = [renamed.HISTORY.get(name, name) for name in header]
        history._open_file(path, "a")
        return history

    def _open_file(self, path: Path, mode: str) -> None:
        try:
            self._file = open(path, mode, encoding="utf-8", newline="\n")  # noqa: SIM115
        except OSError as problem:
            raise ResultsError(f"cannot write {path}: {problem.strerror} [E521]") from problem

    def record(self, state: State) -> None:
        """Append the row of a state; the header precedes the first."""
        values = row(state, self._reference)
        lines = [] if self._file.tell() else [",".join(values)]
        self._columns = self._columns or list(values)
        lines.append(",".join(f"{values[name]:.10g}" for name in self._columns))
        self._file.write("\n".join(lines) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


TIMES = ("seconds", "solve_seconds", "mmg_seconds")
"""Columns in which two runs of a scenario differ."""


def row(state: State, reference: Reference) -> dict[str, float]:
    """The numbers of one state by column name, in the units that the names state."""
    return {
        "step": state.step,
        "protocol_step": state.progress.protocol_step + 1,
        "time_s": state.time,
        "time_step_s": state.time_step,
        "capacity_mAh_cm2": state.rounded_areal_charge / MAH_PER_CM2,
        "voltage_V": state.voltage,
        "current_density_A_m2": state.applied_current_density,
        **_currents(state),
        **_chemical(state),
        **_side(state),
        **_lithiation(state),
        **_power(state),
        **_shape(state, reference),
        "c_min_mol_m3": float(np.nanmin(state.concentration)),
        "c_max_mol_m3": float(np.nanmax(state.concentration)),
        "faraday_error": state.balance.faraday_error,
        "salt_error": state.balance.salt_error,
        "salt_correction": state.balance.salt_correction,
        "pocket_salt_correction": state.balance.pocket_correction,
        **_dissolved(state),
        "volume_correction": state.balance.volume_correction,
        "film_error": state.balance.film_error,
        "dead_lithium_error": state.balance.dead_lithium_error,
        "dead_lithium_net_current": state.balance.dead_lithium_net_current,
        "vertices": len(state.cell.points),
        "newton_iterations": state.cost.newton_iterations,
        "seconds": state.cost.seconds,
        "solve_seconds": state.cost.solve_seconds,
        "mmg_seconds": state.cost.mmg_seconds,
    }


def _currents(state: State) -> dict[str, float]:
    """Extremes of i_n on the working surface, and its 99th percentile over the mean; NaN without a
    working electrode."""
    working = state.current_density[state.surface.working]
    if not len(working):
        working = np.full(1, np.nan)
    return {
        "current_min_A_m2": float(working.min()),
        "current_max_A_m2": float(working.max()),
        "current_p99_over_mean": current_p99_over_mean(state),
    }


def _chemical(state: State) -> dict[str, float]:
    """F times the lithium gained by chemical reactions per projected area; none without them."""
    rate = state.fields.chemical_rate
    if len(rate) != state.surface.size:
        return {}
    if not state.surface.working.any():
        return {"chemical_current_density_A_m2": np.nan}
    gained = float(rate @ state.surface.area) / projected_area(state.cell)
    return {"chemical_current_density_A_m2": FARADAY * gained}


def _dissolved(state: State) -> dict[str, float]:
    """Largest restored share of a further dissolved species; none without one."""
    interface = state.run_state.interface_state
    if not interface.fields.dissolved.size:
        return {}
    return {"dissolved_correction": interface.balances.dissolved_correction}


def _side(state: State) -> dict[str, float]:
    """Current density and charge of side reactions, such as SEI growth; none without them."""
    if len(state.fields.side_current) != state.surface.size:
        return {}
    density = side_current_density(state.run_state.interface_state, state.fields)
    return {
        "side_current_density_A_m2": density,
        "side_charge_mAh_cm2": state.run_state.side_charge / MAH_PER_CM2,
    }


def _lithiation(state: State) -> dict[str, float]:
    """x of a positive electrode; none without one."""
    x = state.fields.lithiation
    return {} if np.isnan(x) else {"lithiation": x}


def _power(state: State) -> dict[str, float]:
    """Power lost by mechanism; those of a positive electrode and of side reactions where there are
    any."""
    losses = state.run_state.losses.by_mechanism
    if np.isnan(state.fields.lithiation):
        losses.pop("positive_electrode")
    if len(state.fields.side_current) != state.surface.size:
        losses.pop("side_reactions")
    return {f"power_{name}_W_m2": power for name, power in losses.items()}


def _shape(state: State, reference: Reference) -> dict[str, float]:
    """The morphology, without the mean heights by film."""
    shape = measure(reference, state.cell, state.surface)
    return {
        "height_mean_um": shape.height_mean,
        "height_max_um": shape.height_max,
        "height_min_um": shape.height_min,
        "roughness_rms_um": shape.roughness_rms,
        "peak_to_valley_um": shape.peak_to_valley,
        "roughness_factor": shape.roughness_factor,
        "lithium_area_um2" if state.cell.dim == 2 else "lithium_volume_um3": metal_volume(
            state.cell
        ),
        "void_area_um2" if state.cell.dim == 2 else "void_volume_um3": state.void_area,
    }
