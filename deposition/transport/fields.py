"""Fields of the transport problem."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from deposition.mesh.cell import Floats


@dataclass(frozen=True, eq=False)
class Fields:
    """Solution of the transport problem on the vertices (n,) and surface facets (f,) of a cell.

    concentration    (n,) mol/m³, NaN outside the electrolyte
    potential        (n,) V, 0 on the counter metal; NaN outside the electrolyte
    current_density  (f,) i_n, A/m², > 0 for deposition
    metal_potential  (f,) V, of the metal behind each facet; 0 on the counter electrode, NaN on
                     facets without reaction
    dissolved        (n, k) mol/m³ of the further dissolved species, NaN outside the electrolyte;
                     (0, 0) if there are none
    chemical_rate    (f,) mol/(m² s) of lithium that the metal gains besides i_n/F; (1,) zero if
                     there are no chemical reactions
    """

    concentration: Floats
    potential: Floats
    current_density: Floats
    metal_potential: Floats
    dissolved: Floats = field(default_factory=lambda: np.empty((0, 0)))
    chemical_rate: Floats = field(default_factory=lambda: np.zeros(1))
