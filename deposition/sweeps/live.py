"""Table of the runs under way on a terminal, from the last lines of their logs."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from deposition.common.clock import as_clock
from deposition.results.result import LOG
from deposition.sweeps.progress import Progress

PER_SECOND = 1.0
"""Updates of the table per second."""

CLOCK_TICK = 0.1
"""Time by which a file system may date a file too early, s."""

_TAIL = 4096
"""Bytes at the end of a log in which the line of the last step is searched."""

_STEP = re.compile(r" INFO (\S.*?)  .*  step (\d+) \(.*\)  left (\S+)$", re.MULTILINE)
"""Line of a step, as ``recorders.pace.Pace`` writes it."""


@dataclass(frozen=True)
class Underway:
    """Last step of a run, as in its log: the charge passed, number of the step, time left."""

    name: str
    passed: str
    step: str
    left: str


class RunTable:
    """The runs under way, the number of those that have ended or failed, and the time left."""

    def __init__(self, console: Console, folders: Mapping[str, Path], progress: Progress) -> None:
        """folders: results folders of the members by name."""
        self._console, self._folders, self._progress = console, folders, progress
        self._began = time.time()

    def __call__(self) -> Group:
        """The table of this moment, as many rows as the terminal has room for."""
        found = list(self.underway())
        room = max(1, self._console.height - 5)
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("run", no_wrap=True, overflow="ellipsis")
        for title in ("passed", "step", "left"):
            table.add_column(title, justify="right", no_wrap=True)
        for run in found[:room]:
            table.add_row(Text(run.name), run.passed, run.step, run.left)
        hidden = len(found) - room
        lines = [Text(f"… and {hidden} more")] if hidden > 0 else []
        return Group(Text(self._headline(len(found)), style="bold"), table, *lines)

    def underway(self) -> Iterator[Underway]:
        """The runs that have written to their log since the sweep began, and have not ended."""
        for name, folder in self._folders.items():
            if name not in self._progress.ended_names:
                step = _last_step(folder / LOG, self._began)
                if step is not None:
                    yield Underway(name, *step)

    def _headline(self, running: int) -> str:
        progress = self._progress
        failed = f", {progress.failed} failed" if progress.failed else ""
        left = as_clock(progress.seconds_left())
        ended = f"{progress.count} runs: {len(progress.ended_names)} ended{failed}"
        return f"{ended}, {running} under way, left {left}"


def _last_step(log: Path, since: float) -> tuple[str, str, str] | None:
    """Charge passed, step and time left; None if nothing has been logged since a time."""
    try:
        with open(log, "rb") as file:
            status = os.fstat(file.fileno())
            if status.st_mtime < since - CLOCK_TICK:
                return None
            file.seek(max(0, status.st_size - _TAIL))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return None
    steps = _STEP.findall(text)
    return steps[-1] if steps else None


@contextmanager
def live_table(console: Console, folders: Mapping[str, Path], progress: Progress) -> Iterator[None]:
    """Context in which a terminal shows the runs under way below the lines of those that ended."""
    if not console.is_terminal:
        yield
        return
    table = RunTable(console, folders, progress)
    with Live(get_renderable=table, console=console, refresh_per_second=PER_SECOND, transient=True):
        yield
