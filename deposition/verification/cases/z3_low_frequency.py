"""Impedance at low frequency against steady runs, and its Kramers-Kronig relations.

    Z(f → 0) = dV/di,    V(i) of two steady runs at i (1 ± 1 %)

of the cell of ``be`` without motion, about 0.5 mA/cm² and about 5 mA/cm², where the kinetics
(i_00 = 5 A/m²) is not linear.  The slope of the two runs is in error by (1 %)² d³V/di³ i²/6.
The spectrum from 1 mHz to 1 MHz is that of a causal, linear cell: its real part determines its
imaginary part.
Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 8 (small signals); Boukamp, J.
Electrochem. Soc. 142 (1995) 1885, for the test of the relations.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import OHM_CM2
from deposition.impedance.kramers_kronig import largest_residual
from deposition.impedance.spectrum import impedance
from deposition.verification.bench import last_state, scenario
from deposition.verification.case import (
    Case,
    Check,
    Family,
    Findings,
    Panel,
    Series,
    below,
    relative,
)

DENSITIES = (5.0, 50.0)
"""A/m²."""

LOW = 1e-4
"""Hz."""

STEP = 0.01
SLOW = "kinetics.exchange_current_density=5 A/m^2"


def slope(density: float) -> float:
    """dV/di of two steady runs, ohm m²."""
    densities = (density * (1.0 - STEP), density * (1.0 + STEP))
    volts = [
        last_state(
            scenario("z3_low_frequency", SLOW, f"protocol.current_density={i!r} A/m^2",
                     "protocol.capacity=1000 mAh/cm^2")
        ).voltage
        for i in densities
    ]  # fmt: skip
    return (volts[1] - volts[0]) / (densities[1] - densities[0])


def compare() -> Findings:
    """Two current densities, and the spectrum about the first."""
    settings, checks = scenario("z3_low_frequency", SLOW), list[Check]()
    for density in DENSITIES:
        z = impedance(settings, np.array([LOW]), bias=density).impedance[0]
        label = f"{density / 10.0:g} mA/cm²: Re Z at {LOW:g} Hz"
        exact = slope(density)
        checks.append(relative(label, exact / OHM_CM2, z.real / OHM_CM2, 1e-3, "ohm cm²"))
    spectrum = impedance(settings, bias=DENSITIES[0])
    checks.append(below("Kramers-Kronig residual", largest_residual(spectrum), 5e-3))
    z = spectrum.ohm_cm2
    curve = Series("0.5 mA/cm²", z.real, -z.imag, z.real[::5], -z.imag[::5])
    return Findings(tuple(checks), Panel("Re Z / ohm cm²", "-Im Z / ohm cm²", (curve,)))


CASE = Case("Z3", "impedance at low frequency", Family.STATIC, __doc__, compare, seconds=20)
