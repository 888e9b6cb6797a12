"""What no run may break is looked at in every state, and said at once where it is broken."""

from __future__ import annotations

import logging

from rich.console import Console
from rich.markup import escape

from deposition.analysis.dissipation import Heat
from deposition.analysis.invariants import laws, open_box
from deposition.mesh.cell import Floats
from deposition.simulation.state import State

LOGGER = logging.getLogger("deposition.watch")


class InvariantMonitor:
    """Warns on the console and in ``run.log`` when a law is broken for the first time.

    The box is that of the first state seen.
    """

    def __init__(self, console: Console, name: str, heat: Heat) -> None:
        """heat: what the electrolyte gives off."""
        self._console, self._name, self._heat = console, name, heat
        self._said: set[str] = set()
        self._box: Floats | None = None

    def record(self, state: State) -> None:
        """Look at a state."""
        if self._box is None:
            self._box = open_box(state)
        for law in laws(state, self._box, self._heat):
            if law.broken and law.name not in self._said:
                self._said.add(law.name)
                warn(
                    self._console,
                    self._name,
                    f"{law.name} is {law.value:.1e} after step {state.step}, more than "
                    f"{law.limit:g}: do not trust the result; refine the mesh or shorten the "
                    "step, and compare",
                )

    def close(self) -> None:
        """Nothing is open."""


def warn(console: Console, name: str, text: str) -> None:
    """A warning about the run of this name, on the console and in its log."""
    LOGGER.warning("%s", text)
    console.print(f"[yellow]Warning:[/] {name}: {escape(text)}", soft_wrap=True)
