"""Cost against error, from studies of ``deposition converge``.

The error of a run with the factors f of the mesh and g of the step follows from the error bar of
the run as it stands, with its parts e_mesh, e_step and e_noise and their orders p and q:

    error² = (e_mesh f^p)² + (e_step g^q)² + e_noise²
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from deposition.results.error_bars import FILE, ErrorBar, read_convergence

QUANTITY = "height_max_um"
"""The number whose error is shown, a key of ``summary.json``."""


@dataclass(frozen=True)
class Refined:
    """A run of a study: factors of mesh and step, wall time (s), mean thickness plated (µm), and
    the error of ``QUANTITY`` as a share of it."""

    mesh: float
    step: float
    seconds: float
    plated: float
    error: float


@dataclass(frozen=True)
class Study:
    """The runs of a scenario with other meshes and steps; those of round-off are left out."""

    scenario: str
    runs: list[Refined]


def studies(folder: Path) -> list[Study]:
    """All studies in a folder, such as ``results``, that have an error of ``QUANTITY``."""
    found = []
    for path in sorted(folder.glob(f"*-converge/{FILE}")):
        study, table = read_convergence(path), path.with_name("sweep.csv")
        if study is None or QUANTITY not in study.bars or not table.is_file():
            continue
        with table.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        runs = [
            Refined(
                mesh,
                step,
                seconds,
                float(row["height_mean_um"]),
                _error(study.bars[QUANTITY], mesh, step),
            )
            for (mesh, step, perturbed, _, seconds), row in zip(study.runs, rows, strict=True)
            if not perturbed
        ]
        if all(run.error > 0.0 for run in runs):
            found.append(Study(study.scenario, runs))
    return found


def _error(bar: ErrorBar, mesh: float, step: float) -> float:
    """The error of a refined run as a share of the number; orders that are unknown count as 1."""
    p, q = (1.0 if math.isnan(order) else order for order in (bar.mesh_order, bar.step_order))
    error = math.hypot(bar.mesh * mesh**p, bar.step * step**q, bar.noise)
    return error / abs(bar.value)
