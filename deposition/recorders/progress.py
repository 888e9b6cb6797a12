"""Progress of a run: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text

from deposition.protocol import ProtocolPlan
from deposition.recorders.pace import Pace
from deposition.recorders.run import Run
from deposition.simulation.state import State

SECONDS_BETWEEN_LINES = 10.0


class ProgressReport:
    """The recorder that suits the console: ``ProgressBar`` or ``ProgressLines``."""

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> ProgressBar | ProgressLines:
        """The progress of a run."""
        kind = ProgressBar if run.console.is_terminal else ProgressLines
        return kind(run.console, run.name, run.model.plan)


class ProgressBar:
    """A bar of the charge or time passed, and below it the numbers of the last state."""

    def __init__(self, console: Console, name: str, plan: ProtocolPlan) -> None:
        self._pace = Pace(plan)
        self._bar = Progress(
            TextColumn("[bold]{task.fields[name]}", markup=True),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TextColumn("{task.description}"),
            console=console,
        )
        self._task = self._bar.add_task("", total=1.0, name=escape(name))
        self._live = Live(self._bar, console=console, auto_refresh=False)
        self._live.start()

    def record(self, state: State) -> None:
        """Update the bar."""
        facts = Text(f"  {self._pace.facts(state)}", no_wrap=True, overflow="ellipsis")
        steps = self._pace.steps(state)
        self._bar.update(self._task, completed=self._pace.done(state), description=steps)
        self._live.update(Group(self._bar, facts), refresh=True)

    def close(self) -> None:
        """Stop updating the bar."""
        self._live.stop()


class ProgressLines:
    """A line every ten seconds, and one for the first and the last state."""

    def __init__(self, console: Console, name: str, plan: ProtocolPlan) -> None:
        self._console = console
        self._name = name
        self._pace = Pace(plan)
        self._printed = float("-inf")
        self._waiting: str | None = None

    def record(self, state: State) -> None:
        """Print the line of a state, unless one was printed within the last ten seconds."""
        self._waiting = self._pace.line(state)
        if time.monotonic() - self._printed >= SECONDS_BETWEEN_LINES:
            self._print()

    def close(self) -> None:
        """Print the last line, unless it is printed."""
        self._print()

    def _print(self) -> None:
        if self._waiting is not None:
            line = f"{self._name}: {self._waiting}"
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)
            self._printed = time.monotonic()
            self._waiting = None
