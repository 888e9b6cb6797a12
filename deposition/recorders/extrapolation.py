"""Warning where the concentration leaves the range in which the electrolyte was measured."""

from __future__ import annotations

import numpy as np
from rich.console import Console

from deposition.common.constants import LITRE
from deposition.laws.concentrated import Fitted
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.recorders.invariant_monitor import warn
from deposition.recorders.run import Run
from deposition.simulation.state import State


class Extrapolation:
    """Warn once, on the console and in ``run.log``, when a fitted law is extrapolated."""

    def __init__(self, console: Console, name: str, law: ElectrolyteLaw) -> None:
        self._console, self._name = console, name
        self._measured = law.measured if isinstance(law, Fitted) else None

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> Extrapolation:
        """The check of the electrolyte of a run."""
        return cls(run.console, run.name, run.scenario.electrolyte_law)

    def record(self, state: State) -> None:
        """Compare the concentrations of a state with the measured range."""
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
        """Do nothing."""
