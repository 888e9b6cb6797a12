"""The tables of a report: numbers of the summaries, balances, where the results come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deposition.comparison.gather import Compared
from deposition.comparison.report.words import sentence
from deposition.results.summary_table import BY_FILM, flattened, printed, titles

BALANCES = {
    "faraday_error": "charge: |V − V(0) − V_m Q/F| over all volume plated and stripped",
    "salt_error": "salt: |salt − salt(0)| over salt(0), after it was restored",
    "salt_correction": "largest share of all salt restored in one step",
    "pocket_salt_correction": "largest share of the salt of one pool restored in one step",
    "volume_correction": "largest departure from 1 of the factor on the advance of a step",
    "film_error": "what is missing in the ledgers of film area and film volume",
    "dead_lithium_error": "change of the volume of a floating body, over its volume",
    "dead_lithium_net_current": "net current into a floating body, over what passes through it",
}
MORE = {
    "time_s": "time, s",
    "vertices": "vertices of the mesh",
    "dimension": "dimension",
    "stopped_because": "stopped because",
}
"""Titles of numbers that are in the summary but not in the table of the terminal."""
IN_HEADER = "scenario"


@dataclass(frozen=True)
class Value:
    """What stands in a cell, and all of its digits."""

    text: str
    exact: str


@dataclass(frozen=True)
class Row:
    """A line of a table: the key in its file, what it is, a value a result, the differences."""

    key: str
    title: str
    values: Sequence[Value]
    words: str = ""


def numbers(compared: Sequence[Compared]) -> list[Row]:
    """All numbers of the summaries but the balances."""
    flat = [flattened(one.result.summary) for one in compared]
    keys = titles(flat) | MORE
    keys |= {key: key for row in flat for key in row if key not in keys}
    return _rows({k: t for k, t in keys.items() if k not in {*BALANCES, IN_HEADER}}, compared)


def balances(compared: Sequence[Compared]) -> list[Row]:
    """How well each run conserved charge, salt and film."""
    return _rows(BALANCES, compared)


def origins(compared: Sequence[Compared]) -> list[Row]:
    """Command, time and versions of each run."""
    tables = [_origin(one.result.provenance) for one in compared]
    keys = dict.fromkeys(key for table in tables for key in table)
    return [Row(key, key, [_value(table.get(key)) for table in tables]) for key in keys]


def _origin(provenance: Mapping[str, Any]) -> dict[str, Any]:
    versions = provenance.get("versions") or {}
    apart = {key: value for key, value in provenance.items() if key not in ("program", "versions")}
    return apart | {f"version of {name}": value for name, value in versions.items()}


def _rows(keys: Mapping[str, str], compared: Sequence[Compared]) -> list[Row]:
    flat = [flattened(one.result.summary) for one in compared]
    named = [(one.name, one.result.summary) for one in compared]
    said = _with_films(keys)
    return [
        Row(key, title.strip(), [_value(row.get(key)) for row in flat], sentence(said[key], named))
        for key, title in keys.items()
        if any(row.get(key) is not None for row in flat)
    ]


def _with_films(keys: Iterable[str]) -> dict[str, str]:
    """The number that is spoken of after each row: after the last film, the heights by film."""
    said = {key: "" if key.startswith(f"{BY_FILM}[") else key for key in keys}
    films = [key for key, spoken in said.items() if not spoken]
    return said | ({films[-1]: BY_FILM} if films else {})


def _value(value: object) -> Value:
    return Value(printed(value), "" if value is None else str(value))
