"""Several scenarios side by side, each in a process of its own."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from deposition.common.clock import as_clock
from deposition.common.errors import SweepError
from deposition.results.result import Result
from deposition.scenario import Scenario
from deposition.sweeps.forked import ForkedMember
from deposition.sweeps.live import live_table
from deposition.sweeps.local import run_all
from deposition.sweeps.processes import Command
from deposition.sweeps.progress import Progress
from deposition.sweeps.task import Task


class _Report(Progress):
    """One line per run that has ended, with its steps, its time and its folder."""

    def __init__(self, console: Console, folders: dict[str, Path]) -> None:
        super().__init__(console, len(folders))
        self._folders = folders

    def outcome(self, name: str) -> str:
        """Steps and time of a complete run."""
        folder = self._folders[name]
        summary = Result(folder).summary
        took = as_clock(summary["wall_s"])
        return f"done in {summary['steps']} steps and {took}; results in {folder}"

    def stopped(self) -> str:
        """Message after Ctrl-C."""
        ended = len(self.ended_names)
        return (
            f"Stopped: {ended} of {self.count} runs have ended. deposition resume NAME continues a "
            "run that has begun. [E790]"
        )


def run_side_by_side(
    scenarios: Sequence[tuple[str, Scenario]],
    folders: Sequence[Path],
    *,
    overrides: Sequence[str] = (),
    jobs: int,
    trust: bool = False,
    pictures: bool = True,
    console: Console,
) -> None:
    """Run scenarios, ``jobs`` at a time, those first that take longest.

    scenarios  (name of a shipped scenario or file, scenario): checked, with free folders
    folders    results folder of each

    Raises SweepError with the reasons of all runs that failed, KeyboardInterrupt on Ctrl-C, after
    the runs under way have written their last state.
    """
    names = [scenario.name for _, scenario in scenarios]
    where = dict(zip(names, folders, strict=True))
    progress = _Report(console, where)
    with tempfile.TemporaryDirectory(prefix="deposition-") as logs:
        commands = {}
        for (source, scenario), folder in zip(scenarios, folders, strict=True):
            task = Task(source, tuple(overrides), str(folder.resolve()), trust, pictures, anew=True)
            log = Path(logs) / f"{scenario.name}.log"
            commands[scenario.name] = _command(task, log)
        order = sorted(scenarios, key=lambda one: -expected_cost(one[1]))
        with live_table(console, where, progress):
            failures = run_all([(s.name, commands[s.name]) for _, s in order], jobs, progress)
    if failures:
        lines = "\n".join(f"{name}: {failures[name]}" for name in names if name in failures)
        raise SweepError(f"{len(failures)} of {len(names)} runs failed [E791]:\n{lines}")


def _command(task: Task, log: Path) -> Command:
    if sys.platform == "linux":
        return ForkedMember.of(task, log, Path.cwd())
    return Command(task.words, log, Path.cwd())


def expected_cost(scenario: Scenario) -> float:
    """A measure of the time of a run: steps, in proportion to charge over surface size, times
    vertices, in proportion to the inverse of surface size."""
    steps = scenario.protocol.capacity or 1.0 if scenario.interface == "moving" else 0.0
    return steps / scenario.mesh.surface_size**2
