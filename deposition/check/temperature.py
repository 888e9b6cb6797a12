"""Properties that a run at another temperature than 298.15 K converts, and those it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deposition.common.suggest import listing
from deposition.common.units import MOLAR_ENERGY
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE
from deposition.library import library
from deposition.sei.film_library import NO_FILM, activation_energy

if TYPE_CHECKING:
    from deposition.scenario import Scenario


def temperature_lines(scenario: Scenario) -> list[str]:
    """One line on the converted properties, one on the others; none at 298.15 K."""
    if scenario.temperature == REFERENCE_TEMPERATURE:
        return []
    energies = dict(_energies(scenario))
    converted = [
        f"{name} ({MOLAR_ENERGY.format(energy)})"
        for name, energy in energies.items()
        if energy is not None
    ]
    others = [name for name, energy in energies.items() if energy is None]
    lines = []
    if converted:
        lines.append(
            f"converted from 298.15 K to {scenario.temperature:g} K (Arrhenius): "
            f"{listing(converted)}"
        )
    if others:
        lines.append(
            f"taken as stated for {scenario.temperature:g} K, without activation energy: "
            f"{listing(others)}{_hint(scenario)}"
        )
    return lines


def _energies(scenario: Scenario) -> Iterator[tuple[str, float | None]]:
    """Temperature-dependent properties and their activation energies (J/mol; None if unknown)."""
    electrolyte = scenario.electrolyte
    if "activation_energy" in type(electrolyte).model_fields:
        yield "conductivity", getattr(electrolyte, "activation_energy", None)
    yield "charge transfer", scenario.kinetics.activation_energy
    for name, film in scenario.sei.films.items():
        if film.composition is None:
            yield f"film {name}", film.activation_energy
    for name in _library_components(scenario):
        yield f"film component {name}", activation_energy(name, scenario.film_energies)


def _library_components(scenario: Scenario) -> list[str]:
    """SEI components with a conductivity of the library: patches, default film, compositions."""
    sei = scenario.sei
    laid_out = {sei.default_film, *(sei.area_fractions or {}), *(p.film for p in sei.patch)} - {
        NO_FILM,
        *sei.films,
    }
    mixed = {name for film in sei.films.values() for name in film.composition or {}}
    return sorted(laid_out | mixed)


def _hint(scenario: Scenario) -> str:
    """Activation energy of the films of this electrolyte in the library, in brackets."""
    entry = library().electrolytes.get(scenario.electrolyte.name)
    energy = entry.film_activation_energy if entry is not None else None
    if energy is None:
        return ""
    return f" (films of {scenario.electrolyte.name}: {energy.text}, {energy.status})"
