"""Parameters in which the resolved scenarios of several results differ, with their sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deposition.common import units
from deposition.common.validation import dotted
from deposition.comparison.gather import Compared, scenario_of
from deposition.library import Named, Stated, library

DESCRIPTIVE_KEYS = ("name", "title", "label", "description", "figure")
"""Keys that describe a scenario and do not affect the simulation."""
LIBRARY_KEYS = {
    ("electrolyte", "conductivity"): units.CONDUCTIVITY,
    ("electrolyte", "concentration"): units.CONCENTRATION,
    ("electrolyte", "activation_energy"): units.MOLAR_ENERGY,
    ("kinetics", "activation_energy"): units.MOLAR_ENERGY,
    ("lithium", "surface_energy"): units.SURFACE_ENERGY,
    ("lithium", "molar_volume"): units.MOLAR_VOLUME,
}
"""Quantities that the library also contains, with their dimensions."""

STATED = "scenario"
"""Source of a value that a scenario states without a reason."""


@dataclass(frozen=True)
class Setting:
    """Parameter of one scenario: value with unit, status and source."""

    value: str
    status: str = ""
    source: str = ""


@dataclass(frozen=True)
class Difference:
    """Differing parameter: its key, and the setting of each result (None if it has none)."""

    key: str
    settings: Sequence[Setting | None]


def differences(compared: Sequence[Compared]) -> list[Difference]:
    """Parameters that are not the same in all results, in the order of the scenario files."""
    tables = [settings(scenario_of(one.result)) for one in compared]
    keys = _by_section(key for table in tables for key in table)
    rows = [Difference(key, [table.get(key) for table in tables]) for key in keys]
    return [row for row in rows if len(set(row.settings)) > 1]


def _by_section(keys: Iterable[str]) -> list[str]:
    """Unique keys, grouped by section in the order of first appearance."""
    sections: dict[str, dict[str, None]] = {}
    for key in keys:
        sections.setdefault(key.partition(".")[0], {})[key] = None
    return [key for section in sections.values() for key in section]


def settings(scenario: Mapping[str, Any]) -> dict[str, Setting]:
    """Settings of a resolved scenario by dotted key; a film is one setting."""
    films = scenario.get("sei", {}).get("films", {})
    plain = {
        dotted(path): _setting(path, value, scenario)
        for path, value in _flat(scenario)
        if path[0] not in DESCRIPTIVE_KEYS and path[:2] != ("sei", "films")
    }
    stated = {dotted(("sei", "films", name)): _film(film) for name, film in films.items()}
    return plain | stated | _library_films(scenario)


def _flat(values: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[Any, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping) and key != "composition":
            yield from _flat(value, (*above, key))
        else:
            yield (*above, key), value


def _setting(path: tuple[str, ...], value: Any, scenario: Mapping[str, Any]) -> Setting:
    known = _known(path, value, scenario)
    if known is None:
        return Setting(_text(value), "", STATED)
    return Setting(_text(value), *known)


def _known(
    path: tuple[str, ...], value: Any, scenario: Mapping[str, Any]
) -> tuple[str, str] | None:
    """Status and source of a value that equals that of the library; None if it does not."""
    electrolyte = library().electrolytes.get(scenario.get("electrolyte", {}).get("name", ""))
    if len(path) != 2:
        return None
    stated = (
        getattr(library().lithium, path[1], None)
        if path[0] == "lithium"
        else electrolyte and electrolyte.entry(*path)
    )
    if isinstance(stated, Named) and stated.name == value:
        return stated.status, stated.source
    if not isinstance(stated, Stated):
        return None
    dimension = LIBRARY_KEYS.get((path[0], path[1]))
    same = (
        stated.value == value
        if dimension is None
        else (stated.in_si(dimension) == dimension.parse(value))
    )
    return (stated.status, stated.source) if same else None


def _film(film: Mapping[str, Any]) -> Setting:
    """Value, status and source that a scenario states for a film."""
    kinds = ("resistance", "conductivity", "composition")
    value = next((_text(film[kind]) for kind in kinds if kind in film), "")
    if "activation_energy" in film:
        value += f" at 298.15 K, {film['activation_energy']}"
    source = "; ".join(film[key] for key in ("title", "reason") if film.get(key))
    return Setting(value, film.get("status", ""), source or STATED)


def _library_films(scenario: Mapping[str, Any]) -> dict[str, Setting]:
    """Conductivities of the film components that the scenario takes from the library."""
    sei = scenario.get("sei", {})
    stated = sei.get("films", {})
    mixed = [name for film in stated.values() for name in film.get("composition", {})]
    used = dict.fromkeys(
        [sei.get("default_film", sei.get("fresh", "")), *(sei.get("composition") or {}), *mixed]
    )
    found = {}
    for name in used:
        component = library().components.get(name)
        if name not in stated and component is not None and component.conductivity is not None:
            known = component.conductivity
            found[dotted(("sei", "library", name, "conductivity"))] = Setting(
                known.text, known.status, known.source
            )
    return found


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{share:g} {name}" for name, share in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)
