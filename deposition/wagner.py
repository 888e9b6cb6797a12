"""What rules where the lithium goes in a scenario: the film, or the field in the electrolyte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deposition.constants import MICROMETRE
from deposition.laws.film import film_resistance
from deposition.laws.kinetics import resistance_at_rest
from deposition.laws.thermodynamics import Wagner, wagner

if TYPE_CHECKING:
    from deposition.scenario import Scenario
    from deposition.start import Start

ALONE = 10.0
"""A Wagner number beyond this, or below its inverse, leaves the other side no say."""


def charge_transfer_resistance(scenario: Scenario) -> float:
    """R_ct at rest and at the initial concentration, ohm m²."""
    return resistance_at_rest(scenario.kinetics_law, scenario.electrolyte.concentration)


def control_length(scenario: Scenario, film_resistance: float) -> float:
    """κ (R_film + R_ct), m: features much smaller than this do not attract current."""
    total = film_resistance + charge_transfer_resistance(scenario)
    return scenario.conductivity * total


def wagner_of(scenario: Scenario, start: Start) -> Wagner:
    """Wa = κR/L of the initial surface.

    R: parallel mean of film and charge transfer over the working surface; L: width of the box.
    """
    working = start.surface.working
    transfer = charge_transfer_resistance(scenario)
    film = film_resistance(start.film, start.films.conductivity, transfer)[working]
    return wagner(
        film + transfer,
        start.surface.area[working],
        scenario.conductivity,
        scenario.steady_conductivity,
        float(np.ptp(start.cell.points[:, 0])) * MICROMETRE,
    )


def verdict(found: Wagner) -> str:
    """The Wagner number and what it means, in one line."""
    if found.number > ALONE:
        who = "the film decides where the lithium goes, not the field"
    elif found.number < 1.0 / ALONE:
        who = "the field in the electrolyte decides where the lithium goes, not the film"
    else:
        who = "film and field both decide where the lithium goes"
    return (
        f"Wa = {found.number:.3g}: {who} (κR = {found.length / MICROMETRE:.3g} µm, "
        f"κ once steady {found.steady_conductivity:.3g} S/m)"
    )
