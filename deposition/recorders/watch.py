"""A balance that is not kept is said at once, and once."""

from __future__ import annotations

import logging

from rich.console import Console
from rich.markup import escape

from deposition.state import State

LIMITS = {"faraday_error": 1e-4, "salt_error": 1e-10, "film_error": 1e-6}
"""Far above what rounding and remeshing leave (see docs/verification.md): beyond these a result
should not be trusted."""


class Watch:
    """Warns on the console and in ``run.log`` when a state breaks a balance for the first time."""

    def __init__(self, console: Console, name: str) -> None:
        self._console, self._name = console, name
        self._said: set[str] = set()
        self._logger = logging.getLogger("deposition.watch")

    def record(self, state: State) -> None:
        """Look at the balances of a state."""
        for name, limit in LIMITS.items():
            error = getattr(state.balance, name)
            if not error <= limit and name not in self._said:
                self._said.add(name)
                self._warn(
                    f"{name} is {error:.1e} after step {state.step}, more than {limit:g}: do not "
                    "trust the result; refine the mesh or shorten the step, and compare"
                )

    def close(self) -> None:
        """Nothing is open."""

    def _warn(self, text: str) -> None:
        self._logger.warning("%s", text)
        self._console.print(f"[yellow]Warning:[/] {self._name}: {escape(text)}", soft_wrap=True)
