"""What the front makes in a step, and what it owes and has kept so far."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.interface.body_tracking import BodyTracking, VolumeDeficits
from deposition.interface.connectivity import Connectivity
from deposition.interface.film_balance import FilmBalance
from deposition.interface.parents import FacetParents
from deposition.interface.salt_transfer import TransferredFields, salt_content
from deposition.mesh.cell import Floats

NOTHING = 1e-9
"""Share of the box below which a volume is rounding: of 40 µm, a ten-thousandth of an atom."""


@dataclass(frozen=True, eq=False)
class RemeshResult:
    """What the step of a front has made of its mesh.

    pieces     the new cell, with all lithium that moves called so
    descent    of its surface
    estate     the bodies before and after
    departure  largest share by which an advance was changed, before the cut and after it
    """

    connectivity: Connectivity
    parents: FacetParents
    tracking: BodyTracking
    scaling_deviation: float


@dataclass(frozen=True, eq=False)
class InterfaceBalances:
    """What the front owes and has kept so far (volumes in µm^d, salt in mol/m³ µm^d).

    owed (b,)                     of each body that moves, its target V(0) + V_m Q/F less its volume
    metal_target                  what all lithium that moves must be now, V(0) + V_m Q/F
    box                           volume of the cell at the start, the measure of what is rounding
    lost                          of that, what no body owes any more
    swept                         V_m Q_total / F: all volume plated and stripped so far
    salt_initial, salt_trapped    salt at the start; salt buried in filled specks
    salt_received                 salt that came from a reservoir
    void_filled                   volume of filled specks, counted as lithium by the mesh
    dead_lithium_error                largest share of its volume that a floating body has owed
    """

    volume_deficit: Floats
    metal_target: float
    box: float
    salt_initial: float
    unassigned_deficit: float = 0.0
    swept: float = 0.0
    salt_trapped: float = 0.0
    salt_received: float = 0.0
    void_filled: float = 0.0
    salt_correction: float = 0.0
    pocket_correction: float = 0.0
    volume_correction: float = 0.0
    film_error: float = 0.0
    dead_lithium_error: float = 0.0

    @property
    def total_volume_deficit(self) -> float:
        """All that the volume of the metal lacks of its target, µm^d."""
        return float(self.volume_deficit.sum()) + self.unassigned_deficit

    @property
    def faraday_error(self) -> float:
        """|debt| over all that was swept; over a billionth of the box where that is more.

        What a rest sweeps is rounding, and no measure of what rounding owes.
        """
        measure = max(self.swept, NOTHING * self.box)
        return abs(self.total_volume_deficit) / measure if measure > 0.0 else 0.0

    def after(
        self,
        plated: float,
        received: float,
        made: RemeshResult,
        deficits: VolumeDeficits,
        transferred: TransferredFields,
        film: FilmBalance,
    ) -> InterfaceBalances:
        """The ledger after a step that plated this volume (µm^d) and got this salt."""
        connectivity = made.connectivity
        trapped = salt_content(connectivity.open, transferred.concentration)[
            connectivity.filled
        ].sum()
        return replace(
            self,
            volume_deficit=deficits.volume_deficit,
            metal_target=self.metal_target + plated,
            unassigned_deficit=self.unassigned_deficit + deficits.unassigned_deficit,
            swept=self.swept + abs(plated),
            salt_trapped=self.salt_trapped + float(trapped),
            salt_received=self.salt_received + received,
            void_filled=self.void_filled
            + float(connectivity.cell.volumes[connectivity.filled].sum()),
            salt_correction=_worse(self.salt_correction, transferred.correction),
            pocket_correction=_worse(self.pocket_correction, transferred.pocket_correction),
            volume_correction=_worse(self.volume_correction, made.scaling_deviation),
            film_error=_worse(self.film_error, film.error),
            dead_lithium_error=_worse(self.dead_lithium_error, deficits.scaling_deviation),
        )


def _worse(one: float, other: float) -> float:
    """The larger of two errors; what is not a number is worst."""
    return float(np.maximum(one, other))
