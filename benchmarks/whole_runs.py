"""Whole runs of scenarios, each in a process of its own, pictures included."""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.timing import Seconds

FIGURES = ("be", "be-dead-li", "c-i-be", "c-i-be-ln")
"""The four deposits of the figure."""


@dataclass(frozen=True)
class WholeRun:
    """Medians of the runs of a scenario.

    total        the process with its Mmg process, start and pictures included
    steps        number, and their wall time in all
    solve, mmg   of the steps: nonlinear systems with their assembly; remeshing by Mmg; wall, s
    vertices     largest number
    memory       peak of the largest process, MiB
    """

    scenario: str
    total: Seconds
    steps: int
    stepping: float
    solve: float
    mmg: float
    vertices: int
    memory: float


def whole_runs(
    scenarios: Sequence[str],
    rounds: int,
    say: Callable[[str], None],
    settings: Sequence[str] = (),
) -> Iterator[WholeRun]:
    """Run each scenario ``rounds`` times; settings: ``key=value`` for all.

    Raises CalledProcessError for a run that fails.
    """
    for scenario in scenarios:
        runs = [_run(scenario, settings) for _ in range(rounds)]
        found = replace(
            runs[0],
            total=Seconds.median([one.total for one in runs]),
            stepping=statistics.median(one.stepping for one in runs),
            solve=statistics.median(one.solve for one in runs),
            mmg=statistics.median(one.mmg for one in runs),
            memory=statistics.median(one.memory for one in runs),
        )
        say(f"{scenario}: {found.total.wall:.3g} s wall, {found.total.cpu:.3g} s CPU")
        yield found


def _run(scenario: str, settings: Sequence[str]) -> WholeRun:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "deposition", "run", scenario, "--quiet"]
        command += ["--output", folder, *(word for one in settings for word in ("--set", one))]
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        with (Path(folder) / scenario / "history.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))

    def of_steps(column: str) -> float:
        return sum(float(row[column]) for row in rows)

    return WholeRun(
        scenario,
        Seconds(wall, usage.ru_utime + usage.ru_stime),
        int(rows[-1]["step"]),
        of_steps("seconds"),
        of_steps("solve_seconds"),
        of_steps("mmg_seconds"),
        max(int(float(row["vertices"])) for row in rows),
        usage.ru_maxrss / 2**10,
    )
