"""The fields that the transport problem computes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from deposition.mesh.cell import Floats


@dataclass(frozen=True, eq=False)
class Fields:
    """What the transport problem computes, on the vertices and surface facets of a cell.

    concentration    (n,) mol/m³, NaN outside the electrolyte
    potential        (n,) V, 0 on the counter metal; NaN outside the electrolyte
    current_density  (f,) i_n, A/m², > 0 when depositing
    metal_potential  (f,) V, of the metal behind each facet; 0 on the counter electrode, NaN where
                     nothing reacts
    dissolved        (n, k) mol/m³ of the further dissolved species, NaN outside the electrolyte;
                     (0, 0) where there is none
    chemical_rate    (f,) mol/(m² s) of lithium that the metal gains besides i_n/F; (1,) zero where
                     nothing reacts chemically
    """

    concentration: Floats
    potential: Floats
    current_density: Floats
    metal_potential: Floats
    dissolved: Floats = field(default_factory=lambda: np.empty((0, 0)))
    chemical_rate: Floats = field(default_factory=lambda: np.zeros(1))
