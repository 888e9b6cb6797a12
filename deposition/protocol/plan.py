"""Sequence of the protocol steps of a run, and the progress of the run in it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from deposition.protocol.protocol_step import OnEvent, ProtocolStep, StopReason

MAX_RECORDED_ENDS = 50
"""Number of protocol steps up to which a snapshot is recorded at the end of each."""

RELATIVE_ROUNDING, ABSOLUTE_ROUNDING = 1e-9, 1e-12
"""A net charge below this share of the charge throughput, or below this value in C/m², is 0."""

UNKNOWN_CHARGE_WEIGHT = 0.1
"""Weight in the progress of a protocol step of unknown charge, in units of the mean charge."""


@dataclass(frozen=True)
class Progress:
    """Progress of a run in its protocol.

    protocol_step      number of the protocol step, from 0
    time               in this protocol step, s
    charge             passed in this protocol step, C/m² per projected area; > 0 plates
    charge_throughput  ∫ |i| dt over all protocol steps, C/m²
    ended              ``StopReason`` of the protocol step; empty while it continues
    """

    protocol_step: int = 0
    time: float = 0.0
    charge: float = 0.0
    charge_throughput: float = 0.0
    ended: str = ""

    def after(self, density: float, step: float) -> Progress:
        """Progress after a time step (s) at a mean current density (A/m²)."""
        charge = density * step
        return Progress(
            self.protocol_step,
            self.time + step,
            self.charge + charge,
            self.charge_throughput + abs(charge),
        )

    def end(self, end: StopReason) -> Progress:
        """The same progress with its protocol step ended."""
        return replace(self, ended=str(end))

    def following(self) -> Progress:
        """Progress at the beginning of the next protocol step."""
        return Progress(self.protocol_step + 1, charge_throughput=self.charge_throughput)


BEGINNING = Progress()


def net(charge: float, throughput: float) -> float:
    """Net charge (C/m²) as reported: 0 if it is rounding error of the charge throughput."""
    return charge if abs(charge) > max(RELATIVE_ROUNDING * throughput, ABSOLUTE_ROUNDING) else 0.0


@dataclass(frozen=True)
class ProtocolPlan:
    """The protocol steps of a run."""

    protocol_steps: tuple[ProtocolStep, ...]

    @cached_property
    def cycles(self) -> tuple[int, ...]:
        """Cycle number of each protocol step, from 1.

        A cycle begins where the current returns to its first direction after it was reversed; a
        rest belongs to the cycle of the step before.
        """
        return tuple(self._count_cycles())

    def _count_cycles(self) -> Iterator[int]:
        first = next((step.sign for step in self.protocol_steps if step.sign), 0.0)
        cycle, reversed_ = 1, False
        for step in self.protocol_steps:
            if reversed_ and step.sign == first:
                cycle, reversed_ = cycle + 1, False
            reversed_ = reversed_ or step.sign == -first != 0.0
            yield cycle

    @property
    def first_with_current(self) -> int:
        """Number of the first protocol step with a current, from 0; 0 if there is none."""
        signs = [bool(step.sign) for step in self.protocol_steps]
        return signs.index(True) if True in signs else 0

    @cached_property
    def charge(self) -> float:
        """Sum of |charge| of all protocol steps, C/m²; inf if that of one is unknown."""
        return sum(step.charge for step in self.protocol_steps)

    @property
    def ends_are_recorded(self) -> bool:
        """True if a snapshot is recorded at the end of each protocol step."""
        return len(self.protocol_steps) <= MAX_RECORDED_ENDS

    def protocol_step(self, progress: Progress) -> ProtocolStep:
        """The current protocol step."""
        return self.protocol_steps[progress.protocol_step]

    def cycle(self, progress: Progress) -> int:
        """Number of the current cycle, from 1."""
        return self.cycles[progress.protocol_step]

    def then(self, progress: Progress) -> OnEvent | None:
        """Consequence of the end of the protocol step, None while it continues.

        "next" after the last protocol step is the end of the run.
        """
        if not progress.ended:
            return None
        then = self.protocol_step(progress).after(StopReason(progress.ended))
        last = progress.protocol_step == len(self.protocol_steps) - 1
        return OnEvent.END if last and then is OnEvent.NEXT else then

    def complete(self, progress: Progress) -> bool:
        """True if the run has reached its regular end."""
        return self.then(progress) is OnEvent.END

    def done(self, progress: Progress) -> float:
        """Completed share of the protocol, 0 to 1, weighted by charge."""
        if self.complete(progress):
            return 1.0
        number, weights = progress.protocol_step, self._weights
        step = self.protocol_steps[number]
        share = 1.0 if progress.ended else step.done(progress.time, progress.charge)
        return (sum(weights[:number]) + share * weights[number]) / sum(weights)

    @cached_property
    def _weights(self) -> tuple[float, ...]:
        charges = [step.charge for step in self.protocol_steps]
        known = [charge for charge in charges if 0.0 < charge < math.inf]
        default = UNKNOWN_CHARGE_WEIGHT * sum(known) / len(known) if known else 1.0
        return tuple(charge if 0.0 < charge < math.inf else default for charge in charges)
