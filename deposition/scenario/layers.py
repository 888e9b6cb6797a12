"""Merging of the layers of a scenario: library, bases, file, ``--set``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from deposition.common.errors import ScenarioError
from deposition.common.suggest import did_you_mean
from deposition.common.validation import NoSuchItem, dotted
from deposition.mesh.drawing import DRAWN
from deposition.scenario import electrolyte, kinetics
from deposition.scenario.geometry import DRAWN_KEYS
from deposition.scenario.named_protocols import NAMED
from deposition.scenario.section import Section

Table = dict[str, Any]
_FILM = ("resistance", "conductivity", "composition")
_PATCHES = ("composition", "xps")
_TRANSFER = ("charge_transfer_resistance", "of")
_CONTROL = ("current_density", "current", "c_rate", "voltage", "rest")
_SWEEP = ("sweep", "vertices")
_LIST = ("steps", "repeat", *NAMED)
_FUNCTION = ("expression", "table", "points")
"""Alternative statements of a film, load or property; that of a later layer replaces the others."""
_ENDS = ("capacity", "duration", "voltage_limit", "minimum_voltage")
_CLEARED = (("geometry", "parameters"), ("geometry", "tags"))
"""Tables that an empty one of a later layer clears."""


def _keys(laws: Mapping[str, type[Section]]) -> dict[str, set[str]]:
    return {name: set(law.model_fields) for name, law in laws.items()}


_CHOICES: dict[str, tuple[str, str, dict[str, set[str]], set[str]]] = {
    "counter": ("kind", "lithium", {}, set()),
    "kinetics": (
        "law",
        "butler-volmer",
        _keys(kinetics.LAWS),
        set(kinetics.OwnKinetics.model_fields),
    ),
    "electrolyte": (
        "law",
        "nernst-planck",
        _keys(electrolyte.LAWS),
        set(electrolyte.OwnElectrolyte.model_fields),
    ),
}
"""Tables that are one of several: the key that chooses, its default, and the keys of lower layers
that remain where a later layer chooses another one, by choice, and for a class from outside."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of a scenario.

    origin  its name in messages
    data    its table
    folder  in which relative file names are resolved
    """

    origin: str
    data: Table
    folder: Path

    def without(self, section: str) -> Layer:
        """The same layer without a section."""
        return replace(self, data={key: self.data[key] for key in self.data if key != section})

    def has(self, path: Sequence[str | int]) -> bool:
        """True if this layer states the key at ``path``."""
        return self._value(path) is not None

    def has_list(self, path: Sequence[str | int]) -> bool:
        """True if this layer states a whole list at ``path``, rather than changes of its items."""
        return isinstance(self._value(path), list)

    def _value(self, path: Sequence[str | int]) -> Any:
        value: Any = self.data
        for part in path:
            value = _item(value, part)
        return value


def _item(value: Any, part: str | int) -> Any:
    """Item of a table by key, or of a list by index (from 0); None if it does not exist."""
    if isinstance(value, list) and isinstance(part, int):
        return value[part] if part < len(value) else None
    # A change of single items of a list is a table with their numbers, from 1, as keys.
    key = str(part + 1) if isinstance(part, int) else part
    return value.get(key) if isinstance(value, Mapping) else None


def without_unset(layers: Sequence[Layer], keys: object, origin: str) -> list[Layer]:
    """The layers of the bases without the keys that ``unset`` of the file ``origin`` lists.

    Raises ScenarioError unless it is a list of dotted keys that a base states.
    """
    if not isinstance(keys, list) or not all(isinstance(key, str) and key for key in keys):
        raise ScenarioError(
            f"{origin}: unset = {keys!r}: must be a list of keys of the base, such as "
            'unset = ["sei.films.matrix", "measured"] [E942]'
        )
    result = list(layers)
    for key in keys:
        path = _split(key)
        if not any(layer.has(path) for layer in result):
            known = sorted({dotted(path) for layer in result for path in _paths(layer.data)})
            raise ScenarioError(
                f'{origin}: unset: the base states no "{key}".{did_you_mean(key, known)} Leave it '
                "out of unset, or name a key that deposition show lists for the base [E943]"
            )
        result = [replace(layer, data=_without(layer.data, path)) for layer in result]
    return result


def _split(key: str) -> tuple[str, ...]:
    """The parts of a dotted key; the key itself if it is not TOML."""
    try:
        table: Any = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return (key,)
    parts: list[str] = []
    while isinstance(table, dict):
        ((part, table),) = table.items()
        parts.append(part)
    return tuple(parts)


def _paths(table: Table, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of all keys and tables."""
    for key, value in table.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from _paths(value, (*above, key))


def _without(table: Table, path: Sequence[str]) -> Table:
    """The table without the key at a path."""
    key, *rest = path
    inner = table.get(key)
    if not rest or not isinstance(inner, dict):
        return {name: value for name, value in table.items() if rest or name != key}
    return {**table, key: _without(inner, rest)}


def merged(layers: Sequence[Layer]) -> Table:
    """All layers merged into one table; later ones take precedence, key by key."""
    result: Table = {}
    for layer in _of_one_choice(layers):
        result = _laid_on(result, layer.data, ())
    return result


def _of_one_choice(layers: Sequence[Layer]) -> list[Layer]:
    """The layers without the keys of choices that a later layer has replaced, see ``_CHOICES``."""
    result = list(layers)
    for section, (key, default, kept, common) in _CHOICES.items():
        chosen, first = default, 0
        for index, layer in enumerate(result):
            value = stated(layer.data, section, key)
            if isinstance(value, str) and value != chosen:
                chosen, first = value, index
        names = kept.get(chosen, common)
        for index, layer in enumerate(result[:first]):
            table = layer.data.get(section)
            if isinstance(table, Mapping):
                left = {name: value for name, value in table.items() if name in names}
                result[index] = replace(layer, data={**layer.data, section: left})
    return result


def stated(table: Table, section: str, key: str) -> Any:
    """Value of ``section.key`` in a table of sections; None if it is not stated."""
    inner = table.get(section)
    return inner.get(key) if isinstance(inner, Mapping) else None


def without_superseded(files: Sequence[Layer], changes: Sequence[Layer]) -> list[Layer]:
    """The layers of the files; those before the last change of the electrolyte's name lose their
    section ``[electrolyte]``, those before the last change of the geometry's file ``[geometry]``.

    Law and parameters belong to the electrolyte, and the parameters of a script to the geometry,
    with which they are stated; a layer that names another has those of the library, or its own.

    changes: layers of the command line, which count as one, independent of their order
    """
    stack = [*files, Layer("--set", merged(changes), Path.cwd())]
    for section, name_in in (("electrolyte", _electrolyte_name), ("geometry", _geometry_file)):
        names = [(index, name_in(layer)) for index, layer in enumerate(stack)]
        named = [(index, name) for index, name in names if name is not None]
        changed = [at for (at, name), (_, before) in pairwise(reversed(named)) if name != before]
        for index in range(changed[0] if changed else 0):
            data = {key: value for key, value in stack[index].data.items() if key != section}
            stack[index] = replace(stack[index], data=data)
    return stack[:-1]


def _electrolyte_name(layer: Layer) -> Any:
    return stated(layer.data, "electrolyte", "name")


def _geometry_file(layer: Layer) -> Any:
    """The file of a layer's geometry, or that it is drawn; two files of the same name in different
    folders are not equal."""
    name = stated(layer.data, "geometry", "file")
    geometry = layer.data.get("geometry")
    if name is None and isinstance(geometry, Mapping) and any(k in geometry for k in DRAWN_KEYS):
        return DRAWN
    beside = (layer.folder / name).resolve() if isinstance(name, str) else None
    return beside if beside is not None and beside.is_file() else name


def origin_of(layers: Sequence[Layer], path: Sequence[str | int]) -> Layer:
    """The last layer that states ``path``, or the longest part of it that a layer states."""
    for length in range(len(path), 0, -1):
        stating = stating_layers(layers, path[:length])
        if stating:
            return stating[-1]
    return layers[-1]


def stating_layers(layers: Sequence[Layer], path: Sequence[str | int]) -> list[Layer]:
    """The layers that state ``path``; a list of a later layer replaces that of those before."""
    first = max(
        (
            number
            for number, layer in enumerate(layers)
            for length, part in enumerate(path)
            if isinstance(part, int) and layer.has_list(path[:length])
        ),
        default=0,
    )
    return [layer for layer in layers[first:] if layer.has(path)]


def _laid_on(below: Table, above: Table, path: tuple[str, ...]) -> Table:
    replaced = _replaced(above, path)
    result = {key: value for key, value in below.items() if key not in replaced}
    for key, value in above.items():
        old = result.get(key)
        if isinstance(old, NoSuchItem):
            continue
        if isinstance(old, list) and isinstance(value, dict):
            result[key] = _changed(old, value)
        # A composition is one value, which is replaced as a whole; {} clears the parameters.
        elif isinstance(old, dict) and isinstance(value, dict) and _merges((*path, key), value):
            result[key] = _laid_on(old, value, (*path, key))
        else:
            result[key] = value
    lost = path == ("protocol",) and _limited(below) and not _limited(result)
    return (
        _without_limit(result)
        if lost and not stated(above, "on_event", "voltage_limit")
        else result
    )


def _merges(path: tuple[str, ...], above: Table) -> bool:
    """True if a table is merged key by key with the one below it, rather than replacing it."""
    return path[-1] not in _PATCHES and (bool(above) or path not in _CLEARED)


def _limited(protocol: Any) -> bool:
    """True if a protocol states a voltage limit, itself or in one of its steps."""
    if not isinstance(protocol, Mapping):
        return False
    steps = protocol.get("steps")
    inner = steps if isinstance(steps, list) else []
    own = "voltage_limit" in protocol or "minimum_voltage" in protocol
    return own or any(map(_limited, inner))


def _without_limit(protocol: Table) -> Table:
    """The protocol without ``on_event.voltage_limit``, whose limit a later layer has replaced."""
    events = protocol.get("on_event")
    if not isinstance(events, Mapping):
        return protocol
    kept = {key: events[key] for key in events if key != "voltage_limit"}
    return {**protocol, "on_event": kept}


def _changed(below: list[Any], above: Table) -> list[Any] | Table:
    """A list of tables with changes of single items, numbered from 1: ``steps.2.duration``.

    An invalid change is returned as it is, and the validation of the scenario rejects it.
    """
    index = {str(number): number - 1 for number in range(1, len(below) + 1)}
    missing = [key for key in above if key not in index]
    if missing and all(re.fullmatch(r"-?\d+", key) for key in missing):
        return NoSuchItem(above, missing[0], len(below))
    if missing or not all(isinstance(value, dict) for value in above.values()):
        return above
    result = list(below)
    for key, value in above.items():
        result[index[key]] = _laid_on(below[index[key]], value, ("protocol",))
    return result


def _replaced(above: Table, path: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of the table at ``path`` that the statements of ``above`` replace."""
    if path[:2] == ("sei", "films") and len(path) == 3:
        return _FILM if any(key in above for key in _FILM) else ()
    if path[:1] == ("electrolyte",) and len(path) == 2 and any(key in above for key in _FUNCTION):
        return (*_FUNCTION, "unit") if "table" in above else _FUNCTION
    if path == ("sei",):
        return _PATCHES if any(key in above for key in _PATCHES) else ()
    if path == ("kinetics",):
        if _TRANSFER[0] in above:
            return ("exchange_current_density",)
        return _TRANSFER if "exchange_current_density" in above else ()
    if path != ("protocol",):
        return ()
    if "sweep" in above:
        return (*_CONTROL, *_ENDS, *_LIST, "eis")
    whole = isinstance(above.get("adams"), dict) and "current_density" in above["adams"]
    if "eis" in above:
        return (*_CONTROL, *_SWEEP, *_ENDS, *_LIST)
    if isinstance(above.get("steps"), list) or "rest" in above or "profile" in above or whole:
        return (*_CONTROL, *_SWEEP, *_ENDS, *_LIST, "eis")
    return (*_CONTROL, *_SWEEP, *_LIST, "eis") if any(key in above for key in _CONTROL) else ()
