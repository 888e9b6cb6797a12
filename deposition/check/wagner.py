"""What rules where the lithium goes in a scenario: the film, or the field in the electrolyte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deposition.common.constants import MA_PER_CM2, MICROMETRE
from deposition.laws.film import film_resistance
from deposition.laws.kinetics import transfer_resistance
from deposition.laws.thermodynamics import Wagner, wagner
from deposition.protocol import ConstantCurrent
from deposition.scenario.plan import plan_of

if TYPE_CHECKING:
    from deposition.scenario import Scenario
    from deposition.simulation.initial import Start

ALIKE = 0.9
"""Wagner numbers of which one is more than this share of the other are told as one."""

ALONE = 10.0
"""A Wagner number beyond this, or below its inverse, leaves the other side no say."""


def charge_transfer_resistance(scenario: Scenario, density: float = 0.0) -> float:
    """R_ct at the initial concentration, at rest or at a current density (A/m²), ohm m²."""
    return transfer_resistance(scenario.kinetics_law, scenario.electrolyte.concentration, density)


def control_length(scenario: Scenario, film_resistance: float) -> float:
    """κ (R_film + R_ct), m: features much smaller than this do not attract current."""
    total = film_resistance + charge_transfer_resistance(scenario)
    return scenario.conductivity * total


def wagner_of(scenario: Scenario, start: Start, density: float = 0.0) -> Wagner:
    """Wa = κR/L of the initial surface.

    R: parallel mean of film and charge transfer over the working surface, at rest or at a current
    density (A/m²); L: width of the box.
    """
    working = start.surface.working
    transfer = charge_transfer_resistance(scenario, density)
    film = film_resistance(start.film, start.films.conductivity, transfer)[working]
    return wagner(
        film + transfer,
        start.surface.area[working],
        scenario.conductivity,
        scenario.steady_conductivity,
        float(np.ptp(start.cell.points[:, 0])) * MICROMETRE,
    )


def strongest(scenario: Scenario) -> float:
    """The largest current density of the protocol, A/m²; 0 where it asks for voltages alone."""
    protocol_steps = plan_of(scenario.protocol).protocol_steps
    densities = [
        s.applied.density for s in protocol_steps if isinstance(s.applied, ConstantCurrent)
    ]
    return max(map(abs, densities), default=0.0)


def verdict(scenario: Scenario, start: Start) -> str:
    """The Wagner number and what it means, in one line.

    Charge transfer resists less at a current above i_00: where that matters, both numbers are told.
    """
    rest, density = wagner_of(scenario, start), strongest(scenario)
    flowing = wagner_of(scenario, start, density)
    number = f"Wa = {rest.number:.3g}"
    if flowing.number < ALIKE * rest.number:
        number += f" at rest, {flowing.number:.3g} at {density / MA_PER_CM2:.4g} mA/cm²"
    return (
        f"{number}: {_who(flowing.number)} (κR = {flowing.length / MICROMETRE:.3g} µm, "
        f"κ once steady {rest.steady_conductivity:.3g} S/m)"
    )


def _who(number: float) -> str:
    if number > ALONE:
        return "the surface (film, charge transfer) decides where the lithium goes, not the field"
    if number < 1.0 / ALONE:
        return "the field in the electrolyte decides where the lithium goes, not the surface"
    return "surface and field both decide where the lithium goes"
