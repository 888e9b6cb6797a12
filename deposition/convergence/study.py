"""``deposition converge``: run the refinements of a scenario, and give its numbers error bars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from deposition.common.errors import SweepError
from deposition.convergence.extrapolation import error_bar
from deposition.convergence.refinement import Refinement, Refinements
from deposition.results.error_bars import FILE, LOSSES, Convergence, digest_of, of_cycle
from deposition.results.result import DEFAULT_PARENT
from deposition.results.summary_table import BY_FILM, flattened
from deposition.scenario import Scenario
from deposition.scenario.load import find_scenario
from deposition.sweeps.execution import Sweep, sweep

PICTURE = "convergence.png"

QUANTITIES = (
    "cell_voltage_steady_V",
    "cell_voltage_V",
    "current_p99_over_mean_first",
    "current_p99_over_mean_last",
    "height_max_um",
    "height_min_um",
    "roughness_rms_um",
    "peak_to_valley_um",
    "roughness_factor",
    "void_area_um2",
    "void_volume_um3",
    "c_min_mol_m3",
    "coulombic_efficiency_overall",
)
"""Keys of ``summary.json`` that a study gives error bars, besides the mean height above each film,
the time of each event, the losses of each cycle, and what ``CONTENTS`` have gained.  Charge and
mean height are exact by the balances."""
LITHIUM = ("lithium_gained_mAh_cm2[total_sei]", "lithium_gained_mAh_cm2[dead_metal]")
CONTENTS = {"film": "in films", "stored": "in the LDH"}
"""Titles of what elements are in, by key of ``elements_gained_mol_m2``."""
ROUNDING = 1e-9
"""A number (V, µm, mAh/cm², mol/m²) that is only rounding, as the heights of a surface that is
stripped flat."""


def converge(
    scenario: str | Path,
    refinements: Refinements | None = None,
    *,
    overrides: Sequence[str] = (),
    output: Path | None = None,
    jobs: int | None = None,
    trust: bool = False,
    console: Console | None = None,
) -> Convergence:
    """Run a scenario as it stands and refined; return its numbers with their error bars.

    overrides  ``key=value`` for all runs
    output     folder of the study, default ``results/NAME-converge``: one folder per run,
               ``convergence.json``, ``convergence.png`` and the table of a sweep

    Runs that are complete are kept.  Raises SweepError if one fails, and as ``sweep`` does.
    """
    chosen = refinements or Refinements()
    settings = Scenario.load(scenario, overrides, trust=trust)
    folder = output or DEFAULT_PARENT / f"{find_scenario(scenario).stem}-converge"
    done = sweep(
        scenario, chosen.design(settings), overrides=overrides, output=folder, jobs=jobs,
        trust=trust, console=console,
    )  # fmt: skip
    if done.failed:
        failures = "\n".join(f"{row.member.name}: {row.failure}" for row in done.failed)
        raise SweepError(
            f"{len(done.failed)} of {len(done.rows)} runs failed, so that there are no error "
            f"bars:\n{failures}\nRun the same command again to repeat the failed runs only. [E787]"
        )
    found = _convergence(settings, tuple(chosen.runs()), done)
    from deposition.convergence.chart import draw  # imports Matplotlib

    draw(found, [flattened(row.summary) for row in done.rows], folder / PICTURE)
    found.write(folder / FILE)
    return found


def _convergence(settings: Scenario, runs: Sequence[Refinement], done: Sweep) -> Convergence:
    summaries = [numbers_of(row.summary) for row in done.rows]
    base = summaries[0]
    bars = {}
    for key, value in base.items():
        if key not in QUANTITIES and not any(s.get(key) for s in summaries):
            continue  # 0 in all runs
        values = [(run, s[key]) for run, s in zip(runs, summaries, strict=True) if key in s]
        bars[key] = error_bar(
            value,
            [(run.mesh, v) for run, v in values if run.mesh != 1.0],
            [(run.step, v) for run, v in values if run.step != 1.0],
            [v for run, v in values if run.perturbation],
        )
    costs = tuple(
        (run.mesh, run.step, run.perturbation, row.summary["steps"], row.summary["wall_s"])
        for run, row in zip(runs, done.rows, strict=True)
    )
    return Convergence(settings.name, digest_of(settings.resolved_toml()), bars, costs)


def numbers_of(summary: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of ``summary.json`` that get error bars, by key."""
    flat = flattened(summary)
    keys = [*QUANTITIES, *(key for key in flat if key.startswith(f"{BY_FILM}["))]
    found = {key: flat.get(key) for key in keys}
    for number, event in enumerate(summary.get("events") or (), start=1):
        found[f"events[{number}] {event['event']}, s"] = event["time_s"]
    for cycle in summary.get("cycles") or ():
        for key in LOSSES:
            # A loss of rounding has no error bar.
            if abs(cycle[key] or 0.0) > ROUNDING:
                found[of_cycle(cycle["cycle"], key)] = cycle[key]
    found |= {key: flat.get(key) for key in LITHIUM}
    for element, gained in (summary.get("elements_gained_mol_m2") or {}).items():
        for key, place in CONTENTS.items():
            found[f"{element} gained {place}, mol/m²"] = gained[key]
    known = {k: float(v) for k, v in found.items() if v is not None and math.isfinite(v)}
    return {k: v if abs(v) > ROUNDING else 0.0 for k, v in known.items()}
