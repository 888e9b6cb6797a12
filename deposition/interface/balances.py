"""What the front makes in a step, and what it owes and has kept so far."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.interface.body_tracking import Debts, Estate
from deposition.interface.connectivity import Sorted
from deposition.interface.descent import Descent
from deposition.interface.film_balance import FilmLedger
from deposition.interface.salt_transfer import Carried, salt_content
from deposition.mesh.cell import Floats

NOTHING = 1e-9
"""Share of the box below which a volume is rounding: of 40 µm, a ten-thousandth of an atom."""


@dataclass(frozen=True, eq=False)
class Made:
    """What the step of a front has made of its mesh.

    pieces     the new cell, with all lithium that moves called so
    descent    of its surface
    estate     the bodies before and after
    departure  largest share by which an advance was changed, before the cut and after it
    """

    pieces: Sorted
    descent: Descent
    estate: Estate
    departure: float


@dataclass(frozen=True, eq=False)
class Ledger:
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

    owed: Floats
    metal_target: float
    box: float
    salt_initial: float
    lost: float = 0.0
    swept: float = 0.0
    salt_trapped: float = 0.0
    salt_received: float = 0.0
    void_filled: float = 0.0
    salt_correction: float = 0.0
    pool_correction: float = 0.0
    volume_correction: float = 0.0
    film_error: float = 0.0
    dead_lithium_error: float = 0.0

    @property
    def debt(self) -> float:
        """All that the volume of the metal lacks of its target, µm^d."""
        return float(self.owed.sum()) + self.lost

    @property
    def faraday_error(self) -> float:
        """|debt| over all that was swept; over a billionth of the box where that is more.

        What a rest sweeps is rounding, and no measure of what rounding owes.
        """
        measure = max(self.swept, NOTHING * self.box)
        return abs(self.debt) / measure if measure > 0.0 else 0.0

    def after(
        self,
        plated: float,
        received: float,
        made: Made,
        debts: Debts,
        carried: Carried,
        film: FilmLedger,
    ) -> Ledger:
        """The ledger after a step that plated this volume (µm^d) and got this salt."""
        pieces = made.pieces
        trapped = salt_content(pieces.open, carried.concentration)[pieces.filled].sum()
        return replace(
            self,
            owed=debts.owed,
            metal_target=self.metal_target + plated,
            lost=self.lost + debts.lost,
            swept=self.swept + abs(plated),
            salt_trapped=self.salt_trapped + float(trapped),
            salt_received=self.salt_received + received,
            void_filled=self.void_filled + float(pieces.cell.volumes[pieces.filled].sum()),
            salt_correction=_worse(self.salt_correction, carried.correction),
            pool_correction=_worse(self.pool_correction, carried.pool_correction),
            volume_correction=_worse(self.volume_correction, made.departure),
            film_error=_worse(self.film_error, film.error),
            dead_lithium_error=_worse(self.dead_lithium_error, debts.departure),
        )


def _worse(one: float, other: float) -> float:
    """The larger of two errors; what is not a number is worst."""
    return float(np.maximum(one, other))
