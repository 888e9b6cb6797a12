"""Pydantic's validation errors as messages for the user.

Each line names the file, the key, the value, the allowed values and the nearest match.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from deposition.common.suggest import did_you_mean, listing

Path = tuple[str | int, ...]
Origin = Callable[[Path], str]
"""Maps a key to the file (or ``--set``) that its value comes from."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_NAMES = {
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "finite_number": "must be a finite number",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "tuple_type": "must be a list of tables; state one item by its number, from 1",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must be a plain name, without slashes and not starting with a dot",
}


class NoSuchItem(dict[str, Any]):
    """A change of a list item that does not exist.

    item   number that the change states
    count  number of items of the list
    """

    def __init__(self, change: Mapping[str, Any], item: str, count: int) -> None:
        super().__init__(change)
        self.item, self.count = item, count


def dotted(path: Path) -> str:
    """A key in TOML notation: ``sei.films."my film".resistance``; items of a list from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else _key(part) for part in path)


def _key(part: str) -> str:
    return part if _BARE_KEY.fullmatch(part) else quoted(part)


def quoted(text: str) -> str:
    """Text in quotes, valid in TOML and JSON."""
    # JSON does not escape DEL, which TOML forbids.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def describe(error: ValidationError, model: type[BaseModel], origin: Origin) -> list[str]:
    """One line for each error in the values given to ``model``."""
    return [_line(dict(problem), model, origin) for problem in error.errors(include_url=False)]


def joined(lines: list[str], subject: str) -> str:
    """One message from the errors in ``subject``."""
    if len(lines) == 1:
        return lines[0]
    return f"{len(lines)} problems in {subject}:\n" + "\n".join(f"  {line}" for line in lines)


def _line(problem: Mapping[str, Any], model: type[BaseModel], origin: Origin) -> str:
    # pydantic marks an error in the key of a table by "[key]" at the end of "loc".
    path: Path = tuple(part for part in problem["loc"] if part != "[key]")
    kind, value = problem["type"], problem["input"]
    place = f"{origin(path)}: {dotted(path)}" if path else origin(path)
    if kind == "extra_forbidden":
        return f"{place} is not a known key.{_known_keys(model, path)} [E020]"
    if kind == "missing":
        return f"{place} is missing.{_expected(model, path)} [E021]"
    stated = f" = {_shown(value)}" if path and not isinstance(value, Mapping) else ""
    if isinstance(value, NoSuchItem):
        return (
            f"{place}: there is no item {value.item}. {dotted(path)} has {value.count} items; "
            f"state a number from 1 to {value.count} [E022]"
        )
    return f"{place}{stated}: {_reason(problem)}"


def _reason(problem: Mapping[str, Any]) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", context["expected"])
        return (
            f"must be {context['expected']}.{did_you_mean(str(problem['input']), allowed)} [E023]"
        )
    if kind in _NAMES:
        return f"{_NAMES[kind]} [E024]"
    return f"{str(problem['msg']).replace('Input should be', 'must be')} [E025]"


def _shown(value: object) -> str:
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _known_keys(model: type[BaseModel], path: Path) -> str:
    table = _model_at(model, path[:-1])
    known = sorted(table.model_fields) if table else []
    hint = did_you_mean(str(path[-1]), known)
    section = f"[{dotted(path[:-1])}]" if len(path) > 1 else "a scenario"
    return f"{hint} Keys of {section}: {listing(known)}."


def _expected(model: type[BaseModel], path: Path) -> str:
    table = _model_at(model, path[:-1])
    field = table.model_fields.get(str(path[-1])) if table else None
    return f" State {field.description}." if field and field.description else ""


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model of the table at ``path``; None if it has no model."""
    current: Any = model
    for part in path:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(str(part))
            current = _table_type(field.annotation) if field else None
        elif isinstance(part, int) and get_origin(current) is tuple:
            current = _table_type(get_args(current)[0])
        elif get_origin(current) is dict:
            current = _table_type(get_args(current)[1])
        else:
            return None
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _table_type(annotation: Any) -> Any:
    """The model, dict or tuple inside ``X | None``."""
    options = [annotation, *get_args(annotation)] if get_origin(annotation) else [annotation]
    for option in options:
        if get_origin(option) in (dict, tuple):
            return option
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return None
