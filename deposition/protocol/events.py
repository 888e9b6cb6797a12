"""Events that end a protocol step before its duration or capacity is reached."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NoReturn

from deposition.common.constants import MA_PER_CM2, MAH_PER_CM2
from deposition.common.errors import DepositionError, ProtocolStepFailed, ShortCircuit
from deposition.protocol import StopReason


@dataclass(frozen=True, eq=False)
class Event:
    """An event that ended a protocol step.

    reason            of the end
    protocol_step     its number, from 0
    time              s, of the run
    net_areal_charge  plated so far, C/m²
    place             µm; empty if the event has no location
    error             of the solver, if it failed
    metal             that reached the counter electrode in a short circuit
    sand_time         Sand's time of the mean current of the protocol step, s from its beginning,
                      for a thick and flat cell with uniform salt; NaN unless a current depleted
                      the salt
    """

    reason: StopReason
    protocol_step: int
    time: float
    net_areal_charge: float
    place: tuple[float, ...] = ()
    error: DepositionError | None = None
    metal: str = ""
    sand_time: float = math.nan

    @property
    def message(self) -> str:
        """Event, time, charge and location in one line."""
        if self.error is not None:
            return str(self.error)
        place = f"({', '.join(f'{x:.3g}' for x in self.place)}) µm, " if self.place else ""
        charge = self.net_areal_charge / MAH_PER_CM2
        return f"{self._happened} at {place}{self.time:.6g} s, {charge:.4g} mAh/cm²"

    @property
    def _happened(self) -> str:
        if self.reason is StopReason.SHORT_CIRCUIT:
            return f"short circuit: {self.metal} reached the counter electrode"
        return f"{DESCRIPTIONS[self.reason]} in protocol step {self.protocol_step + 1}"

    def fail(self) -> NoReturn:
        """Raise the error of an event for which the scenario states no other consequence."""
        if self.error is not None:
            raise self.error
        if self.reason is StopReason.SHORT_CIRCUIT:
            raise ShortCircuit(
                f'{self.message}. State protocol.on_event.short_circuit = "end" to end the run '
                "there without an error [E401]"
            )
        if self.reason is StopReason.SEPARATOR_REACHED:
            raise ProtocolStepFailed(
                f"{self.message}. How lithium grows in its pores is not modelled. Leave more free "
                'electrolyte below it, or state protocol.on_event.separator_reached = "end" to end '
                "the run there without an error [E402]"
            )
        raise ProtocolStepFailed(
            f'{self.message}. The scenario states on_event.{self.reason} = "error". State "next" '
            'or "end" to continue or to end the run [E400]'
        )


def depletion_note(event: Event, density: float) -> str:
    """Protocol step and charge of a depletion, with Sand's time of ``density`` (A/m²)."""
    charge = event.net_areal_charge / MAH_PER_CM2
    note = f"It was in protocol step {event.protocol_step + 1}, at {charge:.4g} mAh/cm²"
    if math.isnan(event.sand_time):
        return f"{note}."
    current = f"{abs(density) / MA_PER_CM2:.4g} mA/cm²"
    return f"{note}; Sand's time of {current} is {event.sand_time:.4g} s."


DESCRIPTIONS = {
    StopReason.VOLTAGE_LIMIT: "the voltage limit was reached",
    StopReason.LITHIUM_EXHAUSTED: "the strippable lithium was exhausted",
    StopReason.SEPARATOR_REACHED: "the deposit reached the separator",
}
