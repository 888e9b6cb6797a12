"""Cost against error, from studies of ``deposition converge``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from deposition.results.error_bars import FILE, read_convergence

QUANTITY = "height_max_um"
"""The number whose error is shown, a key of ``summary.json``."""


@dataclass(frozen=True)
class Refined:
    """A run of a study: factors of mesh and step, wall time (s), thickness plated (µm) and the
    value of ``QUANTITY``."""

    mesh: float
    step: float
    seconds: float
    plated: float
    value: float


@dataclass(frozen=True)
class Study:
    """The runs of a scenario with other meshes and steps; those of round-off are left out."""

    scenario: str
    runs: list[Refined]

    @property
    def errors(self) -> list[tuple[Refined, float]]:
        """Each run but the one with the finest mesh and step, and its distance from that, as a
        share."""
        finest = min(self.runs, key=lambda run: run.mesh * run.step)
        return [
            (run, abs(run.value / finest.value - 1.0)) for run in self.runs if run is not finest
        ]


def studies(folder: Path) -> list[Study]:
    """All studies in a folder, such as ``results``."""
    found = []
    for path in sorted(folder.glob(f"*-converge/{FILE}")):
        study, table = read_convergence(path), path.with_name("sweep.csv")
        if study is None or not table.is_file():
            continue
        with table.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        if not rows or not rows[0].get(QUANTITY):
            continue
        runs = [
            Refined(mesh, step, seconds, float(row["height_mean_um"]), float(row[QUANTITY]))
            for (mesh, step, perturbed, _, seconds), row in zip(study.runs, rows, strict=True)
            if not perturbed
        ]
        found.append(Study(study.scenario, runs))
    return found
