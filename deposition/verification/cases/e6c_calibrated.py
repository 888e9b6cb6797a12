"""Calibrated Li||Li cells: patches on both electrodes, film and R_ct as measured.

    V = i Σ_e 1/⟨1/(R_film + R_ct)⟩_e + i L/(t₊κ)         steady state;  i L/κ initially
    i_j = i (1/R_j)/⟨1/R⟩                                 R = R_film + R_ct, on patches of film j

⟨ ⟩_e: mean over the area of an electrode; R_ct = RT/(F i_00); L: the gap.  The formula is exact for
patches much narrower than t₊κR and L: it is compared with the shipped scenarios in an eighth of
their width.  In full width the constriction of the flux at the patches adds a resistance in
proportion to the width; the voltages must then be within 3 % of the calibration, 81.6, 19.9 and
15.0 mV: in the steady state of the initial cell, and after one minute with a moving interface.  The
block of dead lithium (no formula) may raise the voltage of the first cell by at most 2 %.
Source: resistances in series and in parallel; Bruce-Vincent limit of the Nernst-Planck equations.
"""

from __future__ import annotations

import numpy as np

from deposition.check.wagner import charge_transfer_resistance
from deposition.common.constants import MICROMETRE
from deposition.scenario import Scenario
from deposition.scenario.electrolyte import NernstPlanckElectrolyte
from deposition.simulation.build import initial_interface_state, model_of, steady_state
from deposition.simulation.initial import begin
from deposition.simulation.loop import time_loop
from deposition.simulation.state import State
from deposition.verification.bench import last_state
from deposition.verification.case import Case, Check, Family, Findings, below, relative

PRESET = {
    "be-calibrated": 81.6e-3,
    "c-i-be-calibrated": 19.9e-3,
    "c-i-be-ln-calibrated": 15.0e-3,
}
"""Steady-state voltages (V) of the calibration."""

DURATION = 60.0
"""s; ten times the diffusion time of the salt."""

NARROW = (
    "geometry.parameters.width=5",
    "mesh.surface_size=0.08 um",
    "mesh.counter_size=0.08 um",
    "mesh.coarse_size=1 um",
)
FINE_PATCHES = "sei.patch_size=0.5 um"
BLOCK_ADDS = 0.02
"""Largest relative rise of the voltage by the block of dead lithium: the films dominate."""


def solve(settings: Scenario) -> tuple[State, State]:
    """Initial state, and steady state of the initial cell."""
    start = begin(settings)
    model = model_of(settings, start)
    interface_state = initial_interface_state(model, start)
    first = next(time_loop(model, interface_state))
    return first, steady_state(model, interface_state, first)


def total_resistance(settings: Scenario, state: State, *electrodes: str) -> float:
    """1/⟨1/(R_film + R_ct)⟩ of ``electrodes``, ohm m²."""
    on = state.surface.on(*electrodes)
    each = state.resistance[on] + charge_transfer_resistance(settings)
    return 1.0 / float(np.average(1.0 / each, weights=state.surface.area[on]))


def exact_voltage(settings: Scenario, state: State, conductivity: float) -> float:
    """Cell voltage (V) for an electrolyte of this conductivity (S/m)."""
    density = settings.protocol.current_density or 0.0
    gap = float(settings.geometry.parameters["height"]) * MICROMETRE
    working = total_resistance(settings, state, "lithium")
    counter = total_resistance(settings, state, "counter")
    return density * (working + counter + gap / conductivity)


def narrow_cell(name: str) -> list[Check]:
    """Checks of voltages and patch currents in a narrow cell."""
    patches = [FINE_PATCHES] if Scenario.load(name).sei.composition else []
    settings = Scenario.load(name, [*NARROW, *patches])
    first, steady = solve(settings)
    electrolyte = settings.electrolyte
    assert isinstance(electrolyte, NernstPlanckElectrolyte)
    conductivity = electrolyte.conductivity
    initial = exact_voltage(settings, first, conductivity)
    final = exact_voltage(settings, first, conductivity * electrolyte.t_plus)
    return [
        relative(f"{name}, narrow: initial V", initial, first.voltage, 0.005, "V"),
        relative(f"{name}, narrow: steady-state V", final, steady.voltage, 0.005, "V"),
        *patch_currents(name, settings, steady),
    ]


def patch_currents(name: str, settings: Scenario, state: State) -> list[Check]:
    """Checks of the mean current on the patches of each film of the lithium."""
    on = state.surface.on("lithium")
    area, current = state.surface.area[on], state.current_density[on]
    each = state.resistance[on] + charge_transfer_resistance(settings)
    exact = (settings.protocol.current_density or 0.0) / each / np.average(1 / each, weights=area)
    checks = []
    for column, film in enumerate(state.film.films):
        patch = state.film.fractions[on, column] == 1.0
        if patch.any():
            found = float(np.average(current[patch], weights=area[patch]))
            checks.append(
                relative(f"{name}, narrow: i on {film}", exact[patch][0], found, 0.01, "A/m²")
            )
    return checks


def shipped_cell(name: str, volts: float) -> Check:
    """Check of the steady state of a shipped scenario."""
    _, steady = solve(Scenario.load(name))
    return relative(f"{name}: steady-state V", volts, steady.voltage, 0.03, "V")


def running_cell(name: str, volts: float) -> Check:
    """Check of the voltage after one minute of growth."""
    state = last_state(Scenario.load(name, [f"protocol.duration={DURATION} s"]))
    return relative(f"{name}: V after {DURATION:g} s", volts, state.voltage, 0.03, "V")


def block() -> Check:
    """Check of the rise of the voltage by the block of dead lithium."""
    _, free = solve(Scenario.load("be-calibrated"))
    _, blocked = solve(Scenario.load("be-dead-li-calibrated"))
    added = blocked.voltage / free.voltage - 1.0
    return below("be-dead-li-calibrated: V relative to be-calibrated, minus 1", added, BLOCK_ADDS)


def compare() -> Findings:
    """All checks of the four cells."""
    checks = [check for name in PRESET for check in narrow_cell(name)]
    checks += [shipped_cell(name, volts) for name, volts in PRESET.items()]
    checks += [running_cell(name, volts) for name, volts in PRESET.items()]
    return Findings((*checks, block()))


CASE = Case("E6c", "calibrated Li||Li cells", Family.STATIC, __doc__, compare, seconds=10.0)
