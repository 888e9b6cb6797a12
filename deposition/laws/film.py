"""Surface film as a resistance in series with the charge transfer.

The films on a facet conduct in parallel, each on its area fraction and in series with the charge
transfer below it:

    1/(R_film + R_ct) = Σ_k f_k / (R_k + R_ct),   R_k = δ_k/σ_k,   δ_k = w_k/f_k        ohm m²

with area fractions f_k, volumes per area of the facet w_k (m), conductivities σ_k (S/m) at the
temperature of the run and the charge-transfer resistance R_ct at zero current.  Above i_00 the
actual R_ct is smaller, so that the more resistive films of a mixed facet carry slightly too much
current.

Under an alternating current of angular frequency ω each film is a resistance with a capacitance
C_k = ε_k ε_0/δ_k beside it, and the charge transfer has its double layer beside it, so that

    1/(Z_film + Z_ct) = Σ_k f_k / (Z_k + Z_ct),   Z_k = R_k/(1 + jω ε_k ε_0/σ_k)

with the relative permittivity ε_k; the time constant of a film does not depend on its thickness.

Source: the "surface film resistance method" of Wang et al., Sci. Bull. 2025,
doi 10.1016/j.scib.2025.04.016; Barsoukov & Macdonald, Impedance Spectroscopy, 2nd ed., 2005, ch. 2,
for layers in series.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deposition.common.constants import VACUUM_PERMITTIVITY

if TYPE_CHECKING:
    from deposition.mesh.cell import Floats
    from deposition.mesh.surface import SurfaceState

Complexes = NDArray[np.complex128]


def film_resistance(state: SurfaceState, conductivity: Floats, transfer: float) -> Floats:
    """(f,) film resistance of each facet, ohm m².

    conductivity  (k,) S/m of ``state.films``, inf for no film
    transfer      R_ct > 0, ohm m²
    """
    resistance = _thickness(state) / conductivity
    return np.asarray(_in_parallel(state, resistance, transfer), dtype=np.float64)


def film_impedance(
    state: SurfaceState,
    conductivity: Floats,
    permittivity: Floats,
    transfer: Complexes,
    frequency: float,
) -> Complexes:
    """(f,) Z_film of each facet, ohm m²; the film resistance at frequency 0.

    conductivity  (k,) S/m of ``state.films``, inf for no film
    permittivity  (k,) relative
    transfer      (f,) impedance of the charge transfer with its double layer, ohm m²
    frequency     Hz
    """
    relaxation = 2j * np.pi * frequency * VACUUM_PERMITTIVITY * permittivity / conductivity
    layers = _thickness(state) / conductivity / (1.0 + relaxation)
    return np.asarray(_in_parallel(state, layers, transfer[:, None]), dtype=np.complex128)


def _thickness(state: SurfaceState) -> Floats:
    """(f, k) δ_k, m."""
    covered = state.fractions > 0.0
    return np.where(covered, state.volumes / np.where(covered, state.fractions, 1.0), 0.0)


def _in_parallel(
    state: SurfaceState, layers: Complexes | Floats, transfer: Complexes | float
) -> Complexes | Floats:
    """(f,) Z_film of layers (f, k) in parallel, each in series with the charge transfer.

    Z_film = 1/Y - Z_ct = Σ_k Y_k Z_k / Y with Y_k = f_k/(Z_k + Z_ct), Y = Σ_k Y_k, Σ_k f_k = 1: the
    last form avoids cancellation.
    """
    admittance = state.fractions / (layers + transfer)
    found: Complexes = (admittance * layers).sum(axis=1) / admittance.sum(axis=1)
    return found
