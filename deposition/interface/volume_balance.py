"""The charge balance closes by scaling the advance, never by shifting the level set.

A shift would move facets that carry no current; a factor on the advance does not.  The growing and
the receding facets of each body have a factor each, because growth sweeps electrolyte and recession
sweeps metal, so both are measured on the level set before anything is cut.

    Σ_f s_f A_f = V_m Q / F    for each body, V_m (m³/mol), charge Q (C) of the step

A factor outside ``FACTOR_RANGE`` means that the step was too long for the mesh: the caller halves
it.  Only at a topological event (a neck or a gap closes within the step) less than a target can be
swept however short the step is; what is missing, if it is no more than a speck, is then put
elsewhere on the body (``correct_remesh_volume``), or left to later steps.

Source: Faraday's law; the scaling is of this program.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.common.errors import InterfaceError
from deposition.interface.huygens import FACTOR_RANGE, AdvancedSurface, HuygensConstruction
from deposition.mesh.cell import Floats, Ints

LARGEST_DEBT = 0.15
"""Share of a step's volume that may be added to pay what earlier cuts left out."""

_TOLERANCE = 1e-7
_PASSES = 40


class StepTooLong(InterfaceError):
    """The advance cannot be closed within ``FACTOR_RANGE``: take a shorter step."""


@dataclass(frozen=True, eq=False)
class VolumeTargets:
    """Volumes (b,) that each body sweeps in a step, µm^d, >= 0: growth into electrolyte, recession
    of metal."""

    growth: Floats
    recession: Floats

    @property
    def net(self) -> Floats:
        """(b,) growth less recession, µm^d."""
        return self.growth - self.recession

    @classmethod
    def of(cls, advance: Floats, area: Floats, body: Ints, volume_deficit: Floats) -> VolumeTargets:
        """Volumes from advances, areas and bodies (f,); ``volume_deficit`` (b,) of earlier
        steps.

        What a body owes goes to the larger of its two processes, at most ``LARGEST_DEBT`` of it a
        step; the rest stays owed.
        """
        growth = np.bincount(body, np.maximum(advance, 0.0) * area, len(volume_deficit))
        recession = np.bincount(body, np.maximum(-advance, 0.0) * area, len(volume_deficit))
        most = LARGEST_DEBT * np.maximum(growth, recession)
        paid = np.clip(volume_deficit, -most, most)
        grows = growth >= recession
        return cls(growth + np.where(grows, paid, 0.0), recession - np.where(grows, 0.0, paid))


@dataclass(frozen=True, eq=False)
class ScaledAdvance:
    """A surface that has swept its targets, the scaled advances (f,) and the factors (b,)."""

    surface: AdvancedSurface
    advance: Floats
    growth_factor: Floats
    recession_factor: Floats

    def scaling_deviation(self, asked: Floats, least: float) -> float:
        """Largest departure from 1 of the factor on what was ``asked`` (f,), if above ``least``.

        Both in µm.
        """
        moves = np.abs(asked) > least
        return float(np.abs(self.advance[moves] / asked[moves] - 1.0).max(initial=0.0))


def scale_advance(
    huygens: HuygensConstruction, advance: Floats, targets: VolumeTargets, fragment: float
) -> ScaledAdvance:
    """Scale growth and recession until each body sweeps its target volumes.

    fragment (µm^d): how much may be left unswept, for ``correct_remesh_volume``.  Raises
    StepTooLong when a factor outside ``FACTOR_RANGE`` would be needed for more.

    What is swept is nearly proportional to its own factor, so each is corrected in proportion, or
    along its secant, all at once.
    """
    wanted = np.stack([targets.growth, targets.recession])
    factor = np.ones_like(wanted)
    before, swept_before = factor, np.zeros_like(wanted)
    for _ in range(_PASSES):
        scaled, surface = _advanced(huygens, advance, factor)
        swept = np.where(wanted > 0.0, np.stack([surface.growth, surface.recession]), 0.0)
        following = _corrected(factor, swept, before, swept_before, wanted)
        if np.abs(following - factor).max(initial=0.0) <= _TOLERANCE:
            break
        before, swept_before, factor = factor, swept, following
    _check(swept, wanted, fragment)
    return ScaledAdvance(surface, scaled, *factor)


def _advanced(
    huygens: HuygensConstruction, advance: Floats, factor: Floats
) -> tuple[Floats, AdvancedSurface]:
    """The advances times the factors (2, b) of growth and recession, and where they lead."""
    growing, receding = factor[:, huygens.body]
    scaled = np.where(advance > 0.0, growing, receding) * advance
    return scaled, huygens.advanced(scaled)


def _corrected(
    factor: Floats, swept: Floats, before: Floats, swept_before: Floats, wanted: Floats
) -> Floats:
    """(2, b) the next factors: along the secant where it rises, else in proportion."""
    moved, gained = factor - before, swept - swept_before
    rises = moved * gained > 0.0
    secant = (wanted - swept) * moved / np.where(rises, gained, 1.0)
    ratio = np.where(swept > 0.0, wanted / np.where(swept > 0.0, swept, 1.0), np.inf)
    following = np.where(rises, factor + secant, factor * ratio)
    return np.where(wanted > 0.0, np.clip(following, *FACTOR_RANGE), 1.0)


def _check(swept: Floats, wanted: Floats, fragment: float) -> None:
    """Raise StepTooLong where more than a speck is missing or too much."""
    wrong = np.abs(swept - wanted) > np.maximum(fragment, 1e-5 * wanted)
    for row, process in enumerate(("growth", "recession")):
        if wrong[row].any():
            body = int(np.argmax(wrong[row]))
            low, high = FACTOR_RANGE
            raise StepTooLong(
                f"the {process} of this step cannot be closed: {wanted[row, body]:.4g} µm^d must "
                f"be swept, factors from {low} to {high} reach {swept[row, body]:.4g}"
                " [E365]"
            )
