"""Tables of a report: numbers of the summaries, balances, origin of the results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deposition.comparison.gather import Compared
from deposition.comparison.report.words import sentence
from deposition.results.summary_table import BY_FILM, flattened, printed, printed_titles

BALANCES = {
    "faraday_error": "charge: |V − V(0) − V_m Q/F| over the volume plated and stripped",
    "salt_error": "salt: |salt − salt(0)| over salt(0), after correction",
    "salt_correction": "largest relative correction of all salt in a step",
    "pocket_salt_correction": "largest correction of the salt of an electrolyte pocket in a step",
    "volume_correction": "largest deviation from 1 of the scale factor of the interface advance",
    "film_error": "error of the balances of film area and film volume",
    "dead_lithium_error": "change in volume of a floating body, over its volume",
    "dead_lithium_net_current": "net current into a floating body, over the current through it",
}
MORE = {
    "time_s": "time, s",
    "vertices": "vertices of the mesh",
    "dimension": "dimension",
    "stopped_because": "reason of the stop",
}
"""Titles of summary entries that are not in the table of the terminal."""
OF_CYCLES = {
    "coulombic_efficiency": "Coulombic efficiency",
    "li_ion_loss_mAh_cm2": "Li⁺ in the SEI, mAh/cm²",
    "li_metal_loss_mAh_cm2": "Li⁰ without connection, mAh/cm²",
    "left_mAh_cm2": "left on the electrode, mAh/cm²",
}
"""Titles of the entries of a cycle that have a row; ``cycles.csv`` has all of them."""
IN_HEADER = "scenario"
LAST_P99, SAME_AREA = "current_p99_over_mean_last", 0.01
"""Key of P99/mean, and deviation of the roughness factor from 1 from which areas differ."""


@dataclass(frozen=True)
class Value:
    """Text of a table cell, and the value with all digits."""

    text: str
    exact: str


@dataclass(frozen=True)
class Row:
    """Table row: key in the file, title, one value per result, and the differences in words."""

    key: str
    title: str
    values: Sequence[Value]
    words: str = ""


def numbers(compared: Sequence[Compared]) -> list[Row]:
    """Rows of all numbers of the summaries except the balances."""
    flat = [flattened(one.result.summary) for one in compared]
    keys = printed_titles(flat) | MORE
    keys |= {key: key for row in flat for key in row if key not in keys}
    nested = {k for row in flat for k, value in row.items() if isinstance(value, list | dict)}
    left_out = {*BALANCES, IN_HEADER, *nested}
    rows = _rows({k: t for k, t in keys.items() if k not in left_out}, compared)
    rows = [part for row in rows for part in (row, *_per_projected_area(row, flat))]
    return rows + _nested([_entries(row) for row in flat])


def _entries(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Events, contacts, cycles and elements of a summary, one value for each title."""
    found: dict[str, Any] = {}
    for number, event in enumerate(flat.get("events") or (), start=1):
        found[f"event {number}"] = f"{event['event'].replace('_', ' ')}, {event['time_s']:.5g} s"
    if flat.get("contacts"):
        found["contacts"] = len(flat["contacts"])
    for cycle in flat.get("cycles") or ():
        for key, title in OF_CYCLES.items():
            found[f"cycle {cycle['cycle']}: {title}"] = cycle[key]
    for key, value in flat.items():
        if isinstance(value, dict):
            found |= {f"{key}: {name}": inner for name, inner in value.items()}
    return found


def _nested(tables: Sequence[Mapping[str, Any]]) -> list[Row]:
    titles = dict.fromkeys(title for table in tables for title in table)
    return [Row(title, title, [_exact(table.get(title)) for table in tables]) for title in titles]


def _per_projected_area(row: Row, flat: Sequence[Mapping[str, Any]]) -> list[Row]:
    """P99 of the current density over its mean per projected area, below P99/mean, if the areas of
    surface and projection differ.

    P99/mean refers to the mean over the surface, whose area is larger by the roughness factor.
    """
    factors = [table.get("roughness_factor") for table in flat]
    if row.key != LAST_P99 or all(f is None or abs(f - 1.0) < SAME_AREA for f in factors):
        return []
    ratios = [
        None if p99 is None or not factor else p99 / factor
        for p99, factor in ((table.get(LAST_P99), table.get("roughness_factor")) for table in flat)
    ]
    title = "  P99 over the mean per projected area, final"
    return [Row("p99_per_projected_area", title.strip(), [_exact(ratio) for ratio in ratios])]


def balances(compared: Sequence[Compared]) -> list[Row]:
    """Rows of the conservation errors of charge, salt and film."""
    return _rows(BALANCES, compared)


def origins(compared: Sequence[Compared]) -> list[Row]:
    """Rows of command, time and versions of each run."""
    tables = [_origin(one.result.provenance) for one in compared]
    keys = dict.fromkeys(key for table in tables for key in table)
    return [Row(key, key, [_exact(table.get(key)) for table in tables]) for key in keys]


def _origin(provenance: Mapping[str, Any]) -> dict[str, Any]:
    versions = provenance.get("versions") or {}
    others = {key: value for key, value in provenance.items() if key not in ("program", "versions")}
    return others | {f"version of {name}": value for name, value in versions.items()}


def _rows(keys: Mapping[str, str], compared: Sequence[Compared]) -> list[Row]:
    flat = [flattened(one.result.summary) for one in compared]
    named = [(one.label, one.result.summary) for one in compared]
    sentence_keys, zipped = _sentence_keys(keys), list(zip(compared, flat, strict=True))
    return [
        Row(
            key,
            title.strip(),
            [_value(one.column.text(key), row.get(key)) for one, row in zipped],
            sentence(sentence_keys[key], named),
        )
        for key, title in keys.items()
        if any(row.get(key) is not None for row in flat)
    ]


def _sentence_keys(keys: Iterable[str]) -> dict[str, str]:
    """Key of the sentence below each row; below the last film, that of the heights by film."""
    result = {key: "" if key.startswith(f"{BY_FILM}[") else key for key in keys}
    films = [key for key, sentence_key in result.items() if not sentence_key]
    return result | ({films[-1]: BY_FILM} if films else {})


def _exact(value: object) -> Value:
    return _value(printed(value), value)


def _value(text: str, value: object) -> Value:
    return Value(text, "" if value is None else str(value))
