"""Sweep of a scenario: check all members, run those without results, write table and figure."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deposition.common.errors import ScenarioError, SweepError
from deposition.common.suggest import did_you_mean, listing
from deposition.results.result import DEFAULT_PARENT
from deposition.results.summary_table import ROWS
from deposition.scenario import Scenario
from deposition.scenario.load import find_scenario
from deposition.sweeps.axes import Axis, Member, members_of
from deposition.sweeps.outcome import Row, Run
from deposition.sweeps.processes import Command
from deposition.sweeps.several import Progress, run_all
from deposition.sweeps.table import write_table

TABLE, FIGURE, LOGS = "sweep.csv", "sweep.png", "logs"
QUANTITY = "roughness_rms_um"
QUANTITIES = tuple(name for name in ROWS if name not in ("completed", "measured_words"))
"""Quantities of ``summary.json`` that a figure can show."""


@dataclass(frozen=True)
class Sweep:
    """Result of a sweep.

    rows    one per member, the last axis varying fastest
    table   ``sweep.csv``
    figure  ``sweep.png``; None for more than three axes
    """

    rows: tuple[Row, ...]
    table: Path
    figure: Path | None

    @property
    def failed(self) -> tuple[Row, ...]:
        """Rows of the failed members."""
        return tuple(row for row in self.rows if row.failure)


@dataclass(frozen=True)
class SharedSettings:
    """Settings that all members share.

    scenario   name of a shipped scenario, or a file
    overrides  ``key=value`` settings
    output     folder of the sweep
    trust      allow geometry scripts to run commands
    """

    scenario: str
    overrides: tuple[str, ...]
    output: Path
    trust: bool

    def check(self, member: Member) -> Run:
        """Load the scenario of a member.  Raises ScenarioError if it is not valid."""
        overrides = [*self.overrides, *member.overrides]
        scenario = Scenario.load(self.scenario, overrides, trust=self.trust)
        return Run(member, scenario, self.output / member.name)

    def command(self, run: Run) -> Command:
        """Command line that runs a member."""
        words = [sys.executable, "-m", "deposition", "run", self.scenario]
        for setting in (*self.overrides, *run.member.overrides):
            words += ["--set", setting]
        words += ["--output", str(self.output), "--overwrite", "--quiet"]
        words += ["--trust"] if self.trust else []
        return Command(words, self.output / LOGS / f"{run.member.name}.log")


def sweep(
    scenario: str | Path,
    settings: Mapping[str, Sequence[str | float]],
    *,
    overrides: Sequence[str] = (),
    output: Path | None = None,
    jobs: int | None = None,
    quantity: str = QUANTITY,
    trust: bool = False,
    console: Console | None = None,
) -> Sweep:
    """Run a scenario for every combination of values, several runs in parallel.

    scenario   name of a shipped scenario, or a file
    settings   values of each key, ``{"electrolyte.t_plus": [0.3, 0.5]}``
    overrides  ``key=value`` for all members
    output     folder of the sweep, default ``results/NAME-sweep``: one folder per member,
               ``sweep.csv``, ``sweep.png``
    jobs       number of parallel runs, default the number of cores
    quantity   quantity of the figure, one of ``QUANTITIES``
    trust      allow geometry scripts to run commands
    console    for progress, default standard error

    A member with a complete result of the identical scenario is not run again.  A failed or killed
    member does not affect the others, see ``Sweep.failed``.  Raises SweepError or ScenarioError for
    an invalid key or value, before any run; KeyboardInterrupt on Ctrl-C, after the running members
    have written their last state.
    """
    axes = [Axis(key, tuple(str(value) for value in values)) for key, values in settings.items()]
    _check_quantity(quantity)
    folder = output or DEFAULT_PARENT / f"{find_scenario(scenario).stem}-sweep"
    shared = SharedSettings(str(scenario), tuple(overrides), folder, trust)
    runs = _checked(shared, members_of(axes))
    _make_log_folder(folder / LOGS)
    todo = [run for run in runs if not run.finished()]
    parallel = jobs or available_cores()
    progress = Progress(console or Console(stderr=True), len(todo))
    progress.print(_opening(shared, len(runs), len(todo), parallel))
    commands = [(run.member.name, shared.command(run)) for run in todo]
    failures = run_all(commands, parallel, progress)
    rows = tuple(Row(r.member, r.summary(), failures.get(r.member.name, "")) for r in runs)
    # Importing Matplotlib takes a second.
    from deposition.sweeps.chart import draw

    return Sweep(rows, write_table(rows, folder / TABLE), draw(rows, quantity, folder / FIGURE))


def available_cores() -> int:
    """Number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


def _check_quantity(quantity: str) -> None:
    if quantity not in QUANTITIES:
        raise SweepError(
            f'there is no quantity "{quantity}" for the figure.'
            f"{did_you_mean(quantity, QUANTITIES)} Choose from {listing(QUANTITIES)}."
            " [E757]"
        )


def _checked(shared: SharedSettings, members: Sequence[Member]) -> list[Run]:
    """Load the scenarios of all members; SweepError lists the invalid ones together."""
    runs: list[Run] = []
    invalid: dict[str, list[str]] = {}
    for member in members:
        try:
            runs.append(shared.check(member))
        except ScenarioError as error:
            invalid.setdefault(str(error), []).append(member.name)
    if invalid:
        lines = []
        for problem, names in invalid.items():
            more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
            lines.append(f"{names[0]}{more}: {problem}")
        raise SweepError("\n".join(lines))
    return runs


def _make_log_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SweepError(
            f"cannot create the folder {folder}: {problem.strerror}. "
            "Choose a writable folder with --output."
            " [E758]"
        ) from problem


def _opening(shared: SharedSettings, runs: int, todo: int, jobs: int) -> str:
    kept = f", {runs - todo} already complete" if todo < runs else ""
    parallel = f", {min(jobs, todo)} in parallel" if todo > 1 else ""
    plural = "s" if runs > 1 else ""
    return f"{shared.scenario}: {runs} run{plural} in {shared.output}{kept}{parallel}"
