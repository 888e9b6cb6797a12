"""The charge balance closes by scaling the advance, never by shifting the level set.

A shift would move facets that carry no current; a factor on the advance does not.  Growing facets
and receding facets have a factor each, because growth sweeps electrolyte and recession sweeps
metal, so both are measured on the level set before anything is cut.

A factor outside ``FACTOR_RANGE`` means that the step was too long for the mesh: the caller halves
it.  Only at a topological event (a neck or a gap closes within the step) less than a target can be
swept however short the step is; what is missing, if it is no more than a speck, is then left to
later steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from deposition.cell import Floats
from deposition.errors import FrontError
from deposition.front.offset import FACTOR_RANGE, Advanced, Offset

LARGEST_DEBT = 0.15
"""Share of a step's volume that may be added to pay what earlier cuts left out."""

_TOLERANCE = 1e-7
_PASSES = 4


class StepTooLong(FrontError):
    """The advance cannot be closed within ``FACTOR_RANGE``: take a shorter step."""


@dataclass(frozen=True)
class Targets:
    """Volumes to sweep in a step, µm^d, both >= 0: growth into electrolyte, recession of metal."""

    growth: float
    recession: float

    @property
    def net(self) -> float:
        """Growth less recession, µm^d."""
        return self.growth - self.recession

    @classmethod
    def of(cls, advance: Floats, area: Floats, owed: float) -> Targets:
        """Volumes from advances (f,) and areas (f,); ``owed`` µm^d is what earlier cuts left out.

        What is owed goes to the larger of the two processes, at most ``LARGEST_DEBT`` of it a step;
        the rest stays owed.
        """
        growth = float(np.maximum(advance, 0.0) @ area)
        recession = float(np.maximum(-advance, 0.0) @ area)
        most = LARGEST_DEBT * max(growth, recession)
        paid = float(np.clip(owed, -most, most))
        if growth >= recession:
            return cls(growth + paid, recession)
        return cls(growth, recession - paid)


@dataclass(frozen=True, eq=False)
class Closed:
    """A surface that has swept the target volumes, the scaled advances (f,) and the factors."""

    surface: Advanced
    advance: Floats
    growth_factor: float
    recession_factor: float

    @property
    def departure(self) -> float:
        """Largest departure of a factor from 1."""
        return max(abs(self.growth_factor - 1.0), abs(self.recession_factor - 1.0))


def close(offset: Offset, advance: Floats, targets: Targets, speck: float) -> Closed:
    """Scale growth and recession until the surface sweeps the target volumes.

    speck (µm^d): how much may be left unswept.  Raises StepTooLong when a factor outside
    ``FACTOR_RANGE`` would be needed for more.
    """
    grow, recede = np.maximum(advance, 0.0), np.minimum(advance, 0.0)
    growth = recession = 1.0

    def advanced(growing: float, receding: float) -> Advanced:
        return offset.advanced(growing * grow + receding * recede)

    # A vertex between growing and receding facets couples the two factors weakly: a few passes.
    for _ in range(_PASSES if grow.any() and recede.any() else 1):
        fixed = recession
        growth = _solve(
            lambda f: advanced(f, fixed).growth,  # noqa: B023
            targets.growth,
            "growth",
            speck,
        )
        chosen = growth
        recession = _solve(
            lambda f: advanced(chosen, f).recession,  # noqa: B023
            targets.recession,
            "recession",
            speck,
        )
    scaled = growth * grow + recession * recede
    return Closed(offset.advanced(scaled), scaled, growth, recession)


def _solve(swept: Callable[[float], float], target: float, process: str, speck: float) -> float:
    """The factor at which ``swept`` equals ``target``; 1 when there is nothing to sweep."""
    if target == 0.0:
        return 1.0
    low, high = FACTOR_RANGE
    smallest, largest = swept(low), swept(high)
    if smallest <= target <= largest:
        return float(brentq(lambda f: swept(f) - target, low, high, xtol=_TOLERANCE, rtol=1e-12))
    if smallest - speck <= target <= largest + speck:
        return low if target < smallest else high
    raise StepTooLong(
        f"the {process} of this step cannot be closed: {target:.4g} µm^d must be swept, "
        f"factors from {low} to {high} sweep {smallest:.4g} to {largest:.4g}"
    )
