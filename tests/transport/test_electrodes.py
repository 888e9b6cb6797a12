"""Potentials of electrodes: the gauge, floating metal, cells without a working electrode."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.boxes import current_through, flat_cell, salt
from helpers.transport_cases import C0, T, physics
from helpers.transport_walls import random_cell

from deposition.laws.electrodes import Electrodes, Lithium, PositiveElectrode
from deposition.laws.kinetics import ButlerVolmer
from deposition.laws.open_circuit import (
    LithiumIronPhosphate,
    NickelCobaltManganese523,
    OpenCircuitPotential,
)
from deposition.mesh.surface import extract_surface
from deposition.transport.controls import CellVoltage, TotalCurrent
from deposition.transport.physics import HostExhausted
from deposition.transport.problem import TransportProblem

SHIFT = 3.7


@pytest.mark.solve
@pytest.mark.parametrize("counter", ["lithium", "reservoir"])
@pytest.mark.parametrize("seed", range(4))
def test_nothing_depends_on_the_gauge(seed: int, counter: str) -> None:
    """All potentials shift by the gauge; voltage, current and concentration stay."""
    random = np.random.default_rng([3, seed])
    cell = random_cell(random, 2)
    surface = extract_surface(cell)
    laws = physics(floats=True, counter=counter)
    film = np.full(surface.size, 1e-4)
    total = TotalCurrent(current_through(cell, 5.0))
    plain, shifted = (
        TransportProblem(cell, surface, laws, gauge).solve(salt(cell), film, total, 10.0)
        for gauge in (0.0, SHIFT)
    )
    assert shifted.voltage == pytest.approx(plain.voltage, rel=1e-8)
    np.testing.assert_allclose(shifted.concentration, plain.concentration, rtol=1e-10)
    np.testing.assert_allclose(shifted.current_density, plain.current_density, atol=1e-7)
    for name in ("potential", "metal_potential"):
        one, other = getattr(plain.fields, name), getattr(shifted.fields, name)
        np.testing.assert_allclose(other, one + SHIFT, atol=1e-10)


LFP = PositiveElectrode(
    LithiumIronPhosphate(), ButlerVolmer(2.0, C0, T), capacity=36000.0, lithiation=0.6
)


@pytest.mark.parametrize("law", [LithiumIronPhosphate(), NickelCobaltManganese523()])
def test_the_slope_of_the_open_circuit_potential(law: OpenCircuitPotential) -> None:
    low, high = law.bounds
    for x in np.linspace(low + 1e-3, high - 1e-3, 23):
        above, below = (law.potential(x + d)[0] for d in (1e-6, -1e-6))
        value, slope = law.potential(x)
        assert slope == pytest.approx((above - below) / 2e-6, rel=1e-4, abs=1e-7)
        assert 2.0 < value < 5.0 and slope < 0.0


@pytest.mark.parametrize(
    ("law", "points"),
    [
        (
            LithiumIronPhosphate(),
            {
                0.01: 3.51906,
                0.05: 3.40696,
                0.5: 3.39757,
                0.9: 3.34465,
                0.95: 3.18763,
                0.99: 2.72090,
            },
        ),
        (
            NickelCobaltManganese523(),
            {0.3: 4.38032, 0.5: 3.99311, 0.7: 3.75682, 0.9: 3.66382, 0.95: 3.62567},
        ),
    ],
)
def test_the_open_circuit_potential_of_the_source(
    law: OpenCircuitPotential, points: dict[float, float]
) -> None:
    for x, value in points.items():
        assert law.potential(x)[0] == pytest.approx(value, abs=6e-6)


@pytest.mark.solve
def test_a_full_cell_has_the_open_circuit_voltage_at_rest() -> None:
    cell = flat_cell(10.0, 20.0)
    surface = extract_surface(cell)
    electrodes = Electrodes(Lithium(1.3e-5, 0.0), LFP, move=False)
    problem = TransportProblem(cell, surface, replace(physics(), electrodes=electrodes))
    film = np.zeros(surface.size)
    rest = problem.solve(salt(cell), film, TotalCurrent(0.0), 10.0)
    assert rest.voltage == pytest.approx(LFP.open_circuit.potential(0.6)[0], abs=1e-9)
    assert rest.fields.lithiation == pytest.approx(0.6)
    with pytest.raises(HostExhausted, match="E311"):
        problem.solve(salt(cell), film, TotalCurrent(current_through(cell, 50.0)), 600.0)
    held = problem.solve(salt(cell), film, CellVoltage(rest.voltage + 0.01), 10.0)
    assert held.total_current > 0.0 and held.fields.lithiation < 0.6
