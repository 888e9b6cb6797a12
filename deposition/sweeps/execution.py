"""Sweep of a scenario: check all members, run those without results, write tables and figure."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deposition.common import package_data
from deposition.common.errors import MissingRequirement, ScenarioError, SweepError
from deposition.common.suggest import did_you_mean, listing
from deposition.results.result import DEFAULT_PARENT
from deposition.results.summary_table import ROWS
from deposition.scenario import Scenario
from deposition.scenario.load import find_scenario
from deposition.sweeps.axes import Axis, Member
from deposition.sweeps.cluster import run_on_cluster
from deposition.sweeps.designs import Design, grid
from deposition.sweeps.forked import ForkedMember
from deposition.sweeps.live import live_table
from deposition.sweeps.local import run_all
from deposition.sweeps.outcome import Row, Run
from deposition.sweeps.processes import Command
from deposition.sweeps.progress import Progress
from deposition.sweeps.statistics import has_repetitions, statistics_of, write_statistics
from deposition.sweeps.table import write_table, write_typed_table
from deposition.sweeps.task import Task

TABLE, PARQUET, STATISTICS, LOGS = "sweep.csv", "sweep.parquet", "statistics.csv", "logs"
FIGURE, SENSITIVITY = "sweep.png", "sensitivity.png"
QUANTITY = "roughness_rms_um"
QUANTITIES = tuple(name for name in ROWS if name not in ("completed", "measured_words"))
"""Quantities of ``summary.json`` that a figure can show."""

INCOMPLETE = "no complete result"
"""Failure of a member that has not been run to its end."""


@dataclass(frozen=True)
class Sweep:
    """Result of a sweep.

    rows        one per member, in the order of the design
    table       ``sweep.csv``
    parquet     ``sweep.parquet``; None without pyarrow
    statistics  ``statistics.csv``; None without a seed that varies
    figure      ``sweep.png``; None where there is none, as for a grid of more than three axes
    sensitivity ``sensitivity.png``; None for fewer than two settings, or too few complete runs
    quantity    what the figures show
    remark      what is missing, and why
    """

    rows: tuple[Row, ...]
    table: Path
    parquet: Path | None
    statistics: Path | None
    figure: Path | None
    sensitivity: Path | None
    quantity: str = QUANTITY
    remark: str = ""

    @property
    def failed(self) -> tuple[Row, ...]:
        """Rows of the failed members."""
        return tuple(row for row in self.rows if row.failure)


def source_of(scenario: str | Path) -> str:
    """The name of a shipped scenario, or the absolute path of a file: its process may run in
    another folder."""
    shipped = str(scenario) in package_data.scenarios()
    return str(scenario) if shipped else str(find_scenario(scenario).resolve())


@dataclass(frozen=True)
class Study:
    """A scenario with the design of its variations.

    scenario   name of a shipped scenario, or a file
    design     values of the members
    overrides  ``key=value`` settings of all members
    output     folder of the sweep
    trust      allow geometry scripts to run commands
    pictures   each member draws its flux map and movie
    """

    scenario: str
    design: Design
    overrides: tuple[str, ...]
    output: Path
    trust: bool = False
    pictures: bool = False

    @classmethod
    def of(
        cls,
        scenario: str | Path,
        design: Design,
        overrides: Sequence[str] = (),
        output: str | Path | None = None,
        trust: bool = False,
        pictures: bool = False,
    ) -> Study:
        """The study with absolute paths: its members may run in other folders."""
        found = find_scenario(scenario)
        name = source_of(scenario)
        folder = Path(output) if output else DEFAULT_PARENT / f"{found.stem}-sweep"
        return cls(name, design, tuple(overrides), folder, trust, pictures)

    def runs(self) -> list[Run]:
        """All members with their scenarios; SweepError lists the invalid ones together."""
        runs: list[Run] = []
        invalid: dict[str, list[str]] = {}
        for member in self.design.members():
            try:
                scenario = Scenario.load(self.scenario, self._overrides(member), trust=self.trust)
            except ScenarioError as error:
                invalid.setdefault(str(error), []).append(member.name)
            else:
                runs.append(Run(member, scenario, self.output / member.name))
        if invalid:
            lines = []
            for problem, names in invalid.items():
                more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
                lines.append(f"{names[0]}{more}: {problem}")
            raise SweepError("\n".join(lines))
        return runs

    def task(self, member: Member) -> Task:
        """Inputs of the process of a member."""
        folder = str((self.output / member.name).resolve())
        return Task(self.scenario, self._overrides(member), folder, self.trust, self.pictures)

    def command(self, member: Member) -> Command:
        """Command line of the process of a member."""
        log = (self.output / LOGS / f"{member.name}.log").resolve()
        if sys.platform == "linux":
            return ForkedMember.of(self.task(member), log, Path.cwd())
        return Command(self.task(member).words, log, Path.cwd())

    def _overrides(self, member: Member) -> tuple[str, ...]:
        return (*self.overrides, *member.overrides)


def sweep(
    scenario: str | Path,
    settings: Mapping[str, Sequence[str | float]] | Design,
    *,
    overrides: Sequence[str] = (),
    output: str | Path | None = None,
    jobs: int | None = None,
    quantity: str = QUANTITY,
    trust: bool = False,
    pictures: bool = False,
    scheduler: str | None = None,
    quiet: bool = False,
    console: Console | None = None,
) -> Sweep:
    """Run a scenario for every combination of values, several runs in parallel.

    scenario   name of a shipped scenario, or a file
    settings   values of each key, ``{"electrolyte.t_plus": [0.3, 0.5]}``, or a ``Design``
    overrides  ``key=value`` for all members
    output     folder of the sweep, default ``results/NAME-sweep``: one folder per member,
               ``sweep.csv``, ``sweep.parquet``, ``statistics.csv``, ``sweep.png``,
               ``sensitivity.png``
    jobs       number of parallel runs on this machine, default the number of cores
    quantity   quantity of the figure, one of ``QUANTITIES``
    trust      allow geometry scripts to run commands
    pictures   each member draws its flux map and movie
    scheduler  address of a Dask scheduler, or "local" for a Dask cluster of this machine
    quiet      show no progress
    console    for progress, default standard error

    A member with a complete result of the identical scenario is not run again, one with a
    checkpoint is resumed.  A failed or killed member does not affect the others, see
    ``Sweep.failed``.  Raises SweepError or ScenarioError for an invalid key or value, before any
    run; KeyboardInterrupt on Ctrl-C, after the running members have written their last state.

    >>> short = ["protocol.capacity=0.01 mAh/cm^2"]
    >>> study = sweep("c-i-be-ln", {"sei.seed": [1, 2]}, overrides=short, jobs=1, quiet=True)
    >>> len(study.rows), len(study.failed)
    (2, 0)
    """
    design = settings if isinstance(settings, Design) else grid(_axes(settings))
    check_quantity(quantity)
    study = Study.of(scenario, design, overrides, output, trust, pictures)
    runs = study.runs()
    _make_log_folder(study.output / LOGS)
    todo = [run for run in runs if not run.finished()]
    parallel = jobs or available_cores()
    progress = Progress(console or Console(stderr=True, quiet=quiet), len(todo))
    where = f"on {scheduler}" if scheduler else f"{min(parallel, len(todo))} in parallel"
    progress.print(_opening(study, len(runs), len(todo), where))
    commands = [(run.member.name, study.command(run.member)) for run in todo]
    failures: dict[str, str] = {}
    if todo:
        with live_table(progress.console, {run.member.name: run.folder for run in todo}, progress):
            if scheduler:
                failures = run_on_cluster(commands, scheduler, parallel, progress)
            else:
                failures = run_all(commands, parallel, progress)
    return _written(study, runs, failures, quantity)


def collect(study: Study, quantity: str = QUANTITY) -> Sweep:
    """Write tables and figure of the results that are there, and run nothing.

    A member without a complete result of the identical scenario counts as failed.
    """
    check_quantity(quantity)
    runs = study.runs()
    _make_log_folder(study.output / LOGS)
    missing = {run.member.name: INCOMPLETE for run in runs if not run.finished()}
    return _written(study, runs, missing, quantity)


def run_one(study: Study, number: int) -> Member:
    """Run, resume or keep member ``number``, counted from 1, in this process.

    Raises SweepError if there is no such member, and as ``run`` and ``resume`` do.
    """
    members = study.design.members()
    if not 1 <= number <= len(members):
        raise SweepError(
            f"--member {number}: the sweep has the members 1 to {len(members)}. Choose one of "
            "them; --print-commands lists all. [E776]"
        )
    member = members[number - 1]
    _make_log_folder(study.output / LOGS)
    from deposition.sweeps.member import run_member  # imports the solver, which the others need not

    run_member(study.task(member))
    return member


def _axes(settings: Mapping[str, Sequence[str | float]]) -> list[Axis]:
    return [Axis(key, tuple(str(value) for value in values)) for key, values in settings.items()]


def _written(
    study: Study, runs: Sequence[Run], failures: Mapping[str, str], quantity: str
) -> Sweep:
    """Tables and figure of the members."""
    rows = tuple(Row(r.member, r.summary(), failures.get(r.member.name, "")) for r in runs)
    # Importing Matplotlib takes a second.
    from deposition.sweeps.figure import draw, draw_sensitivity

    folder = study.output
    table = write_table(rows, folder / TABLE)
    parquet, remark = None, ""
    try:
        parquet = write_typed_table(rows, folder / PARQUET)
    except MissingRequirement as problem:
        remark = str(problem)
    statistics = None
    if has_repetitions(study.design):
        statistics = write_statistics(statistics_of(rows), folder / STATISTICS)
    figure = draw(rows, quantity, folder / FIGURE)
    sensitivity = draw_sensitivity(rows, quantity, folder / SENSITIVITY)
    return Sweep(rows, table, parquet, statistics, figure, sensitivity, quantity, remark)


def available_cores() -> int:
    """Number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


def check_quantity(quantity: str) -> None:
    """Raise SweepError if a figure cannot show the quantity."""
    if quantity not in QUANTITIES:
        raise SweepError(
            f'there is no quantity "{quantity}" for the figure.'
            f"{did_you_mean(quantity, QUANTITIES)} Choose from {listing(QUANTITIES)}."
            " [E757]"
        )


def _make_log_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SweepError(
            f"cannot create the folder {folder}: {problem.strerror}. "
            "Choose a writable folder with --output."
            " [E758]"
        ) from problem


def _opening(study: Study, runs: int, todo: int, where: str) -> str:
    kept = f", {runs - todo} already complete" if todo < runs else ""
    parallel = f", {where}" if todo else ""
    plural = "s" if runs > 1 else ""
    return f"{study.scenario}: {runs} run{plural} in {study.output}{kept}{parallel}"
