"""The history of a result without its impedance spectra, for curves over charge or time."""

from __future__ import annotations

import numpy as np

from deposition.mesh.cell import Floats
from deposition.results.protocol_step_table import read_steps
from deposition.results.result import STEPS, Result

SPECTRUM = "spectrum"
"""Value of ``ended_by`` of an impedance spectrum."""


def history_of_loads(result: Result) -> dict[str, Floats]:
    """The columns of the history in the protocol steps that take time.

    A spectrum takes none, and its voltage is that of its own steady state.  All rows of a run of
    nothing else.
    """
    history = {name: np.asarray(column) for name, column in result.history.items()}
    rows = read_steps(result.folder / STEPS)
    measured = [row.protocol_step for row in rows if row.ended_by == SPECTRUM]
    kept = ~np.isin(history["protocol_step"], measured) if measured else np.ones(0, dtype=bool)
    if not kept.any():
        return history
    return {name: column[kept] for name, column in history.items()}
