"""The calibrated Li||Li cells: patches on both electrodes, resistances of the measured size.

    V = i Σ_e 1/⟨1/(R_film + R_ct)⟩_e + i L/(t₊κ)         steady;  i L/κ at once
    i_j = i (1/R_j)/⟨1/R⟩                                 R = R_film + R_ct, on patches of film j

⟨ ⟩_e: mean over the area of an electrode; R_ct = RT/(F i_00); L: the gap.  The formula has each
facet in series with electrolyte of its own: exact for patches much narrower than t₊κR and L.  It is
held against the shipped scenarios in an eighth of their width; in their own width the flux has to
bend towards the patches, which adds in proportion to the width.  They must then still be within 3 %
of the voltages of the preset that they were made from, 81.6, 19.9 and 15.0 mV: with the steady
current on the initial cell, and after a minute of the run, which moves.  With the block of
dead lithium (no formula), what it adds to the first of them.
Source: resistors in series and in parallel; Bruce-Vincent limit of the Nernst-Planck equations.
"""

from __future__ import annotations

import numpy as np

from deposition.check.wagner import charge_transfer_resistance
from deposition.common.constants import MICROMETRE
from deposition.scenario import Scenario
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
"""Steady voltages (V) of the preset."""

MINUTE = 60.0
"""s, ten times what the salt needs to spread."""

NARROW = (
    "geometry.parameters.width=5",
    "mesh.surface_size=0.08 um",
    "mesh.counter_size=0.08 um",
    "mesh.coarse_size=1 um",
)
FINE_PATCHES = "sei.patch_size=0.5 um"
BLOCK_ADDS = 0.02
"""Share of the voltage that the block of dead lithium may add: the film decides, not the field."""


def solve(settings: Scenario) -> tuple[State, State]:
    """The initial cell at once, and with its steady current."""
    start = begin(settings)
    model = model_of(settings, start)
    interface_state = initial_interface_state(model, start)
    first = next(time_loop(model, interface_state))
    return first, steady_state(model, interface_state, first)


def total_resistance(settings: Scenario, state: State, *electrodes: str) -> float:
    """1/⟨1/(R_film + R_ct)⟩ of an electrode, ohm m²."""
    on = state.surface.on(*electrodes)
    each = state.resistance[on] + charge_transfer_resistance(settings)
    return 1.0 / float(np.average(1.0 / each, weights=state.surface.area[on]))


def exact_voltage(settings: Scenario, state: State, conductivity: float) -> float:
    """Cell voltage (V) with electrolyte of this conductivity (S/m)."""
    density = settings.protocol.current_density or 0.0
    gap = float(settings.geometry.parameters["height"]) * MICROMETRE
    working = total_resistance(settings, state, "lithium")
    counter = total_resistance(settings, state, "counter")
    return density * (working + counter + gap / conductivity)


def narrow_cell(name: str) -> list[Check]:
    """Voltages and patch currents against the formula."""
    patches = [FINE_PATCHES] if Scenario.load(name).sei.composition else []
    settings = Scenario.load(name, [*NARROW, *patches])
    first, steady = solve(settings)
    conductivity = settings.electrolyte.conductivity or np.nan
    at_once = exact_voltage(settings, first, conductivity)
    later = exact_voltage(settings, first, conductivity * (settings.electrolyte.t_plus or np.nan))
    return [
        relative(f"{name}, narrow: V at once", at_once, first.voltage, 0.005, "V"),
        relative(f"{name}, narrow: V steady", later, steady.voltage, 0.005, "V"),
        *patch_currents(name, settings, steady),
    ]


def patch_currents(name: str, settings: Scenario, state: State) -> list[Check]:
    """Mean current on the patches of each film of the lithium."""
    on = state.surface.on("lithium")
    area, current = state.surface.area[on], state.current_density[on]
    each = state.resistance[on] + charge_transfer_resistance(settings)
    exact = (settings.protocol.current_density or 0.0) / each / np.average(1 / each, weights=area)
    checks = []
    for column, film in enumerate(state.film.films):
        mine = state.film.fractions[on, column] == 1.0
        if mine.any():
            found = float(np.average(current[mine], weights=area[mine]))
            checks.append(
                relative(f"{name}, narrow: i on {film}", exact[mine][0], found, 0.01, "A/m²")
            )
    return checks


def shipped_cell(name: str, volts: float) -> Check:
    """The scenario as it is shipped."""
    _, steady = solve(Scenario.load(name))
    return relative(f"{name}: V steady", volts, steady.voltage, 0.03, "V")


def running_cell(name: str, volts: float) -> Check:
    """The same after a minute, in which the lithium has begun to grow."""
    state = last_state(Scenario.load(name, [f"protocol.duration={MINUTE} s"]))
    return relative(f"{name}: V after {MINUTE:g} s", volts, state.voltage, 0.03, "V")


def block() -> Check:
    """What the block of dead lithium adds."""
    _, free = solve(Scenario.load("be-calibrated"))
    _, blocked = solve(Scenario.load("be-dead-li-calibrated"))
    added = blocked.voltage / free.voltage - 1.0
    return below("be-dead-li-calibrated: V over that of be-calibrated, less 1", added, BLOCK_ADDS)


def compare() -> Findings:
    """Four cells."""
    checks = [check for name in PRESET for check in narrow_cell(name)]
    checks += [shipped_cell(name, volts) for name, volts in PRESET.items()]
    checks += [running_cell(name, volts) for name, volts in PRESET.items()]
    return Findings((*checks, block()))


CASE = Case("E6c", "calibrated Li||Li cells", Family.STATIC, __doc__, compare)
