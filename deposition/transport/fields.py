"""Fields of the transport problem."""

from __future__ import annotations

from dataclasses import dataclass

from deposition.mesh.cell import Floats


@dataclass(frozen=True, eq=False)
class Fields:
    """Solution of the transport problem on the vertices (n,) and surface facets (f,) of a cell.

    concentration    (n,) mol/m³, NaN outside the electrolyte
    potential        (n,) V, 0 on the counter metal; NaN outside the electrolyte
    current_density  (f,) i_n, A/m², > 0 for deposition
    metal_potential  (f,) V, of the metal behind each facet; 0 on the counter electrode, NaN on
                     facets without reaction
    """

    concentration: Floats
    potential: Floats
    current_density: Floats
    metal_potential: Floats
