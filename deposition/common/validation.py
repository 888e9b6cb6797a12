"""Pydantic's validation errors as messages for the user.

Each line names the file, the key, the value, the allowed values and the nearest match.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError

from deposition.common.suggest import did_you_mean, listing

Path = tuple[str | int, ...]
Origin = Callable[[Path], str]
"""Maps a key to the file (or ``--set``) that its value comes from."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_TABLE = "must be a table"
_NAMES = {
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "finite_number": "must be a finite number",
    "dict_type": _TABLE,
    "model_type": _TABLE,
    "tuple_type": "must be a list; one item of a list of tables is stated by its number, from 1",
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
    location: Path = tuple(part for part in problem["loc"] if part != "[key]")
    path, table = _located(model, location)
    kind, value = problem["type"], problem["input"]
    if kind == "choice" and not isinstance(value, Mapping):
        kind, problem = "model_type", {**problem, "type": "model_type"}
    if kind == "choice":
        return _unknown_choice(problem["ctx"]["key"], value, path, table, origin)
    place = f"{origin(path)}: {dotted(path)}" if path else origin(path)
    if kind == "extra_forbidden":
        return f"{place} is not a known key.{_known_keys(model, location)} [E020]"
    if kind == "missing":
        return f"{place} is missing.{_expected(model, location)} [E021]"
    stated = f" = {_shown(value)}" if path and not isinstance(value, Mapping) else ""
    if _NAMES.get(kind) == _TABLE and value and isinstance(value, list):
        return f"{place}: {_TABLE}. Write [{dotted(path)}], not [[{dotted(path)}]] [E532]"
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


def _unknown_choice(key: str, value: Any, path: Path, table: Any, origin: Origin) -> str:
    """The line for a table whose ``key`` names none of its choices."""
    known = list(choices(table))
    place, stated = (*path, key), value.get(key)
    hint = did_you_mean(str(stated), known)
    allowed = " or ".join(quoted(one) for one in known)
    return f"{origin(place)}: {dotted(place)} = {_shown(stated)}: must be {allowed}.{hint} [E026]"


def _known_keys(model: type[BaseModel], location: Path) -> str:
    path, table = _located(model, location[:-1])
    fields = table.model_fields if _is_model(table) else {}
    known = sorted(field.alias or name for name, field in fields.items())
    key = str(location[-1])
    other = _of_another(model, location)
    hint = other or did_you_mean(key, known)
    section = f"[{dotted(path)}]" if path else "a scenario"
    return f"{hint} Keys of {section}: {listing(known)}."


def _of_another(model: type[BaseModel], location: Path) -> str:
    """The choice of a table that has the key which the stated choice lacks."""
    *above, tag, key = location if len(location) > 1 else ("", "")
    _, parent = _located(model, tuple(above))
    options = choices(parent)
    others = [
        f"{_key_of(option, name)} = {quoted(name)}"
        for name, option in options.items()
        if tag in options and str(key) in option.model_fields
    ]
    return f" It belongs to {' or '.join(others)}." if others else ""


def _key_of(option: type[BaseModel], tag: str) -> str:
    """The key whose text ``tag`` chooses this table."""
    found = (key for key, field in option.model_fields.items() if field.default == tag)
    return next(found, "law")


def _expected(model: type[BaseModel], location: Path) -> str:
    _, table = _located(model, location[:-1])
    field = table.model_fields.get(str(location[-1])) if _is_model(table) else None
    return f" State {field.description}." if field and field.description else ""


def _located(model: type[BaseModel], location: Path) -> tuple[Path, Any]:
    """The key at a location of pydantic, which also names the choices of tables on the way; and the
    model, or the annotation of a table of tables, there (None if it has none)."""
    current: Any = model
    path: list[str | int] = []
    for part in location:
        if part in choices(current):
            current = choices(current)[str(part)]
            continue
        path.append(part)
        if _is_model(current):
            field = current.model_fields.get(str(part))
            current = _table_type(field.annotation) if field else None
        elif isinstance(part, int) and get_origin(current) is tuple:
            current = _table_type(get_args(current)[0])
        elif get_origin(current) is dict:
            current = _table_type(get_args(current)[1])
        else:
            current = None
    return tuple(path), current


def _is_model(table: Any) -> bool:
    return isinstance(table, type) and issubclass(table, BaseModel)


def choices(annotation: Any) -> dict[str, type[BaseModel]]:
    """The models of a table that is one of several, by tag; empty for any other annotation."""
    found = {}
    for option in get_args(annotation):
        for part in get_args(option)[1:] if get_origin(option) is Annotated else ():
            if isinstance(part, Tag):
                found[part.tag] = get_args(option)[0]
    return found


def _table_type(annotation: Any) -> Any:
    """The model, dict, tuple or choice of models inside ``X | None``."""
    if get_origin(annotation) is Annotated:
        return _table_type(get_args(annotation)[0])
    if choices(annotation):
        return annotation
    options = [annotation, *get_args(annotation)] if get_origin(annotation) else [annotation]
    for option in options:
        if get_origin(option) in (dict, tuple):
            return option
        if _is_model(option):
            return option
    return None
