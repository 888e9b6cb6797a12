"""Charge balance of a step by scaling the advance, never by shifting the level set.

A shift would move facets that carry no current; a factor on the advance does not.  The growing and
the receding facets of each body have a factor each, because growth sweeps electrolyte and recession
sweeps metal, so both are measured on the level set before anything is cut.

    Σ_f s_f A_f = V_m Q / F    for each body, V_m (m³/mol), charge Q (C) of the step

A factor outside ``scaling_range`` means that the step was too long for the mesh: the caller halves
it.  Only at a topological event (a neck or a gap closes within the step) less than a target can be
swept however short the step is; what is missing, if it is no more than a fragment below mesh
resolution, is then made up elsewhere on the body (``correct_remesh_volume``), or in later steps.

Source: Faraday's law; the scaling is of this program.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.common.errors import InterfaceError
from deposition.interface.huygens import AdvancedSurface, HuygensConstruction
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import Floats, Ints


class StepTooLong(InterfaceError):
    """The advance cannot be scaled to its targets within ``scaling_range``: shorten the step."""


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
    def of(
        cls,
        advance: Floats,
        area: Floats,
        body: Ints,
        volume_deficit: Floats,
        numerics: InterfaceNumerics = NUMERICS,
    ) -> VolumeTargets:
        """Targets from advances (µm), areas and bodies (f,), and volume deficits (b,), µm^d.

        growth = Σ max(s, 0) A and recession = Σ max(-s, 0) A.  The deficit of earlier steps is
        added to the larger of the two, at most ``largest_deficit_share`` of it in one step.
        """
        growth = np.bincount(body, np.maximum(advance, 0.0) * area, len(volume_deficit))
        recession = np.bincount(body, np.maximum(-advance, 0.0) * area, len(volume_deficit))
        most = numerics.largest_deficit_share * np.maximum(growth, recession)
        added = np.clip(volume_deficit, -most, most)
        grows = growth >= recession
        return cls(growth + np.where(grows, added, 0.0), recession - np.where(grows, 0.0, added))


@dataclass(frozen=True, eq=False)
class ScaledAdvance:
    """A surface that sweeps its targets, the scaled advances (f,), µm, and the targets."""

    surface: AdvancedSurface
    advance: Floats
    targets: VolumeTargets

    def scaling_deviation(self, applied: Floats, least: float) -> float:
        """max |s_scaled / s - 1| over facets whose advance s, ``applied`` (f,), exceeds ``least``.

        Both in µm.
        """
        moves = np.abs(applied) > least
        return float(np.abs(self.advance[moves] / applied[moves] - 1.0).max(initial=0.0))


def scale_advance(
    huygens: HuygensConstruction, advance: Floats, targets: VolumeTargets, fragment: float
) -> ScaledAdvance:
    """Scale growth and recession until each body sweeps its target volumes.

    advance (f,) µm; fragment (µm^d): volume that may be left unswept, for
    ``correct_remesh_volume``.  Raises StepTooLong when more would need a factor outside
    ``scaling_range``.

    Solves V(k) = V_target for the factors k (2, b), all at once: V is nearly proportional to its
    own factor, so the iteration is in proportion, k V_target / V(k), then along the secant.
    """
    numerics = huygens.numerics
    wanted = np.stack([targets.growth, targets.recession])
    factor = np.ones_like(wanted)
    before, swept_before = factor, np.zeros_like(wanted)
    for _ in range(numerics.scaling_passes):
        growing, receding = factor[:, huygens.body]
        scaled = np.where(advance > 0.0, growing, receding) * advance
        surface = huygens.advanced(scaled)
        swept = np.where(wanted > 0.0, np.stack([surface.growth, surface.recession]), 0.0)
        following = _next_factor(
            factor, swept, before, swept_before, wanted, numerics.scaling_range
        )
        if np.abs(following - factor).max(initial=0.0) <= numerics.scaling_tolerance:
            break
        before, swept_before, factor = factor, swept, following
    _check(swept, wanted, fragment, numerics)
    return ScaledAdvance(surface, scaled, targets)


def _next_factor(
    factor: Floats,
    swept: Floats,
    before: Floats,
    swept_before: Floats,
    wanted: Floats,
    bounds: tuple[float, float],
) -> Floats:
    """(2, b) next factors: along the secant where it rises, else in proportion."""
    moved, gained = factor - before, swept - swept_before
    rises = moved * gained > 0.0
    # k + (V_target - V) Δk / ΔV
    secant = (wanted - swept) * moved / np.where(rises, gained, 1.0)
    ratio = np.where(swept > 0.0, wanted / np.where(swept > 0.0, swept, 1.0), np.inf)
    following = np.where(rises, factor + secant, factor * ratio)
    return np.where(wanted > 0.0, np.clip(following, *bounds), 1.0)


def _check(swept: Floats, wanted: Floats, fragment: float, numerics: InterfaceNumerics) -> None:
    """Raise StepTooLong where a swept volume differs from its target by more than a fragment."""
    wrong = np.abs(swept - wanted) > np.maximum(fragment, numerics.swept_tolerance * wanted)
    for row, process in enumerate(("growth", "recession")):
        if wrong[row].any():
            body = int(np.argmax(wrong[row]))
            low, high = numerics.scaling_range
            raise StepTooLong(
                f"the charge balance of the {process} cannot be closed: {wanted[row, body]:.4g} "
                f"µm^d must be swept, scaling factors from {low} to {high} reach "
                f"{swept[row, body]:.4g}. The surface advances too far for the mesh. Take a "
                "shorter time step [E365]"
            )
