"""A lumped positive electrode (NCM523) opposite flat lithium: lithiation and current in time.

    dx/dt = -i/Q
    V = U(x) + i (L/κ + R_film + R) + (2RT/F) [asinh(i/2i_0) + asinh(i/2i_p)]

with the applied voltage V or current density i > 0 (plating), the exchange current densities i_0 of
lithium and i_p of the positive electrode, its capacity Q per area and resistance R, the distance L
of the electrodes in an electrolyte of constant conductivity κ.  At constant current
x = x_0 - i t/Q; at constant voltage the ordinary differential equation is integrated to 1e-10.

The step of the program is refined by itself; the error of the run with the shorter step is
extrapolated.
Source: Doyle, Fuller & Newman, J. Electrochem. Soc. 140 (1993) 1526, in the lumped limit.
"""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from deposition.common.constants import MICROMETRE
from deposition.laws.electrodes import PositiveElectrode
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.scenario.counter import Positive
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Panel, Series, order, relative

STEPS = (1.0, 0.5, 0.25)
"""Time step, s."""

DENSITY = 20.0
"""Current density of the galvanostatic run, A/m²."""


def voltage(settings: Scenario, lithiation: float, density: float) -> float:
    """V at a lithiation and a current density (A/m²), V."""
    electrode = settings.electrodes.counter
    assert isinstance(electrode, PositiveElectrode)
    film = settings.sei.films["film"].resistance
    assert film is not None
    gap = float(settings.geometry.parameters["height"]) * MICROMETRE
    ohmic = gap / settings.conductivity + film + electrode.resistance
    assert isinstance(settings.counter, Positive)
    lithium = settings.kinetics.exchange_at(settings.temperature)
    exchanges = (lithium, settings.counter.exchange_current_density)
    kinetic = sum(np.arcsinh(density / (2.0 * exchange)) for exchange in exchanges)
    transfer = 2.0 * thermal_voltage(settings.temperature) * kinetic
    return float(electrode.open_circuit.potential(lithiation)[0] + density * ohmic + transfer)


def held(settings: Scenario, times: Floats) -> tuple[Floats, Floats]:
    """Lithiation and current density (A/m²) at given times (s) at the applied voltage."""
    electrode, applied = settings.electrodes.counter, settings.protocol.voltage
    assert isinstance(electrode, PositiveElectrode) and applied is not None

    def density(x: float) -> float:
        return float(brentq(lambda i: voltage(settings, x, i) - applied, -1e3, 1e3, xtol=1e-13))

    solution = solve_ivp(
        lambda _, x: [-density(float(x[0])) / electrode.capacity],
        (0.0, float(times[-1])),
        [electrode.lithiation],
        t_eval=times,
        rtol=1e-10,
        atol=1e-13,
    )
    lithiation = np.asarray(solution.y[0])
    return lithiation, np.array([density(float(x)) for x in lithiation])


def run(*overrides: str, step: float = STEPS[0]) -> tuple[Scenario, Floats]:
    """The scenario, and time, lithiation, current density and voltage of each state (n, 4)."""
    steps = (f"time.first_step={step} s", f"time.max_step={step} s")
    settings = scenario("r4_positive_electrode", *overrides, *steps)
    rows = [
        (state.time, state.fields.lithiation, state.applied_current_density, state.voltage)
        for state in states(settings)
        if state.time_step > 0.0
    ]
    return settings, np.array(rows)


def compare() -> Findings:
    """Constant current, and constant voltage at three time steps."""
    constant = (f"protocol={{current_density = '{DENSITY} A/m^2', duration = '60 s'}}",)
    settings, found = run(*constant)
    electrode = settings.electrodes.counter
    assert isinstance(electrode, PositiveElectrode)
    last = electrode.lithiation - DENSITY * found[-1, 0] / electrode.capacity
    checks = [
        relative("constant current: x", last, found[-1, 1], 1e-9),
        relative("constant current: V", voltage(settings, last, DENSITY), found[-1, 3], 1e-7, "V"),
    ]
    runs = [run(step=step) for step in STEPS]
    settings, fine = runs[2]
    x, i = held(settings, fine[:, 0])
    middle = runs[1][1]
    # First order in the step: 2 a(Δt/2) - a(Δt), at the times of the longer one.
    extrapolated = 2.0 * fine[1::2] - middle
    for name, column, exact, of in (
        ("x", 1, x, electrode.lithiation - x[-1]),
        ("i", 2, i, i[0]),
    ):
        worst = float(np.abs(extrapolated[3:, column] - exact[1::2][3:]).max())
        label = f"constant voltage: largest error of {name}, extrapolated"
        checks.append(relative(label, of, of + worst, 1e-4))
        errors = [abs(float(rows[-1, column]) - exact[-1]) for _, rows in runs]
        checks.append(order(f"constant voltage: order of {name}", STEPS, errors, 1.0, 0.1))
    curve = Series("4 V", fine[:, 0], i, fine[::20, 0], fine[::20, 2])
    return Findings(tuple(checks), Panel("t / s", "i / (A/m²)", (curve,)))


CASE = Case("R4", "a lumped positive electrode", Family.STATIC, __doc__, compare, seconds=5)
