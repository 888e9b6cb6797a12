"""Impedance of patches of two films in parallel on a flat electrode, far below κR in size.

    Z = L/κ + 1/Σ f_k Y_k,    1/Y_k = R_k/(1 + jω R_k C) + R_ct/(1 + jω R_ct C_dl)

Where charge transfer is fast, 1/Y_k is R_k with one and the same C beside it: the patches are then
one arc of 1/R = Σ f_k/R_k, as a uniform film would be.  Area fractions f_k are those of the mesh;
the electrode opposite is a reservoir.
Source: Kirchhoff's laws.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import MICROMETRE, OHM_CM2, VACUUM_PERMITTIVITY
from deposition.impedance.spectrum import impedance
from deposition.laws.film import Complexes
from deposition.laws.kinetics import transfer_resistance
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.simulation.initial import begin
from deposition.verification.bench import scenario
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series

FREQUENCIES = np.array([1.0, 10.0, 1e2, 1e3, 1e4, 1e5])
"""Hz."""

FAST = ("kinetics.exchange_current_density=1e9 A/m^2",)


def fractions(settings: Scenario) -> dict[str, float]:
    """Area fraction of each film on the working electrode."""
    start = begin(settings)
    area = np.where(start.surface.working, start.surface.area, 0.0)
    shares = area @ start.film.fractions / area.sum()
    return dict(zip(start.films.names, map(float, shares), strict=True))


def exact(settings: Scenario, frequency: Floats) -> Complexes:
    """Z, ohm m²."""
    omega, kinetics = 2j * np.pi * frequency, settings.kinetics
    transfer = transfer_resistance(settings.kinetics_law, settings.electrolyte.concentration)
    layer = transfer / (1.0 + omega * transfer * kinetics.double_layer_capacitance)
    admittance = np.zeros(len(frequency), dtype=np.complex128)
    for name, share in fractions(settings).items():
        film = settings.sei.films.get(name)
        if film is None or film.resistance is None:
            continue
        capacitance = film.relative_permittivity * VACUUM_PERMITTIVITY / settings.sei.thickness
        beside = film.resistance / (1.0 + omega * film.resistance * capacitance)
        admittance += share / (beside + layer)
    gap = float(settings.geometry.parameters["height"]) * MICROMETRE
    return gap / settings.conductivity + 1.0 / admittance


def one_arc(settings: Scenario, frequency: Floats) -> Complexes:
    """Z of a uniform film of the mean conductance, ohm m²."""
    films, shares = settings.sei.films, fractions(settings)
    conductance = sum(shares[name] / (film.resistance or 0.0) for name, film in films.items())
    capacitance = films["low"].relative_permittivity * VACUUM_PERMITTIVITY / settings.sei.thickness
    gap = float(settings.geometry.parameters["height"]) * MICROMETRE
    admittance = conductance + 2j * np.pi * frequency * capacitance
    return np.asarray(gap / settings.conductivity + 1.0 / admittance, dtype=np.complex128)


def compare() -> Findings:
    """With the charge transfer of 100 A/m², and with a fast one."""
    checks, series = [], []
    for label, overrides, formula in (
        ("R_ct 2.57 ohm cm²", (), exact),
        ("fast charge transfer, one arc", FAST, one_arc),
    ):
        settings = scenario("z2_patches", *overrides)
        found, expected = impedance(settings, FREQUENCIES), formula(settings, FREQUENCIES)
        for f, z, x in zip(FREQUENCIES, found.impedance, expected, strict=True):
            error = float(abs(z - x) / abs(x))
            checks.append(
                Check(f"{label}: |Z| at {f:g} Hz", abs(x) / OHM_CM2, abs(z) / OHM_CM2, error, 1e-3,
                      "ohm cm²")
            )  # fmt: skip
        fine = formula(settings, np.asarray(np.geomspace(1.0, 1e5, 200), np.float64)) / OHM_CM2
        points = found.ohm_cm2
        series.append(Series(label, fine.real, -fine.imag, points.real, -points.imag))
    return Findings(tuple(checks), Panel("Re Z / ohm cm²", "-Im Z / ohm cm²", tuple(series)))


CASE = Case("Z2", "impedance of patches", Family.STATIC, __doc__, compare, seconds=10)
