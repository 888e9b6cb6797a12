"""How long the next step may be.

The surface may advance by a share of a surface cell in a step (Huygens' construction is first order
in it), never more than a stated time, and a step grows slowly after a short one.
"""

from __future__ import annotations

from dataclasses import dataclass

GROWTH = 1.5
"""Largest ratio of one step to the one before it."""

SLACK = 1.2
"""A step whose fastest facet went further than this times the limit is taken again, shorter."""

SHORTEST = 1e-4
"""A step this many times shorter than the first one is given up."""


@dataclass(frozen=True)
class StepControl:
    """Limits of the time step.

    first, longest (s); advance (µm): how far the fastest facet may move in a step.
    """

    first: float
    longest: float
    advance: float

    def next(self, previous: float, speed: float) -> float:
        """The step (s) after one of ``previous`` s; the fastest facet moves at ``speed`` µm/s."""
        return min(GROWTH * previous, self.within(speed))

    def within(self, speed: float) -> float:
        """The longest step (s) allowed for a fastest facet at ``speed`` µm/s."""
        return min(self.longest, self.advance / speed if speed > 0.0 else self.longest)

    def too_long(self, step: float, speed: float) -> bool:
        """Whether a step (s) must be taken again because its fastest facet went too far."""
        return step * speed > SLACK * self.advance

    @property
    def shortest(self) -> float:
        """The shortest step, s."""
        return SHORTEST * self.first

    def hopeless(self, step: float) -> bool:
        """Whether a step (s) has become too short to go on."""
        return step < self.shortest
