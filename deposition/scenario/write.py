"""Nested tables as TOML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deposition.common.validation import dotted, quoted


def to_toml(table: Mapping[str, Any]) -> str:
    """TOML text of a table of text, numbers, booleans, tables and lists of these.

    A composition or quantification, a table in a list, or a list of numbers is written on one
    line; each item of another list on a line of its own.
    """
    return "\n".join(_lines(table, ())).strip() + "\n"


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    own = {key: value for key, value in table.items() if not _is_table(key, value)}
    lines = [f"{dotted((key,))} = {_value(value)}" for key, value in own.items()]
    if path and (own or not table):
        lines = ["", f"[{dotted(path)}]", *lines]
    for key, value in table.items():
        if key not in own:
            lines += _lines(value, (*path, key))
    return lines


def _is_table(key: str, value: object) -> bool:
    return isinstance(value, Mapping) and key not in ("composition", "xps")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _value(value: object, indent: str = "") -> str:
    if isinstance(value, Mapping):
        pairs = (f"{dotted((key,))} = {_value(item, indent)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple) and value and all(map(_is_number, value)):
        return f"[{', '.join(map(repr, value))}]"
    if isinstance(value, list | tuple):
        inner = f"{indent}  "
        return "[\n" + "".join(f"{inner}{_value(v, inner)},\n" for v in value) + f"{indent}]"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    raise TypeError(f"no TOML for {type(value).__name__}")
