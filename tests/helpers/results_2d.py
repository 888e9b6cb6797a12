"""A results folder of a few recorded states in 2D, written without a solver."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deposition.analysis.morphology import Reference
from deposition.mesh.cell import Floats
from deposition.recorders.history import History
from deposition.recorders.vtk import VtkSeries
from deposition.results.result import Result, ResultsFolder
from deposition.simulation.state import State
from helpers import synthetic
from helpers.states import changed

CELLS = 30
CAPACITIES = (0.0, 9000.0, 18000.0, 36000.0)
"""C/m²: 0, 0.25, 0.5 and 1 mAh/cm², recorded at 0, 1, 2 and 4 h."""


def grown(share: float) -> synthetic.Shape:
    """Shape of the deposit at a fraction of its growth."""

    def distance(points: Floats) -> Floats:
        return synthetic.flat(points) * (1 - share) + synthetic.columns(points) * share

    return distance


def states(capacities: Sequence[float] = CAPACITIES) -> list[State]:
    """Recorded states, evenly plated in time; half as high as in ``synthetic``, and coarse."""
    size, cells = (synthetic.WIDTH, synthetic.TOP), (CELLS, CELLS)
    made = []
    for index, charge in enumerate(capacities):
        cell = synthetic.cut_cell(size, cells, grown(charge / 36000.0))
        state = synthetic.state_of(cell, synthetic.hot_spots, synthetic.FILMS, charge, index)
        made.append(changed(state, time=abs(charge) / 2.5))
    return made


def write(folder: Path, run: Sequence[State], **summary: Any) -> Result:
    """The results folder of a run that has ended."""
    reference = Reference.of(run[0].cell, run[0].surface, run[0].film)
    with ResultsFolder.create(folder) as results:
        results.write_scenario('title = "a run"\n\n[electrolyte]\nname = "BE"\n')
        history, series = History(results.history, reference), VtkSeries(folder, synthetic.flux_law)
        for state in run:
            history.record(state)
            series.record(state)
        history.close()
        series.close()
        content = {"scenario": folder.name, "completed": True, "wagner": 0.31, "dimension": 2}
        results.write_summary({**content, **summary})
    return Result.open(folder)
