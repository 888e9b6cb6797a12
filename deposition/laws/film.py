"""Surface film as a resistance in series with the charge transfer.

The films on a facet conduct in parallel, each on its area fraction and in series with the charge
transfer below it:

    1/(R_film + R_ct) = Σ_k f_k / (R_k + R_ct),   R_k = δ_k/σ_k,   δ_k = w_k/f_k        ohm m²

with area fractions f_k, volumes per area of the facet w_k (m), conductivities σ_k (S/m) at the
temperature of the run and the charge-transfer resistance R_ct at zero current.  Above i_00 the
actual R_ct is smaller, so that the more resistive films of a mixed facet carry slightly too much
current.
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

    conductivity  (k,) S/m of ``state.films``, inf for no film
    transfer      R_ct > 0, ohm m²
    """
    covered = state.fractions > 0.0
    thickness = np.where(covered, state.volumes / np.where(covered, state.fractions, 1.0), 0.0)
    resistance = thickness / conductivity
    conductance = state.fractions / (resistance + transfer)
    # R_film = 1/G - R_ct = Σ_k G_k R_k / G with G_k = f_k/(R_k + R_ct), G = Σ_k G_k, Σ_k f_k = 1:
    # the last form avoids cancellation.
    weighted = (conductance * resistance).sum(axis=1)
    return np.asarray(weighted / conductance.sum(axis=1), dtype=np.float64)
