"""Films that a scenario may name: its own, those of the library, and none at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deposition.common.errors import LibraryError
from deposition.common.suggest import did_you_mean, listing
from deposition.common.units import CONDUCTIVITY, MOLAR_ENERGY
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE, arrhenius
from deposition.library import library
from deposition.library.schema import Stated

NO_FILM = "none"
"""Name of a surface without film, as an unnamed counter electrode is."""

MOVED = "; Arrhenius from 298.15 K"
"""What the source of a value says that is not used at the temperature at which it is known."""


def film_names(films: Iterable[str]) -> list[str]:
    """Names that may stand for a film: those of the scenario, of the library, and "none"."""
    return list(dict.fromkeys([*films, *library().components, NO_FILM]))


def check_film(name: str, films: Iterable[str]) -> None:
    """Raise LibraryError unless ``name`` is a film of the scenario or one that the library has
    a conductivity for."""
    stated = list(films)
    if name in stated or name == NO_FILM:
        return
    if name not in library().components:
        raise LibraryError(unknown_film(name, film_names(stated)))
    _conductivity(name)


def activation_energy(name: str, energies: Mapping[str, float]) -> float | None:
    """Of a library component in the electrolyte of a scenario, J/mol; None if nobody knows."""
    known = library().component(name).activation_energy
    return energies.get(name, None if known is None else known.in_si(MOLAR_ENERGY))


def _conductivity(name: str) -> Stated:
    """What the library states for a component; LibraryError if it does not know it."""
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
    """The message about a film that nobody knows."""
    names = list(known)
    return (
        f'there is no film "{name}" in the scenario or the library.{did_you_mean(name, names)} '
        f"Known: {listing(names)}. State your own in [sei.films.{name}]."
        " [E291]"
    )


def component_conductivity(
    name: str, temperature: float, energies: Mapping[str, float]
) -> tuple[float, str, str]:
    """Conductivity (S/m) of a library component at ``temperature`` (K), source and status."""
    component, stated = library().component(name), _conductivity(name)
    value = stated.in_si(CONDUCTIVITY)
    if temperature == REFERENCE_TEMPERATURE:
        return value, stated.source, stated.status
    energy = activation_energy(name, energies)
    if energy is None:
        raise LibraryError(
            f'the film component "{name}" ({component.title}) has no activation energy in the '
            f"library, so its conductivity is known at 298.15 K only, not at {temperature:g} K. "
            f'State it: [sei.films.{name}] conductivity = "{value:.2g} S/m".'
            " [E292]"
        )
    moved = arrhenius(value, energy, temperature)
    return moved, stated.source + MOVED, stated.status
