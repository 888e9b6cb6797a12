"""A measured electrolyte is said to be extrapolated where its salt leaves what was measured."""

from __future__ import annotations

import numpy as np
from rich.console import Console

from deposition.common.constants import LITRE
from deposition.laws.concentrated import Fitted
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.recorders.invariant_monitor import warn
from deposition.simulation.state import State


class Extrapolation:
    """Warns on the console and in ``run.log``, once, when a law is asked for more than it knows."""

    def __init__(self, console: Console, name: str, law: ElectrolyteLaw) -> None:
        self._console, self._name = console, name
        self._measured = law.measured if isinstance(law, Fitted) else None

    def record(self, state: State) -> None:
        """Look at a state."""
        if self._measured is None:
            return
        lowest, highest = np.nanmin(state.concentration), np.nanmax(state.concentration)
        low, high = self._measured.concentration
        if low <= lowest and highest <= high:
            return
        warn(
            self._console,
            self._name,
            f"the salt is between {lowest * LITRE:.3g} and {highest * LITRE:.3g} mol/L after step "
            f"{state.step}, and the electrolyte was measured {self._measured.concentrations}: its "
            "properties are extrapolated",
        )
        self._measured = None

    def close(self) -> None:
        """Nothing is open."""
