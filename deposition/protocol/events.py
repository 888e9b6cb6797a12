"""What ends a stage besides its time and its charge: when, where, and in which words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NoReturn

from deposition.common.constants import MA_PER_CM2, MAH_PER_CM2
from deposition.common.errors import DepositionError, ShortCircuit, StageFailed
from deposition.protocol import StopReason


@dataclass(frozen=True, eq=False)
class Event:
    """The end of a stage that was not its time or its charge.

    reason     of the end
    protocol_step  its number, from 0
    time       s, of the run
    net_areal_charge  plated so far, C/m²
    place      µm; empty where it is nowhere in particular
    error      what the solver said, where it was the one to stop
    metal      what reached the counter electrode in a short circuit
    sand_time  s from the beginning of the stage, of its mean current in a thick and flat cell that
               was at rest; NaN for all but depletion by a current
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
        """What happened, when and where, in one line."""
        if self.error is not None:
            return str(self.error)
        return short_circuit(self) if self.reason is StopReason.SHORT_CIRCUIT else other(self)

    def fail(self) -> NoReturn:
        """Raise what a run ends with to which this event was not asked for."""
        if self.error is not None:
            raise self.error
        if self.reason is StopReason.SHORT_CIRCUIT:
            raise ShortCircuit(f"{short_circuit(self)} [E401]")
        raise StageFailed(f'{other(self)}, and on_event.{self.reason} = "error" [E400]')


def short_circuit(event: Event) -> str:
    """How a short circuit is told."""
    return (
        f"short circuit: {event.metal} reached the counter electrode at {_place(event)}"
        f"{event.time:.6g} s, {event.net_areal_charge / MAH_PER_CM2:.4g} mAh/cm²"
    )


def other(event: Event) -> str:
    """How an event is told that need not be a failure."""
    what = WORDS[event.reason]
    return (
        f"{what} in protocol step {event.protocol_step + 1} at {_place(event)}{event.time:.6g} s, "
        f"{event.net_areal_charge / MAH_PER_CM2:.4g} mAh/cm²"
    )


def sand(event: Event, density: float) -> str:
    """Where depletion happened in the protocol, beside Sand's time of its density (A/m²)."""
    charge = event.net_areal_charge / MAH_PER_CM2
    said = f"It was in protocol step {event.protocol_step + 1}, at {charge:.4g} mAh/cm²"
    if math.isnan(event.sand_time):
        return f"{said}."
    density_in_words = f"{abs(density) / MA_PER_CM2:.4g} mA/cm²"
    return f"{said}; Sand's time of {density_in_words} is {event.sand_time:.4g} s."


WORDS = {
    StopReason.VOLTAGE_LIMIT: "the voltage limit was reached",
    StopReason.LITHIUM_EXHAUSTED: "the lithium was used up",
}


def _place(event: Event) -> str:
    return f"({', '.join(f'{x:.3g}' for x in event.place)}) µm, " if event.place else ""
