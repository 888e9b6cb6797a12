"""The surface film as a resistance in series with the charge transfer.

The films that cover a facet conduct in parallel, each over its share of the area and in series with
the charge transfer below it:

    1/(R_film + R_ct) = Σ_k f_k / (R_k + R_ct),   R_k = δ/σ_k          ohm m²

with film thickness δ (m), area fractions f_k, conductivities σ_k (S/m) at the temperature of the
run and the charge-transfer resistance R_ct at rest.  Above i_00, where charge transfer resists
less, the poorer films of a mixed facet have a little more of the current than they should.
Source: the "surface film resistance method" of Wang et al., Sci. Bull. 2025,
doi 10.1016/j.scib.2025.04.016.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from deposition.mesh.cell import Floats
    from deposition.mesh.surface import SurfaceState


def film_resistance(state: SurfaceState, conductivity: Floats, transfer: float) -> Floats:
    """(f,) film resistance of each facet, ohm m².

    conductivity (k,) S/m of ``state.films``, inf for no film at all; transfer: R_ct > 0, ohm m².
    """
    alone = state.thickness[:, None] / conductivity
    share = state.fractions / (alone + transfer)
    # (1 - R_ct G)/G with G = Σ_k f_k/(R_k + R_ct), written so that no digits are lost.
    return np.asarray((share * alone).sum(axis=1) / share.sum(axis=1), dtype=np.float64)
