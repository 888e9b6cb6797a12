"""Kramers-Kronig test of a spectrum: the share of it that no causal, linear cell could have.

Real and imaginary part of such a cell determine one another.  The linear test of Boukamp fits both
at once by a resistance, a capacitance and an inductance in series with many R‖C of given time
constants,

    Z = R + 1/(jωC) + jωL + Σ_k R_k/(1 + jω τ_k)

which obeys the relations whatever the signs of its parameters; what remains violates them.
Source: Boukamp, J. Electrochem. Soc. 142 (1995) 1885.
"""

from __future__ import annotations

import numpy as np

from deposition.impedance.spectrum import Spectrum
from deposition.laws.film import Complexes
from deposition.mesh.cell import Floats

PER_DECADE = 4
"""Time constants per decade; more would follow errors of single points."""


def residuals(spectrum: Spectrum) -> Complexes:
    """(k,) (Z - Z_fit)/|Z|."""
    omega, z = 2.0 * np.pi * spectrum.frequency, spectrum.impedance
    columns = _columns(omega) / np.abs(z)[:, None]
    weighted = z / np.abs(z)
    both = np.concatenate([columns.real, columns.imag])
    scale = np.linalg.norm(both, axis=0)
    found, *_ = np.linalg.lstsq(
        both / scale, np.concatenate([weighted.real, weighted.imag]), rcond=1e-12
    )
    return np.asarray(weighted - columns @ (found / scale), dtype=np.complex128)


def _columns(omega: Floats) -> Complexes:
    """(k, p) impedance of each element with a parameter of one."""
    decades = np.log10(omega.max() / omega.min())
    count = max(2, round(PER_DECADE * decades))
    # As many unknowns as equations would fit anything.
    constants = np.geomspace(1.0 / omega.max(), 1.0 / omega.min(), min(count, len(omega)))
    arcs = 1.0 / (1.0 + 1j * omega[:, None] * constants)
    ends = np.stack([np.ones_like(omega) + 0j, 1.0 / (1j * omega), 1j * omega], axis=1)
    return np.concatenate([ends, arcs], axis=1)


def largest_residual(spectrum: Spectrum) -> float:
    """Largest |Z - Z_fit|/|Z|."""
    return float(np.abs(residuals(spectrum)).max())
