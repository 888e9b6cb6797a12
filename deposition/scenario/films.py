"""The films of a scenario as a table of conductivities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np
from numpy.typing import NDArray

from deposition.errors import LibraryError
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE, arrhenius
from deposition.library import Status, library
from deposition.nearest import did_you_mean, listing

if TYPE_CHECKING:
    from deposition.library.schema import Stated
    from deposition.scenario.sei import Film, Sei

NO_FILM = "none"
"""Name of a surface without film, as an unnamed counter electrode is."""

MOVED = "; Arrhenius from 298.15 K"
"""What the source of a value says that is not used at the temperature at which it is known."""


@dataclass(frozen=True, eq=False)
class FilmTable:
    """One row a film; ``SurfaceState.fractions`` has its columns in this order.

    names         as in the scenario or the library; the last is "none", no film
    conductivity  (k,) S/m at the temperature of the run; inf for "none"
    titles, sources, statuses: what each is, where its value comes from, how well it is known
    """

    names: tuple[str, ...]
    conductivity: NDArray[np.float64]
    titles: tuple[str, ...]
    sources: tuple[str, ...]
    statuses: tuple[str, ...]

    def index(self, name: str) -> int:
        """Row of a film; raises LibraryError with the nearest match."""
        if name not in self.names:
            raise LibraryError(_unknown(name, self.names))
        return self.names.index(name)


@dataclass(frozen=True)
class _Row:
    name: str
    title: str
    conductivity: float
    source: str
    status: str


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
        raise LibraryError(_unknown(name, film_names(stated)))
    _conductivity(name)


def make_film_table(
    sei: Sei, temperature: float, tagged: Sequence[str], energies: Mapping[str, float]
) -> FilmTable:
    """See ``Scenario.film_table``.

    energies: activation energies (J/mol) that library films have in this electrolyte.
    """
    wanted = dict.fromkeys([*sei.films, sei.fresh, *(sei.composition or {}), *tagged])
    wanted.pop(NO_FILM, None)
    rows = [_row(name, sei, temperature, energies) for name in wanted]
    rows.append(_Row(NO_FILM, "no film", np.inf, "no film, no resistance", "assumed"))
    return FilmTable(
        names=tuple(row.name for row in rows),
        conductivity=np.array([row.conductivity for row in rows]),
        titles=tuple(row.title for row in rows),
        sources=tuple(row.source for row in rows),
        statuses=tuple(row.status for row in rows),
    )


def _row(name: str, sei: Sei, temperature: float, energies: Mapping[str, float]) -> _Row:
    if name in sei.films:
        return _stated(name, sei.films[name], sei.thickness, temperature, energies)
    check_film(name, sei.films)
    title = library().component(name).title
    return _Row(name, title, *_component(name, temperature, energies))


def _stated(
    name: str, film: Film, thickness: float, temperature: float, energies: Mapping[str, float]
) -> _Row:
    title, reason = film.title or name, film.reason or "stated in the scenario"
    stated = thickness / film.resistance if film.resistance is not None else film.conductivity
    if stated is not None:
        conductivity = arrhenius(stated, film.activation_energy, temperature)
        if film.activation_energy is not None and temperature != REFERENCE_TEMPERATURE:
            reason += MOVED
        return _Row(name, title, conductivity, reason, film.status or "assumed")
    conductivity, source, status = _mixture(film.composition or {}, temperature, energies)
    source = f"{film.reason}; {source}" if film.reason else source
    return _Row(name, title, conductivity, source, film.status or status)


def _mixture(
    shares: Mapping[str, float], temperature: float, energies: Mapping[str, float]
) -> tuple[float, str, str]:
    """Components in parallel; known as badly as the worst known of them."""
    parts = {name: _component(name, temperature, energies) for name in shares}
    conductivity = sum(shares[name] * part[0] for name, part in parts.items())
    worst = max((part[2] for part in parts.values()), key=get_args(Status).index)
    recipe = ", ".join(f"{share:g} {name}" for name, share in shares.items())
    return conductivity, f"area fractions in parallel: {recipe}", worst


def activation_energy(name: str, energies: Mapping[str, float]) -> float | None:
    """Of a library component in the electrolyte of a scenario, J/mol; None if nobody knows."""
    from deposition.units import MOLAR_ENERGY

    known = library().component(name).activation_energy
    return energies.get(name, None if known is None else known.in_si(MOLAR_ENERGY))


def _component(
    name: str, temperature: float, energies: Mapping[str, float]
) -> tuple[float, str, str]:
    """Conductivity (S/m) of a library component at ``temperature`` (K), source and status."""
    from deposition.units import CONDUCTIVITY

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
        )
    moved = arrhenius(value, energy, temperature)
    return moved, stated.source + MOVED, stated.status


def _conductivity(name: str) -> Stated:
    """What the library states for a component; LibraryError if it does not know it."""
    component = library().component(name)
    if component.conductivity is None:
        raise LibraryError(
            f'the film component "{name}" ({component.title}) has no conductivity in the library. '
            f'{component.note} State one: [sei.films.{name}] conductivity = "1e-6 S/m" '
            f'(or resistance = "200 ohm cm^2").'
        )
    return component.conductivity


def _unknown(name: str, known: Iterable[str]) -> str:
    names = list(known)
    return (
        f'there is no film "{name}" in the scenario or the library.{did_you_mean(name, names)} '
        f"Known: {listing(names)}. State your own in [sei.films.{name}]."
    )
