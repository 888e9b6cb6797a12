"""``[protocol]``: what is asked of the cell, and until when."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import model_validator

from deposition import units
from deposition.scenario.section import Section


class Protocol(Section):
    """What is asked of the cell, and until when.

    current_density  mean over the projected area; positive plates, negative strips, 0 rests
    voltage          φ_counter - φ_working, instead of a current; positive plates
    capacity         charge to pass, plated or stripped, per projected area
    duration         time; with a capacity as well, whichever is reached first
    """

    current_density: units.CurrentDensity | None = None
    voltage: units.Voltage | None = None
    capacity: units.ChargePerArea | None = None
    duration: units.Time | None = None

    @model_validator(mode="after")
    def _asks_and_ends(self) -> Protocol:
        wrong = [*self._asked_wrongly(), *self._ended_wrongly()]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _asked_wrongly(self) -> Iterable[str]:
        if self.current_density is None and self.voltage is None:
            yield (
                f'current_density is missing: state one such as "{units.CURRENT_DENSITY.example}", '
                f'or a voltage such as "{units.VOLTAGE.example}"'
            )
        if self.current_density is not None and self.voltage is not None:
            yield "state current_density or voltage, not both"

    def _ended_wrongly(self) -> Iterable[str]:
        if self.capacity is None and self.duration is None:
            yield (
                f'capacity is missing: state one such as "{units.CHARGE_PER_AREA.example}", '
                f'or a duration such as "{units.TIME.example}"'
            )
        if self.current_density == 0.0 and self.capacity is not None:
            yield "current_density = 0 passes no charge: state a duration and no capacity"
