"""``convergence.json``: numbers of a run with their error bars (``deposition converge``)."""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from deposition.common.atomic_files import write_text
from deposition.common.errors import ResultsError

FILE = "convergence.json"

CONVERGED = 0.05
"""A number is converged if its error bar is no larger than this share of it."""

LOSSES = {
    "coulombic_efficiency": "Coulombic efficiency",
    "li_ion_loss_mAh_cm2": "Li+ loss, mAh/cm²",
    "li_metal_loss_mAh_cm2": "Li0 loss, mAh/cm²",
    "counter_li_ion_loss_mAh_cm2": "Li+ loss of the counter electrode, mAh/cm²",
}
"""Titles of the losses of a cycle, by key of ``cycles`` in ``summary.json``."""


def of_cycle(number: int, key: str) -> str:
    """Key of the error bar of a loss of a cycle."""
    return f"cycles[{number}] {LOSSES[key]}"


@dataclass(frozen=True)
class ErrorBar:
    """A number of a run with its error.

    value               of the run as it stands
    mesh, step, noise   parts of the error
    mesh_order, step_order  NaN where assumed
    """

    value: float
    mesh: float
    step: float
    noise: float
    mesh_order: float
    step_order: float

    @property
    def error(self) -> float:
        """Half the length of the error bar."""
        return math.sqrt(self.mesh**2 + self.step**2 + self.noise**2)

    @property
    def relative(self) -> float:
        """The error as a share of the value; inf of 0, but 0 where both vanish."""
        if self.error == 0.0:
            return 0.0
        return self.error / abs(self.value) if self.value else math.inf

    def times(self, factor: float) -> ErrorBar:
        """The same number in a unit that is 1/``factor`` as large."""
        return replace(
            self, value=factor * self.value, mesh=factor * self.mesh, step=factor * self.step,
            noise=factor * self.noise,
        )  # fmt: skip

    def __str__(self) -> str:
        """The error with two digits, and a question mark where the number is not converged."""
        return f"{self.error:.2g}" + ("" if self.converged else " ?")

    @property
    def converged(self) -> bool:
        """Whether the error is at most ``CONVERGED`` of the value."""
        return self.relative <= CONVERGED


@dataclass(frozen=True)
class Convergence:
    """The numbers of a scenario with their error bars.

    scenario  its name; digest of all its settings, by which results of the same are recognized
    bars      by key of the flattened ``summary.json``
    runs      (factor of the mesh, factor of the step, perturbation, steps, seconds) of each run
    """

    scenario: str
    digest: str
    bars: Mapping[str, ErrorBar]
    runs: tuple[tuple[float, float, int, int, float], ...]

    def write(self, path: Path) -> Path:
        """Write ``convergence.json``."""
        bars = {
            key: {**asdict(bar), "error": bar.error, "converged": bar.converged}
            for key, bar in self.bars.items()
        }
        content = {"scenario": self.scenario, "digest": self.digest, "quantities": bars}
        runs = [dict(zip(("mesh", "step", "perturbation", "steps", "wall_s"), run, strict=True))
                for run in self.runs]  # fmt: skip
        write_text(path, json.dumps(_finite({**content, "runs": runs}), indent=2) + "\n")
        return path


def digest_of(scenario_text: str) -> str:
    """Digest of all settings of a scenario, from its TOML text with all of them.

    Without its name, and the growth axis, which a run finds where it is not stated.
    """
    table = tomllib.loads(scenario_text)
    table.pop("name", None)
    table.get("geometry", {}).pop("growth_axis", None)
    return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()[:16]


def error_bars_of(folder: Path, scenario_text: str) -> Mapping[str, ErrorBar]:
    """Error bars by key, from a study of the same scenario beside the results ``folder``; else
    empty."""
    folder = folder.resolve()
    found = read_convergence(folder.with_name(f"{folder.name}-converge") / FILE)
    same = found is not None and found.digest == digest_of(scenario_text)
    return found.bars if found is not None and same else {}


def read_convergence(path: Path) -> Convergence | None:
    """The content of ``convergence.json``; None without the file.

    Raises ResultsError if it cannot be read.
    """
    if not path.is_file():
        return None
    names = ("value", "mesh", "step", "noise", "mesh_order", "step_order")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        bars = {
            key: ErrorBar(*(math.nan if bar[name] is None else float(bar[name]) for name in names))
            for key, bar in content["quantities"].items()
        }
        runs = tuple(tuple(run.values()) for run in content["runs"])
        return Convergence(content["scenario"], content["digest"], bars, runs)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ResultsError(
            f"cannot read {path} as error bars: {problem}. Remove the file, or run "
            "deposition converge again. [E788]"
        ) from problem


def _finite(value: Any) -> Any:
    """The value with None for NaN, which JSON does not have."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
