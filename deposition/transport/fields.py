"""Fields of the transport problem."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields

import numpy as np

from deposition.mesh.cell import Floats


@dataclass(frozen=True, eq=False)
class WallExchange:
    """Mean rates of exchange at the walls in a step; one row stands for all where nothing does.

    consumed   (f, k) of the further species out of the electrolyte by reactions, mol/(m² s)
    displaced  (f, k) of them pushed ahead by the moving wall, c_k v, mol/(m² s): per area of
               electrolyte, without its volume fraction ε
    received   (k,) of them from a reservoir, mol/s (per metre of depth in 2D)
    products   (f,) of lithium in products that are not followed, mol/(m² s)
    """

    consumed: Floats = field(default_factory=lambda: np.zeros((1, 1)))
    displaced: Floats = field(default_factory=lambda: np.zeros((1, 1)))
    received: Floats = field(default_factory=lambda: np.zeros(1))
    products: Floats = field(default_factory=lambda: np.zeros(1))

    def mean(self, other: WallExchange, weight: float) -> WallExchange:
        """(1 - weight) of this and ``weight`` of the other."""
        return WallExchange(
            *(
                (1.0 - weight) * getattr(self, one.name) + weight * getattr(other, one.name)
                for one in fields(self)
            )
        )


@dataclass(frozen=True, eq=False)
class Fields:
    """Solution of the transport problem on the vertices (n,) and surface facets (f,) of a cell.

    concentration    (n,) mol/m³, NaN outside the electrolyte
    potential        (n,) V, 0 at the counter electrode's metal; NaN outside the electrolyte
    current_density  (f,) i_n, A/m², > 0 for deposition
    metal_potential  (f,) V, of the metal behind each facet; 0 on the counter electrode, NaN on
                     facets without reaction
    dissolved        (n, k) mol/m³ of the further dissolved species, NaN outside the electrolyte;
                     (0, 0) if there are none
    chemical_rate    (f,) mol/(m² s) of lithium that the metal gains besides i_n/F; (1,) zero if
                     there are no chemical reactions
    trace_rate       (f,) part of ``chemical_rate`` by reactions of traces; (1,) zero if there are
                     none
    side_current     (f,) current density into the metal besides i_n, A/m², > 0 for reduction; (1,)
                     zero if there is none
    sei_growth       (f, k) growth of each SEI component as volume per area and time, m/s, mean over
                     the step; (1, 1) zero without growth
    lithiation       x of a positive electrode; NaN if there is none
    loading          (j,) x_j of the modes of an ion exchanger; (0,) if there is none
    porous_lithium   (n,) dead lithium in the pores of a layer, mol/m³ of the layer, 0 elsewhere;
                     (0,) if there is none
    walls            of the step, before the interface has moved
    """

    concentration: Floats
    potential: Floats
    current_density: Floats
    metal_potential: Floats
    dissolved: Floats = field(default_factory=lambda: np.empty((0, 0)))
    chemical_rate: Floats = field(default_factory=lambda: np.zeros(1))
    trace_rate: Floats = field(default_factory=lambda: np.zeros(1))
    side_current: Floats = field(default_factory=lambda: np.zeros(1))
    sei_growth: Floats = field(default_factory=lambda: np.zeros((1, 1)))
    lithiation: float = math.nan
    loading: Floats = field(default_factory=lambda: np.empty(0))
    porous_lithium: Floats = field(default_factory=lambda: np.empty(0))
    walls: WallExchange = field(default_factory=WallExchange)

    @property
    def total_current_density(self) -> Floats:
        """(f,) current density into the metal, A/m²: i_n and side reactions."""
        return self.current_density + self.side_current
