"""The surface film as a resistance in series with the charge transfer.

The components that cover a facet conduct in parallel, each over its share of the area:

    R_film = δ / Σ_k f_k σ_k          ohm m²

with film thickness δ (m), area fractions f_k and conductivities σ_k (S/m) at the temperature of the
run.
Source: the "surface film resistance method" of Wang et al., Sci. Bull. 2025,
doi 10.1016/j.scib.2025.04.016.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from deposition.cell import Floats
    from deposition.surface import SurfaceState


def film_resistance(state: SurfaceState, conductivity: Floats) -> Floats:
    """(f,) film resistance of each facet, ohm m².

    conductivity (k,) S/m of ``state.films``; inf is no film at all, and R is 0 wherever any of it
    lies, because it shorts the rest.
    """
    covered = state.fractions > 0.0
    shares = np.where(covered, state.fractions, 0.0)
    # 0 x inf is nan: only components that are there may conduct.
    bare = (covered & np.isinf(conductivity)).any(axis=1)
    parallel = shares @ np.where(np.isinf(conductivity), 0.0, conductivity)
    safe = np.where(bare, 1.0, parallel)
    return np.where(bare, 0.0, state.thickness / safe)
