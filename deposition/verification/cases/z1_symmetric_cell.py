"""Impedance of two planes of lithium, a distance L apart, at rest.

    Z = L/κ + 2 Z_wall + (L/κ) N tanh(s)/s,    s² = jω L²/4D
    Z_wall = R/(1 + jω R C) + R_ct/(1 + jω R_ct C_dl),    R_ct = RT/(F i_00),    C = ε ε_0/δ

with the Newman number N = 2κRT (1 - t₊)² (1 + dln f/dln c)/(F² D c), which is 1/t₊ - 1 in a dilute
solution.  The error is |Z - Z_exact|/|Z_exact| with the walls taken off, at frequencies where
diffusion counts; and of the whole cell at those of double layer and film.
Source: Franceschetti, Macdonald & Buck, J. Electrochem. Soc. 138 (1991) 1368, for a layer of finite
thickness; Balsara & Newman, J. Electrochem. Soc. 162 (2015) A2720, for the concentrated solution.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE, OHM_CM2, VACUUM_PERMITTIVITY
from deposition.impedance.spectrum import impedance
from deposition.laws.film import Complexes
from deposition.laws.kinetics import transfer_resistance
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.verification.bench import scenario
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series

ELECTROLYTES = ("BE", "C-I-BE", "C-I-BE-LN", "LiPF6 in EC:DMC (Landesfeind)")
DIFFUSION = np.array([0.01, 0.1, 1.0, 10.0])
LAYERS = np.array([1e2, 1e3, 1e4, 1e5])
"""Hz."""


def walls(settings: Scenario, frequency: Floats) -> Complexes:
    """2 Z_wall, ohm m²."""
    film, kinetics = settings.sei.films["film"], settings.kinetics
    assert film.resistance is not None
    omega = 2j * np.pi * frequency
    capacitance = film.relative_permittivity * VACUUM_PERMITTIVITY / settings.sei.thickness
    transfer = transfer_resistance(settings.kinetics_law, settings.electrolyte.concentration)
    layer = transfer / (1.0 + omega * transfer * kinetics.double_layer_capacitance)
    found: Complexes = 2.0 * (film.resistance / (1.0 + omega * film.resistance * capacitance))
    return found + 2.0 * layer


def electrolyte(settings: Scenario, frequency: Floats) -> Complexes:
    """Impedance of the electrolyte and of both E_eq, ohm m²."""
    law, c = settings.electrolyte_law, settings.electrolyte.concentration
    gap = float(settings.geometry.parameters["height"]) * MICROMETRE
    conductivity, diffusivity = law.conductivity_at(c), law.diffusivity_at(c)
    anions, volt = 1.0 - law.transference_at(c), thermal_voltage(settings.temperature)
    factor = law.thermodynamic_factor_at(c)
    newman = 2.0 * conductivity * volt * anions**2 * factor / (FARADAY * diffusivity * c)
    s = np.sqrt(2j * np.pi * frequency * gap**2 / (4.0 * diffusivity))
    found: Complexes = gap / conductivity * (1.0 + newman * np.tanh(s) / s)
    return found


def compare() -> Findings:
    """Four electrolytes at eight frequencies."""
    checks: list[Check] = []
    series: list[Series] = []
    for name in ELECTROLYTES:
        settings = scenario("z1_symmetric_cell", f"electrolyte.name={name}")
        both = np.concatenate([DIFFUSION, LAYERS])
        found = impedance(settings, both).impedance
        exact, taken_off = electrolyte(settings, both), walls(settings, both)
        inner = len(DIFFUSION)
        for k, f in enumerate(both):
            wall = taken_off[k] if k < inner else 0.0
            whole = exact[k] + taken_off[k] - wall
            error = abs(found[k] - wall - whole) / abs(whole)
            label = f"{name}: |Z{' - 2 Z_wall' if k < inner else ''}| at {f:g} Hz"
            value = abs(found[k] - wall) / OHM_CM2
            checks.append(Check(label, abs(whole) / OHM_CM2, value, float(error), 1e-3, "ohm cm²"))
        fine = np.geomspace(both[0], both[inner - 1], 200)
        curve, points = (
            np.divide(z, OHM_CM2)
            for z in (electrolyte(settings, fine), (found - taken_off)[:inner])
        )
        series.append(
            Series(
                name.partition(" in ")[0],
                curve.real,
                -curve.imag,
                points.real,
                -points.imag,
            )
        )
    return Findings(tuple(checks), Panel("Re Z / ohm cm²", "-Im Z / ohm cm²", tuple(series)))


CASE = Case("Z1", "impedance of a symmetric cell", Family.STATIC, __doc__, compare, seconds=10)
