"""The film table of the ``[sei]`` section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from deposition.common.units import AREA_RESISTANCE
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE, arrhenius
from deposition.library import Status, library
from deposition.scenario.sei import Film, Sei
from deposition.sei.film_library import (
    ARRHENIUS_NOTE,
    NO_FILM,
    check_film,
    component_conductivity,
    molar_volume,
)
from deposition.sei.film_table import FilmTable
from deposition.sei.measured_resistance import film_scale


@dataclass(frozen=True)
class _Row:
    name: str
    title: str
    conductivity: float
    source: str
    status: str


def make_film_table(
    sei: Sei, temperature: float, tagged: Sequence[str], energies: Mapping[str, float]
) -> FilmTable:
    """See ``Scenario.film_table``.

    energies: activation energies (J/mol) that library films have in this electrolyte.
    """
    names = dict.fromkeys([*sei.films, sei.default_film, *(sei.area_fractions or {}), *tagged])
    names |= dict.fromkeys(patch.film for patch in sei.patch)
    names |= dict.fromkeys(law.component for law in sei.growth)
    names.pop(NO_FILM, None)
    rows = [_row(name, sei, temperature, energies) for name in names]
    rows.append(_Row(NO_FILM, "no film", np.inf, "no film, no resistance", "assumed"))
    return _table(rows)


def measured_scale(
    sei: Sei,
    tagged: Sequence[str],
    shares: Mapping[str, float] | None,
    energies: Mapping[str, float],
    transfer: float,
) -> float:
    """See ``Scenario.film_scale``; transfer: R_ct at 298.15 K, ohm m²."""
    resistance = sei.electrode_resistance
    if resistance is None:
        return 1.0
    table = make_film_table(sei, REFERENCE_TEMPERATURE, tagged, energies)
    layers = dict(zip(table.names, sei.thickness / table.conductivity, strict=True))
    of = shares or sei.area_fractions or {sei.default_film: 1.0}
    included = sei.charge_transfer == "included"
    return film_scale(resistance, of, layers, transfer if included else 0.0)


def scaled(table: FilmTable, scale: float, sei: Sei) -> FilmTable:
    """The films with their resistances multiplied by ``scale``, to ``sei.resistance``."""
    if sei.electrode_resistance is None:
        return table
    measured = AREA_RESISTANCE.format(sei.electrode_resistance)
    words = f"resistance x {scale:.4g}, to {measured} of the electrode"
    return replace(
        table,
        conductivity=np.asarray(table.conductivity / scale),
        sources=(*(f"{source}; {words}" for source in table.sources[:-1]), table.sources[-1]),
        statuses=(*("fitted" for _ in table.statuses[:-1]), table.statuses[-1]),
    )


def _table(rows: Sequence[_Row]) -> FilmTable:
    return FilmTable(
        names=tuple(row.name for row in rows),
        conductivity=np.array([row.conductivity for row in rows]),
        titles=tuple(row.title for row in rows),
        sources=tuple(row.source for row in rows),
        statuses=tuple(row.status for row in rows),
        molar_volume=tuple(molar_volume(row.name) for row in rows),
    )


def _row(name: str, sei: Sei, temperature: float, energies: Mapping[str, float]) -> _Row:
    if name in sei.films:
        return _stated(name, sei.films[name], sei.thickness, temperature, energies)
    check_film(name, sei.films)
    title = library().component(name).title
    return _Row(name, title, *component_conductivity(name, temperature, energies))


def _stated(
    name: str, film: Film, thickness: float, temperature: float, energies: Mapping[str, float]
) -> _Row:
    title, reason = film.title or name, film.reason or "stated in the scenario"
    stated = thickness / film.resistance if film.resistance is not None else film.conductivity
    if stated is not None:
        conductivity = arrhenius(stated, film.activation_energy, temperature)
        if film.activation_energy is not None and temperature != REFERENCE_TEMPERATURE:
            reason += ARRHENIUS_NOTE
        return _Row(name, title, conductivity, reason, film.status or "assumed")
    conductivity, source, status = _mixture(film.composition or {}, temperature, energies)
    source = f"{film.reason}; {source}" if film.reason else source
    return _Row(name, title, conductivity, source, film.status or status)


def _mixture(
    shares: Mapping[str, float], temperature: float, energies: Mapping[str, float]
) -> tuple[float, str, str]:
    """Conductivity (S/m), source and status of components in parallel, σ = Σ_k f_k σ_k; the status
    is that of the least reliable component."""
    parts = {name: component_conductivity(name, temperature, energies) for name in shares}
    conductivity = sum(shares[name] * part[0] for name, part in parts.items())
    status = max((part[2] for part in parts.values()), key=get_args(Status).index)
    fractions = ", ".join(f"{share:g} {name}" for name, share in shares.items())
    return conductivity, f"area fractions in parallel: {fractions}", status
