"""Results folders with known content, written by the recorders from synthetic states."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from deposition.analysis.morphology import Reference
from deposition.common.provenance import provenance
from deposition.recorders import Recorder
from deposition.recorders.history import History
from deposition.recorders.vtk import VtkSeries
from deposition.results.result import ResultsFolder
from deposition.simulation.state import State
from helpers import synthetic

CELLS = 40
SCENARIO = 'title = "a run"\n\n[electrolyte]\nname = "BE"\n'


def states(
    grown: Callable[..., Any] = synthetic.columns,
    last: float = 36000.0,
    count: int = 2,
    films: dict[str, float] = synthetic.FILMS,
) -> list[State]:
    """A coarse run of ``count`` states: the first before, the others with the same deposit, at
    equal steps of charge up to ``last`` C/m².

    films  resistance of each, ohm cm²
    """
    shapes = [synthetic.flat, *[grown] * (count - 1)]
    return [
        synthetic.state_of(
            synthetic.cut_cell((synthetic.WIDTH, synthetic.TOP), (CELLS, CELLS), shape),
            synthetic.hot_spots, films, last * index / (count - 1), index,
        )
        for index, shape in enumerate(shapes)
    ]  # fmt: skip


def solid_states() -> list[State]:
    """A 3D run of two states, very coarse, with a dead ball in the second."""
    ball = lambda p: np.linalg.norm(p - [15.0, 5.0, 12.0], axis=1) - 2.5  # noqa: E731
    cells = [
        synthetic.cut_cell((20.0,) * 3, (10,) * 3, shape, dead)
        for shape, dead in ((synthetic.flat, None), (synthetic.domes, ball))
    ]
    return [
        synthetic.state_of(
            cell, synthetic.square_spot, synthetic.FILMS, 18000.0 * index, index
        )
        for index, cell in enumerate(cells)
    ]  # fmt: skip


def record(folder: Path, run: list[State], text: str = SCENARIO, **summary: Any) -> Path:
    """Write a results folder of a run.

    text     the resolved scenario
    summary  entries that are added to the summary or replace its entries
    """
    first = run[0]
    reference = Reference.of(first.cell, first.surface, first.film)
    with ResultsFolder.create(folder) as results:
        results.write_scenario(text)
        results.write_provenance(provenance(["run", folder.name]))
        recorders: list[Recorder] = [
            History(results.history, reference),
            VtkSeries(folder, synthetic.flux_law),
        ]
        for recorder in recorders:
            for state in run:
                recorder.record(state)
            recorder.close()
        results.write_summary(
            {
                "scenario": folder.name, "completed": True, "wagner": 0.31, "roughness_rms_um": 2.5,
                "height_mean_by_film_um": {"LiF": 4.0, "hot_spot": 9.0}, "void_volume_um3": None,
                "dimension": first.cell.dim, **summary,
            }
        )  # fmt: skip
    return folder
