"""The stages of a run, one after the other, and how far a run has come in them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from deposition.protocol.protocol_step import OnEvent, ProtocolStep, StopReason

FEW = 50
"""A protocol of no more stages has the end of each among its recorded states."""


NOISE, LEAST = 1e-9, 1e-12
"""A net charge below this share of the charge passed, or below so many C/m², is rounding."""


RESTS = 0.1
"""What a stage without a known charge counts for in the progress, in shares of the mean charge."""


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    stage   number of the stage, from 0
    time    in this stage, s
    charge  passed in this stage, C/m² per projected area; > 0 plates
    charge_throughput  in all stages, whichever way it went, C/m²
    ended   what has ended the stage (``StopReason``); empty while it goes on
    """

    protocol_step: int = 0
    time: float = 0.0
    charge: float = 0.0
    charge_throughput: float = 0.0
    ended: str = ""

    def after(self, density: float, step: float) -> Progress:
        """After a step (s) at a mean density (A/m²)."""
        charge = density * step
        return Progress(
            self.protocol_step,
            self.time + step,
            self.charge + charge,
            self.charge_throughput + abs(charge),
        )

    def end(self, end: StopReason) -> Progress:
        """The same with its stage ended."""
        return replace(self, ended=str(end))

    def following(self) -> Progress:
        """At the beginning of the next stage."""
        return Progress(self.protocol_step + 1, charge_throughput=self.charge_throughput)


BEGINNING = Progress()


def net(charge: float, passed: float) -> float:
    """A net charge as it is stated: 0 where it is but rounding of the charge passed; C/m²."""
    return charge if abs(charge) > max(NOISE * passed, LEAST) else 0.0


@dataclass(frozen=True)
class ProtocolPlan:
    """The stages of a run."""

    protocol_steps: tuple[ProtocolStep, ...]

    @cached_property
    def cycles(self) -> tuple[int, ...]:
        """The cycle of each stage, from 1.

        A new one begins where the current flows as at first again, after it has flowed the other
        way; rests belong to what was before.
        """
        return tuple(self._count_cycles())

    def _count_cycles(self) -> Iterator[int]:
        first = next(
            (protocol_step.sign for protocol_step in self.protocol_steps if protocol_step.sign), 0.0
        )
        cycle, turned = 1, False
        for protocol_step in self.protocol_steps:
            if turned and protocol_step.sign == first:
                cycle, turned = cycle + 1, False
            turned = turned or protocol_step.sign == -first != 0.0
            yield cycle

    @property
    def current_flows(self) -> int:
        """Number of the first stage that passes a current, from 0; 0 if there is none."""
        signs = [bool(protocol_step.sign) for protocol_step in self.protocol_steps]
        return signs.index(True) if True in signs else 0

    @cached_property
    def charge(self) -> float:
        """|charge| of all stages, C/m²; inf where only the time of one is known."""
        return sum(protocol_step.charge for protocol_step in self.protocol_steps)

    @property
    def ends_are_recorded(self) -> bool:
        """Whether the end of each stage is among the recorded states."""
        return len(self.protocol_steps) <= FEW

    def protocol_step(self, progress: Progress) -> ProtocolStep:
        """The stage that a run is in."""
        return self.protocol_steps[progress.protocol_step]

    def cycle(self, progress: Progress) -> int:
        """The cycle that a run is in, from 1."""
        return self.cycles[progress.protocol_step]

    def then(self, progress: Progress) -> OnEvent | None:
        """What follows the end of the stage, None if it goes on.  After the last, the end."""
        if not progress.ended:
            return None
        then = self.protocol_step(progress).after(StopReason(progress.ended))
        last = progress.protocol_step == len(self.protocol_steps) - 1
        return OnEvent.END if last and then is OnEvent.NEXT else then

    def complete(self, progress: Progress) -> bool:
        """Whether the run has come to its end, as was asked."""
        return self.then(progress) is OnEvent.END

    def done(self, progress: Progress) -> float:
        """Share of the whole that lies behind, 0 to 1, weighed by charge."""
        if self.complete(progress):
            return 1.0
        protocol_step = self.protocol_step(progress)
        share = 1.0 if progress.ended else protocol_step.done(progress.time, progress.charge)
        weights = self._weights
        return (
            sum(weights[: progress.protocol_step]) + share * weights[progress.protocol_step]
        ) / sum(weights)

    @cached_property
    def _weights(self) -> tuple[float, ...]:
        known = [
            protocol_step.charge
            for protocol_step in self.protocol_steps
            if 0.0 < protocol_step.charge < math.inf
        ]
        usual = RESTS * sum(known) / len(known) if known else 1.0
        charges = (protocol_step.charge for protocol_step in self.protocol_steps)
        return tuple(charge if 0.0 < charge < math.inf else usual for charge in charges)
