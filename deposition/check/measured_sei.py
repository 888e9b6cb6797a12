"""Lines on what was measured: XPS, and the resistances of impedance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deposition.common.constants import OHM_CM2
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE

if TYPE_CHECKING:
    from deposition.scenario import Scenario
    from deposition.simulation.initial import Start


def measured_sei_lines(scenario: Scenario, start: Start | None = None) -> Iterator[str]:
    """One line each on XPS, the film resistance and the charge-transfer resistance, if stated.

    start: with it, the factor of the films is that of the meshed electrode
    """
    sei, kinetics = scenario.sei, scenario.kinetics
    if sei.quantified is not None:
        yield sei.quantified.line
    if sei.resistance is not None and sei.electrode_resistance is not None:
        scale = _scale(scenario, start)
        with_transfer = "with" if sei.charge_transfer == "included" else "without"
        yield (
            f"film resistance: {_of(sei.resistance, sei.electrode_resistance, sei.of)}, "
            f"{with_transfer} charge transfer; all films multiplied by {scale:.4g}"
        )
    resistance = kinetics.electrode_resistance
    if kinetics.charge_transfer_resistance is not None and resistance is not None:
        exchange = kinetics.stated_exchange(_stated_at(scenario))
        yield (
            "charge-transfer resistance: "
            f"{_of(kinetics.charge_transfer_resistance, resistance, kinetics.of)}, "
            f"hence i_00 = {exchange:.4g} A/m² at {_stated_at(scenario):g} K"
        )


def _scale(scenario: Scenario, start: Start | None) -> float:
    """Factor of the films: that of the electrode where it is meshed."""
    if start is None:
        return scenario.film_scale()
    before = scenario.with_valid(sei=scenario.sei.with_valid(resistance=None, of=None))
    unscaled = before.film_table(start.films.names[:-1])
    return float(unscaled.conductivity[0] / start.films.conductivity[0])


def _stated_at(scenario: Scenario) -> float:
    """Temperature (K) to which R_ct refers."""
    stated = scenario.kinetics.activation_energy is not None
    return REFERENCE_TEMPERATURE if stated else scenario.temperature


def _of(stated: float, electrode: float, of: str | None) -> str:
    if of == "symmetric cell":
        return (
            f"{stated / OHM_CM2:.4g} Ω cm² of a symmetric cell, {electrode / OHM_CM2:.4g} per "
            "electrode"
        )
    return f"{stated / OHM_CM2:.4g} Ω cm² of an electrode"
