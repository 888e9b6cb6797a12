"""Length of the next time step.

The concentrations keep their tolerance, the surface advances by no more than a share of a surface
cell, and its corrector moves it by no more than another one: the estimate of the error of a step of
first order, while the corrected one has the second.  A stated longest time is kept, and a step
grows slowly after a short one.

Source: Hairer, Nørsett & Wanner, Solving Ordinary Differential Equations I, 2nd ed., 1993, ch. II.4
(step size control).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

GROWTH, SHRINKAGE = 2.0, 0.2
"""Largest and smallest ratio of one step to the one before it."""

SLACK = 1.2
"""A step whose fastest facet went further, or whose error is larger, than this times the limit is
taken again, shorter."""

SAFETY = 0.9
"""Share of the step that would just keep the tolerance."""

ERROR_OF_STEP = 12.0
"""Estimated error of a step, of the embedded method of first order, at which the error of the
concentration after many steps is about the tolerance (verification cases E2, E3, C4)."""

SHORTEST = 1e-4
"""A step (s) shorter than this, or than this share of a shorter first step, is given up."""


@dataclass(frozen=True)
class StepControl:
    """Limits of the time step.

    first, longest (s); advance (µm): how far the fastest facet may move in a step; tolerance:
    largest relative error of c - c0 in a step; thinnest (µm): the first deposit on a bare
    collector, because a thinner one cannot be meshed; surface: largest movement by the corrector,
    as a share of an edge.
    """

    first: float
    longest: float
    advance: float
    tolerance: float = math.inf
    thinnest: float = 0.0
    surface: float = math.inf

    def first_on(self, speed: float, mean_speed: float, *, bare: bool) -> float:
        """The first step (s) of a protocol step whose fastest facet moves at ``speed`` µm/s, on a
        bare collector or not."""
        thick = self.thinnest / mean_speed if bare and mean_speed > 0.0 else 0.0
        return min(max(self.first, thick), self.within(speed))

    def next(self, previous: float, speed: float, error: float = 0.0) -> float:
        """The step (s) after one of ``previous`` s with this relative error of c - c0; the fastest
        facet moves at ``speed`` µm/s."""
        return min(self.accurate(previous, error), self.within(speed))

    def inaccurate(self, step: float, error: float) -> bool:
        """Whether a step (s) with this relative error of c - c0 must be taken again.

        Not one that is no longer than the first, whose diffusion layer is thinner than the mesh can
        show.
        """
        return step > self.first and error > SLACK * ERROR_OF_STEP * self.tolerance

    def accurate(self, step: float, error: float) -> float:
        """The step (s) that keeps the tolerance, by the error of one of ``step`` s: e ∝ Δt²."""
        if error == 0.0 or math.isinf(self.tolerance):
            return GROWTH * step
        wanted = SAFETY * math.sqrt(ERROR_OF_STEP * self.tolerance / error)
        return max(step * min(max(wanted, SHRINKAGE), GROWTH), self.shortest)

    def uncorrected(self, correction: float) -> bool:
        """Whether a step must be taken again because its corrector moved the surface this share of
        an edge."""
        return correction > SLACK * self.surface

    def corrected(self, step: float, correction: float) -> float:
        """The step (s) that keeps the tolerance of the surface, by the correction of one of
        ``step`` s, to which it is in proportion."""
        if correction == 0.0 or math.isinf(self.surface):
            return GROWTH * step
        wanted = min(max(SAFETY * self.surface / correction, SHRINKAGE), GROWTH)
        return max(step * wanted, self.shortest)

    def within(self, speed: float) -> float:
        """The longest step (s) allowed for a fastest facet at ``speed`` µm/s."""
        return min(self.longest, self.advance / speed if speed > 0.0 else self.longest)

    def too_long(self, step: float, speed: float) -> bool:
        """Whether a step (s) must be taken again because its fastest facet went too far."""
        return step * speed > SLACK * self.advance

    @property
    def shortest(self) -> float:
        """The shortest step, s."""
        return SHORTEST * min(self.first, 1.0)

    def hopeless(self, step: float) -> bool:
        """Whether a step (s) has become too short to go on."""
        return step < self.shortest
