"""``[measured]``: what was measured on the cell that is simulated."""

from __future__ import annotations

import math

from pydantic import model_validator

from deposition.common import units
from deposition.scenario.section import Section

SAME = 1e-6
"""Conditions that differ by less than this fraction are the same."""


class Measured(Section):
    """What was measured; nothing is computed from it, it is shown beside the simulation.

    cell_voltage     φ_counter - φ_working
    words            what was found, where no number is given
    current_density  at which it was measured: another one is not compared
    temperature      likewise
    source           where it stands, and what is doubtful about it
    """

    cell_voltage: units.Voltage | None = None
    words: str = ""
    current_density: units.CurrentDensity | None = None
    temperature: units.Temperature = 298.15
    source: str = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Measured:
        if self.cell_voltage is None and not self.words:
            raise ValueError("state cell_voltage, or in words what was found [E225]")
        if self.current_density is None:
            raise ValueError("current_density is missing: the one at which it was measured [E226]")
        if not self.source:
            raise ValueError("source is missing: say where the measurement stands [E227]")
        return self

    def holds_at(self, current_density: float | None, temperature: float) -> bool:
        """Whether it was measured under these conditions, A/m² (None: a voltage is held) and K."""
        if current_density is None or self.current_density is None:
            return False
        same_current = math.isclose(self.current_density, current_density, rel_tol=SAME)
        return same_current and math.isclose(self.temperature, temperature, rel_tol=SAME)
