"""What a run away from 298.15 K has moved with the temperature, and what it has taken as stated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deposition.common.suggest import listing
from deposition.common.units import MOLAR_ENERGY
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE
from deposition.library import library
from deposition.scenario.electrolyte import NUMBERS
from deposition.sei.film_library import NO_FILM, activation_energy

if TYPE_CHECKING:
    from deposition.scenario import Scenario


def temperature_lines(scenario: Scenario) -> list[str]:
    """One line on what was moved from 298.15 K, one on what was not; none at 298.15 K."""
    if scenario.temperature == REFERENCE_TEMPERATURE:
        return []
    energies = dict(_energies(scenario))
    moved = [f"{what} ({_kilojoules(e)})" for what, e in energies.items() if e is not None]
    left = [what for what, energy in energies.items() if energy is None]
    lines = [f"moved from 298.15 K to {scenario.temperature:g} K: {listing(moved)}"] * bool(moved)
    if left:
        lines.append(
            f"taken as stated for {scenario.temperature:g} K, for want of an activation energy: "
            f"{listing(left)}{_hint(scenario)}"
        )
    return lines


def _energies(scenario: Scenario) -> Iterator[tuple[str, float | None]]:
    """What depends on temperature, and its activation energy (J/mol)."""
    if "activation_energy" in NUMBERS[scenario.electrolyte.law]:
        yield "conductivity", scenario.electrolyte.activation_energy
    yield "charge transfer", scenario.kinetics.activation_energy
    for name, film in scenario.sei.films.items():
        if film.composition is None:
            yield f"film {name}", film.activation_energy
    for name in _of_the_library(scenario):
        yield f"film component {name}", activation_energy(name, scenario.film_energies)


def _of_the_library(scenario: Scenario) -> list[str]:
    """Components whose conductivity is the library's: of patches, fresh film and compositions."""
    sei = scenario.sei
    laid_out = {sei.default_film, *(sei.composition or {})} - {NO_FILM, *sei.films}
    mixed = {name for film in sei.films.values() for name in film.composition or {}}
    return sorted(laid_out | mixed)


def _kilojoules(energy: float) -> str:
    return MOLAR_ENERGY.format(energy)


def _hint(scenario: Scenario) -> str:
    """What the library knows of the films of this electrolyte."""
    entry = library().electrolytes.get(scenario.electrolyte.name)
    energy = entry.film_activation_energy if entry is not None else None
    if energy is None:
        return ""
    return f" (films of {scenario.electrolyte.name}: {energy.text}, {energy.status})"
