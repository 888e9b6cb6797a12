"""``[measured]``: measured values of the simulated cell."""

from __future__ import annotations

import math

from pydantic import model_validator

from deposition.common import units
from deposition.scenario.section import Section

SAME = 1e-6
"""Relative tolerance at which two conditions are equal."""


class Measured(Section):
    """Measured values, shown beside the simulated ones; the simulation does not use them.

    cell_voltage     φ_counter - φ_working
    words            the finding in words, if there is no number
    current_density  of the measurement; shown only for runs at this current density
    temperature      of the measurement, likewise
    source           publication, and reservations about the value
    """

    cell_voltage: units.Voltage | None = None
    words: str = ""
    current_density: units.CurrentDensity | None = None
    temperature: units.Temperature = 298.15
    source: str = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Measured:
        if self.cell_voltage is None and not self.words:
            raise ValueError("has no value. State cell_voltage, or the finding in words [E225]")
        if self.current_density is None:
            raise ValueError("current_density is missing. State that of the measurement [E226]")
        if not self.source:
            raise ValueError("source is missing. State that of the measurement [E227]")
        return self

    def holds_at(self, current_density: float | None, temperature: float) -> bool:
        """True if the measurement was made at this current density, A/m² (None: potentiostatic),
        and temperature, K."""
        if current_density is None or self.current_density is None:
            return False
        same_current = math.isclose(self.current_density, current_density, rel_tol=SAME)
        return same_current and math.isclose(self.temperature, temperature, rel_tol=SAME)
