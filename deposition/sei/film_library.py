"""Films that a scenario may name: its own, components of the library, and "none"."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from deposition.common.errors import LibraryError
from deposition.common.suggest import did_you_mean, listing
from deposition.common.units import (
    CONDUCTIVITY,
    DENSITY,
    MOLAR_ENERGY,
    MOLAR_MASS,
    MOLAR_VOLUME,
    STOICHIOMETRY,
)
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE, arrhenius
from deposition.library import library
from deposition.library.schema import Stated

NO_FILM = "none"
"""Name of a surface without film, such as an unnamed counter electrode."""

ARRHENIUS_NOTE = "; Arrhenius from 298.15 K"
"""Appended to the source of a value that was converted to the temperature of the run."""


def check_film(name: str, films: Iterable[str]) -> None:
    """Raise LibraryError unless ``name`` is "none", one of ``films`` (those of the scenario), or
    a library component with a conductivity."""
    stated = list(films)
    if name in stated or name == NO_FILM:
        return
    components = library().components
    if name not in components:
        raise LibraryError(unknown_film(name, dict.fromkeys([*stated, *components, NO_FILM])))
    _conductivity(name)


def activation_energy(name: str, energies: Mapping[str, float]) -> float | None:
    """Activation energy of the conductivity of a library component, J/mol; None if unknown.

    energies: values (J/mol) for the electrolyte of the scenario, which take precedence
    """
    known = library().component(name).activation_energy
    return energies.get(name, None if known is None else known.in_si(MOLAR_ENERGY))


def molar_volume(name: str) -> float:
    """Molar mass over density of a library component with a formula, m³/mol; NaN for other
    films."""
    component = library().components.get(name)
    if component is None or component.molar_mass is None or component.density is None:
        return math.nan
    if component.lithium is None:
        return math.nan
    return component.molar_mass.in_si(MOLAR_MASS) / component.density.in_si(DENSITY)


def lithium_content() -> dict[str, float]:
    """Lithium atoms in the formula of each library component that has one."""
    known = library().components.items()
    return {
        name: float(component.lithium) for name, component in known if component.lithium is not None
    }


def solvent_per_volume(name: str) -> float:
    """Volume of solvent that a volume of a library component takes to form; 0 of a film without
    formula."""
    component, volume = library().components.get(name), molar_volume(name)
    if component is None or component.solvent is None or math.isnan(volume):
        return 0.0
    solvent = library().solvent.molar_volume.in_si(MOLAR_VOLUME)
    return component.solvent.in_si(STOICHIOMETRY) * solvent / volume


def _conductivity(name: str) -> Stated:
    """Conductivity of a library component; LibraryError if the library has none."""
    component = library().component(name)
    if component.conductivity is None:
        raise LibraryError(
            f'the film component "{name}" ({component.title}) has no conductivity in the library. '
            f'{component.note} State one: [sei.films.{name}] conductivity = "1e-6 S/m" '
            f'(or resistance = "200 ohm cm^2").'
            " [E290]"
        )
    return component.conductivity


def unknown_film(name: str, known: Iterable[str]) -> str:
    """Message for a film that neither the scenario nor the library has."""
    names = list(known)
    return (
        f'there is no film "{name}" in the scenario or the library.{did_you_mean(name, names)} '
        f"Known films: {listing(names)}. Define your own in [sei.films.{name}]."
        " [E291]"
    )


def component_conductivity(
    name: str, temperature: float, energies: Mapping[str, float]
) -> tuple[float, str, str]:
    """Conductivity (S/m) of a library component at ``temperature`` (K), with source and status.

    energies: as for ``activation_energy``.  LibraryError if conductivity or, away from 298.15 K,
    activation energy is unknown.
    """
    component, stated = library().component(name), _conductivity(name)
    value = stated.in_si(CONDUCTIVITY)
    if temperature == REFERENCE_TEMPERATURE:
        return value, stated.source, stated.status
    energy = activation_energy(name, energies)
    if energy is None:
        raise LibraryError(
            f'the film component "{name}" ({component.title}) has no activation energy in the '
            f"library; its conductivity is known at 298.15 K, not at {temperature:g} K. "
            f'State one: [sei.films.{name}] conductivity = "{value:.2g} S/m".'
            " [E292]"
        )
    converted = arrhenius(value, energy, temperature)
    return converted, stated.source + ARRHENIUS_NOTE, stated.status
