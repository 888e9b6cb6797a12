"""Check the invariants of every state and warn at the first violation."""

from __future__ import annotations

import logging

from rich.console import Console
from rich.markup import escape

from deposition.analysis.dissipation import Heat
from deposition.analysis.invariants import invariants, open_box
from deposition.mesh.cell import Floats
from deposition.recorders.run import Run
from deposition.simulation.state import State

LOGGER = logging.getLogger("deposition.watch")


class InvariantMonitor:
    """Warn on the console and in ``run.log`` when an invariant is violated for the first time.

    The bounding box is that of the first state.
    """

    def __init__(self, console: Console, name: str, heat: Heat) -> None:
        """heat: generated in the electrolyte."""
        self._console, self._name, self._heat = console, name, heat
        self._reported: set[str] = set()
        self._box: Floats | None = None

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> InvariantMonitor:
        """The invariants of a run."""
        return cls(run.console, run.name, run.heat)

    def record(self, state: State) -> None:
        """Check a state."""
        if self._box is None:
            self._box = open_box(state)
        for invariant in invariants(state, self._box, self._heat):
            if invariant.violated and invariant.name not in self._reported:
                self._reported.add(invariant.name)
                warn(
                    self._console,
                    self._name,
                    f"{invariant.name} is {invariant.value:.1e} after step {state.step}, more than "
                    f"{invariant.limit:g}. The result is not reliable from here on: "
                    f"{invariant.remedy}.",
                )

    def close(self) -> None:
        """Do nothing."""


def warn(console: Console, name: str, text: str) -> None:
    """Warn about the run of this name, on the console and in its log."""
    LOGGER.warning("%s", text)
    console.print(f"[yellow]Warning:[/] {name}: {escape(text)}", soft_wrap=True)
