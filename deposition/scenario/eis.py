"""``eis`` of a protocol step: an impedance spectrum of the state that the run has reached."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from deposition.common import units
from deposition.scenario.section import Section, Whole

LOWEST, HIGHEST, PER_DECADE = 1e-3, 1e6, 10
"""Range (Hz) and density of a spectrum unless stated: as a laboratory measures it."""

MAX_PER_DECADE = 100


class EisStep(Section):
    """Frequencies of a spectrum, and the steady current about which it is computed.

    lowest, highest  of the frequencies, evenly spaced on a logarithmic scale
    per_decade       number of frequencies in a decade
    bias             steady current density; positive plates, 0 is the cell at rest
    """

    lowest: units.Frequency = LOWEST
    highest: units.Frequency = HIGHEST
    per_decade: Annotated[Whole, Field(ge=1, le=MAX_PER_DECADE)] = PER_DECADE
    bias: units.CurrentDensity = 0.0

    @model_validator(mode="after")
    def _is_a_range(self) -> EisStep:
        if self.lowest >= self.highest:
            raise ValueError(
                f"lowest = {units.FREQUENCY.format(self.lowest)} is not below highest = "
                f"{units.FREQUENCY.format(self.highest)}. Exchange them, or widen the range [E935]"
            )
        return self
