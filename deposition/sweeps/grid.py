"""A scenario over a grid of settings: check all, run what is not yet there, one table, one map."""

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
from deposition.sweeps.several import Report, run_all
from deposition.sweeps.table import write_table

TABLE, FIGURE, LOGS = "sweep.csv", "sweep.png", "logs"
QUANTITY = "roughness_rms_um"
QUANTITIES = tuple(name for name in ROWS if name not in ("completed", "measured_words"))
"""What a map can show."""


@dataclass(frozen=True)
class Sweep:
    """What ``sweep`` made.

    rows    one a member, the last axis varying fastest
    table   ``sweep.csv``
    figure  ``sweep.png``; None with more than three axes
    """

    rows: tuple[Row, ...]
    table: Path
    figure: Path | None

    @property
    def failed(self) -> tuple[Row, ...]:
        """The members that did not pass their whole charge."""
        return tuple(row for row in self.rows if row.failure)


@dataclass(frozen=True)
class Plan:
    """What all members have in common.

    scenario   a shipped name or a file
    overrides  settings of all members
    output     the folder of the sweep
    trust      whether geometry scripts may run commands
    """

    scenario: str
    overrides: tuple[str, ...]
    output: Path
    trust: bool

    def check(self, member: Member) -> Run:
        """The member's scenario.  ScenarioError if it is not valid."""
        overrides = [*self.overrides, *member.overrides]
        scenario = Scenario.load(self.scenario, overrides, trust=self.trust)
        return Run(member, scenario, self.output / member.name)

    def command(self, run: Run) -> Command:
        """What runs the member."""
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
    """Run a scenario for every combination of values, several at a time.

    settings   the values of each key, ``{"electrolyte.t_plus": [0.3, 0.5]}``
    overrides  ``key=value`` for all members
    output     folder of the sweep (``results/NAME-sweep``): a folder a member, ``sweep.csv``,
               ``sweep.png``
    jobs       how many at a time (the number of cores)
    quantity   what the map shows, one of ``QUANTITIES``

    A member whose result is complete and of the very same scenario is not run again.  A member that
    fails, or whose process is killed, leaves the others alone: see ``Sweep.failed``.  Raises
    SweepError or ScenarioError before anything runs if a key or value is wrong, KeyboardInterrupt
    on Ctrl-C once the running members have written what they have.
    """
    axes = [Axis(key, tuple(str(value) for value in values)) for key, values in settings.items()]
    _check_quantity(quantity)
    folder = output or DEFAULT_PARENT / f"{find_scenario(scenario).stem}-sweep"
    plan = Plan(str(scenario), tuple(overrides), folder, trust)
    runs = _checked(plan, members_of(axes))
    _make(folder / LOGS)
    todo = [run for run in runs if not run.finished()]
    at_once = jobs or available_cores()
    report = Report(console or Console(stderr=True), len(todo))
    report.say(_opening(plan, len(runs), len(todo), at_once))
    failures = run_all([(run.member.name, plan.command(run)) for run in todo], at_once, report)
    rows = tuple(Row(r.member, r.summary(), failures.get(r.member.name, "")) for r in runs)
    # Drawing costs a second to import.
    from deposition.sweeps.chart import draw

    return Sweep(rows, write_table(rows, folder / TABLE), draw(rows, quantity, folder / FIGURE))


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def _check_quantity(quantity: str) -> None:
    if quantity not in QUANTITIES:
        raise SweepError(
            f'there is no quantity "{quantity}" to draw.{did_you_mean(quantity, QUANTITIES)} '
            f"There are {listing(QUANTITIES)}."
            " [E757]"
        )


def _checked(plan: Plan, members: Sequence[Member]) -> list[Run]:
    """All members with their scenarios; what is wrong with any of them is said at once."""
    runs: list[Run] = []
    wrong: dict[str, list[str]] = {}
    for member in members:
        try:
            runs.append(plan.check(member))
        except ScenarioError as error:
            wrong.setdefault(str(error), []).append(member.name)
    if wrong:
        raise SweepError("\n".join(_complaint(names, why) for why, names in wrong.items()))
    return runs


def _complaint(names: Sequence[str], why: str) -> str:
    more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    return f"{names[0]}{more}: {why}"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SweepError(
            f"cannot make {folder}: {problem.strerror}. Choose another place with --output. [E758]"
        ) from problem


def _opening(plan: Plan, runs: int, todo: int, jobs: int) -> str:
    kept = f", {runs - todo} of them done before" if todo < runs else ""
    pace = f", {min(jobs, todo)} at a time" if todo > 1 else ""
    return f"{plan.scenario}: {runs} run{'s' if runs > 1 else ''} in {plan.output}{kept}{pace}"
