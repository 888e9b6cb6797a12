"""Amplitude of a ripple of 20 µm over 5 µm of plated lithium, under mesh refinement.

    A = A0 e^(ωt),  ω = (V_m/F) [i - κ (γ V_m/F) k²] / [κ R + tanh(kH)/k],  R = R_film + R_ct

As E8b at 1 ohm cm², where ωt is only 0.1: the most sensitive case for the moving interface, which
is remeshed after every advance by h/2.  The corrector uses the mean of the currents on the surface
at the start and at the end of a step: the error is of second order in h at least.  kA = 0.01, half
of that of E8b: linear theory neglects (kA)², an error that does not depend on h and outweighs that
of the mesh at h = 0.0625 µm, which the order leaves out.
Source: as for E8a.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from deposition.verification.case import Case, Family, Findings, Panel, Series, order
from deposition.verification.cases.e8b_amplitude import history, plating

SIZES = (0.5, 0.25, 0.125)
"""Edge lengths h at the surface for the order, µm."""
FINEST = 0.0625
"""Edge length at which the rate is compared, µm."""
BOUND = 2e-3
"""Relative error of the rate there: ten times the usual one."""
SLACK = 0.2
"""By how much the order may be smaller: remeshing scatters the smallest error."""
WAVELENGTH = 20.0
"""µm."""
SHALLOW = f"geometry.parameters.amplitude={0.01 * WAVELENGTH / (2.0 * math.pi)}"


def compare() -> Findings:
    """Rate on the finest mesh, and the order of its error in h."""
    sizes = np.array([*SIZES, FINEST])
    checks = [
        history(f"h = {size} µm", plating(WAVELENGTH, size, 5.0, SHALLOW))[0] for size in sizes
    ]
    errors = [check.error for check in checks]
    slope = order("order of ω in h", SIZES, errors[:-1], 2.0, SLACK)
    second_order = errors[0] * (sizes / sizes[0]) ** 2
    line = Series("ω, line ~ h²", sizes, second_order, sizes, np.array(errors))
    finest = replace(checks[-1], bound=BOUND)
    return Findings((finest, slope), Panel("h / µm", "relative error", (line,), log=True))


CASE = Case(
    "E8d",
    "amplitude of a ripple, refined",
    Family.MOVING,
    __doc__,
    compare,
    long=True,
    seconds=80.0,
)
