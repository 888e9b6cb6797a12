"""Film that thins as its surface stretches, cracks, and heals.

Without cracks film is a material of constant volume: its area follows the surface, so that its
thickness obeys dδ/dt = g(δ) - δ e with the rate of stretch e = K v + div_s v_t and the growth g.
On the markers, μ = G_L ∗ Σ_k area per area of surface is restored to 1,

    area_k ← area_k/μ,    volumes as they are

A film breaks at an areal strain ε, A = A_relaxed (1 + ε) with the area A_relaxed at which it
formed: what the surface gains beyond that is bare, the fresh share χ, and heals with a time τ,

    dχ/dt = max(e, 0) (1 - χ) - χ/τ

The bare share is the column "none" of the film table: it conducts in parallel with the film and has
no resistance but that of the charge transfer.  Where it heals the repair film stands
with its thickness (laid without charge, see the lithium inventory), or with none where the SEI has
laws of growth, which then thicken it.  It breaks again as soon as it is stretched.

Source: balance of the film's volume and area; first-order healing is a choice, as are ε and τ, of
which no measured value is known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from deposition.interface.film_markers import FilmMarkers
from deposition.interface.film_spread import Covering, SpreadFilm
from deposition.mesh.cell import Floats

COVERED = 1e-6
"""Film area per surface below which a place counts as without film."""


@dataclass(frozen=True)
class Cracking:
    """strain ε > 0 at which film breaks; healing τ > 0, s; thickness (m) of the repair film."""

    strain: float
    healing: float
    thickness: float


@dataclass(frozen=True)
class StretchedFilm:
    """The rule above: bare and repair are columns of the film table; no cracking unless stated."""

    bare: int
    repair: int
    cracking: Cracking | None = None

    @property
    def uncarried(self) -> int | None:
        """None: markers carry every component."""
        return None

    def covering(self, area: Floats, volume: Floats) -> Covering:
        """Film at p places by averaged densities (p, k): fractions in proportion to the areas."""
        total = area.sum(axis=1, keepdims=True)
        fractions = area / np.maximum(total, COVERED)
        without = total[:, 0] < COVERED
        fractions[without] = 0.0
        fractions[without, self.bare] = 1.0
        return Covering(fractions, volume.copy(), area - fractions)

    def restored(self, spread: SpreadFilm, time_step: float) -> tuple[FilmMarkers, Floats, Floats]:
        """The markers with the area of their surface; what was formed and buried, (2 k,) areas and
        volumes each.

        time_step  s, in which cracks heal
        """
        markers, at = spread.markers, spread.at_markers
        k = markers.area.shape[1]
        before, density = markers.area.sum(axis=1), np.maximum(at[:, :k], 0.0).sum(axis=1)
        covered = density > COVERED
        surface = np.where(covered, before / np.where(covered, density, 1.0), 1.0 / at[:, -1])
        # Film without area, on new markers, does not stretch: the surface there is bare.
        held = np.where(before > 0.0, before, 1.0)
        area = markers.area * (surface / held)[:, None]
        area[:, self.bare] += np.where(before > 0.0, 0.0, surface)
        volume, relaxed = markers.volume.copy(), markers.relaxed.copy()
        if self.cracking is not None:
            bare = area[:, self.bare].copy()
            area = self._cracked(markers, area)
            left = _left(bare, area[:, self.bare] - bare, time_step / self.cracking.healing)
            healed = area[:, self.bare] - left
            area[:, self.bare] = left
            area[:, self.repair] += healed
            volume[:, self.repair] += healed * self.cracking.thickness
            relaxed += healed / (1.0 + self.cracking.strain)
        gained = np.hstack([area - markers.area, volume - markers.volume]).sum(axis=0)
        moved = replace(markers, area=area, volume=volume, relaxed=relaxed)
        return moved, np.maximum(gained, 0.0), np.maximum(-gained, 0.0)

    def _cracked(self, markers: FilmMarkers, area: Floats) -> Floats:
        """Areas (m, k) of which film beyond its strain has become bare."""
        assert self.cracking is not None
        film = np.arange(area.shape[1]) != self.bare
        stretched = area[:, film].sum(axis=1)
        # Film that is beyond the strain already, as after a change of its relaxed area, stays.
        was = markers.area[:, film].sum(axis=1)
        most = np.maximum(markers.relaxed * (1.0 + self.cracking.strain), was)
        broken = np.maximum(stretched - most, 0.0)
        share = np.where(stretched > 0.0, broken / np.where(stretched > 0.0, stretched, 1.0), 0.0)
        result = area.copy()
        result[:, film] *= (1.0 - share)[:, None]
        result[:, self.bare] += broken
        return result


def _left(bare: Floats, broken: Floats, duration: float) -> Floats:
    """Bare area that is left of what was bare at the start of a step and what broke evenly in it,
    after the duration of the step over the time of healing, x: e^-x and (1 - e^-x)/x of them."""
    healing = -math.expm1(-duration)
    return bare * (1.0 - healing) + broken * (healing / duration if duration > 0.0 else 1.0)
