"""Wagner number of a scenario: control by the surface resistance or by the electrolyte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deposition.common.constants import MA_PER_CM2, MICROMETRE
from deposition.laws.film import film_resistance
from deposition.laws.kinetics import transfer_resistance
from deposition.laws.thermodynamics import Wagner, wagner
from deposition.mesh.cell import Cell
from deposition.protocol import ConstantCurrent
from deposition.scenario.plan import plan_of

if TYPE_CHECKING:
    from deposition.scenario import Scenario
    from deposition.simulation.initial import Start

SAME_NUMBER = 0.9
"""Ratio of two Wagner numbers above which only one of them is stated."""

FULL_CONTROL = 10.0
"""Wagner number above which the surface controls; below its inverse, the electrolyte."""


def charge_transfer_resistance(scenario: Scenario, density: float = 0.0) -> float:
    """R_ct at the initial concentration, for a current density (A/m², 0 at rest), ohm m²."""
    return transfer_resistance(scenario.kinetics_law, scenario.electrolyte.concentration, density)


def polarization_length(scenario: Scenario, film_resistance: float) -> float:
    """Polarization length κ (R_film + R_ct), m; much smaller features do not attract current."""
    total = film_resistance + charge_transfer_resistance(scenario)
    return scenario.conductivity * total


def wagner_of(scenario: Scenario, start: Start, density: float = 0.0) -> Wagner:
    """Wagner number Wa = κR/L of the initial surface.

    R: parallel mean of R_film + R_ct over the working surface, at a current density (A/m², 0 at
    rest); L: width of the box across the growth axis, (area of the electrode)^(1/(d-1)) where no
    axis is defined.  NaN without a working electrode.
    """
    scenario = scenario.at_working_electrode(start.cell, start.surface)
    working = start.surface.working
    if not working.any():
        return Wagner(np.nan, np.nan, scenario.steady_conductivity)
    transfer = charge_transfer_resistance(scenario, density)
    film = film_resistance(start.film, start.films.conductivity, transfer)[working]
    return wagner(
        film + transfer,
        start.surface.area[working],
        scenario.conductivity,
        scenario.steady_conductivity,
        _width(start.cell) * MICROMETRE,
    )


def _width(cell: Cell) -> float:
    """Width that the potential has to even out, µm."""
    if not cell.growth.is_defined:
        return float(cell.growth.electrode_area ** (1.0 / (cell.dim - 1)))
    return float(np.ptp(cell.growth.turned(cell.points)[:, 0]))


def largest_current_density(scenario: Scenario) -> float:
    """Largest applied current density of the protocol, A/m²; 0 if it applies voltages only."""
    protocol_steps = plan_of(scenario.protocol).protocol_steps
    densities = [
        s.applied.density for s in protocol_steps if isinstance(s.applied, ConstantCurrent)
    ]
    return max(map(abs, densities), default=0.0)


def wagner_line(scenario: Scenario, start: Start) -> str:
    """One line with the Wagner number and the controlling resistance.

    R_ct is smaller at currents above i_00: if Wa then differs, both numbers are stated.
    """
    if not start.surface.working.any():
        return "no working electrode: no current, no voltage, no numbers per projected area"
    scenario = scenario.with_current_densities(start.cell)
    rest, density = wagner_of(scenario, start), largest_current_density(scenario)
    flowing = wagner_of(scenario, start, density)
    number = f"Wa = {rest.number:.3g}"
    if flowing.number < SAME_NUMBER * rest.number:
        number += f" at rest, {flowing.number:.3g} at {density / MA_PER_CM2:.4g} mA/cm²"
    return (
        f"{number}: {_control(flowing.number)} (κR = {flowing.length / MICROMETRE:.3g} µm, "
        f"effective steady-state κ {rest.steady_conductivity:.3g} S/m)"
    )


def _control(number: float) -> str:
    if number > FULL_CONTROL:
        return "surface control, by SEI and charge transfer"
    if number < 1.0 / FULL_CONTROL:
        return "electrolyte control, by the potential field"
    return "mixed control, by surface and electrolyte"
