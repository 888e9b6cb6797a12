"""Tables laid on top of one another: library, base, file, ``--set``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deposition.common.validation import Unlisted

Table = dict[str, Any]
_FILM = ("resistance", "conductivity", "composition")
_CONTROL = ("current_density", "c_rate", "voltage", "rest")
_LIST = ("steps", "repeat")
"""Ways of stating a film or a protocol, of which a later layer's replaces an earlier one's."""
_ENDS = ("capacity", "duration", "voltage_limit")


@dataclass(frozen=True, eq=False)
class Layer:
    """origin: what to call it in a message; data: its table; folder: where relative names start."""

    origin: str
    data: Table
    folder: Path

    def has(self, path: Sequence[str | int]) -> bool:
        """Whether this layer states the key at ``path``."""
        here: Any = self.data
        for part in path:
            here = _inside(here, part)
            if here is None:
                return False
        return True


def _inside(value: Any, part: str | int) -> Any:
    """What a table has under a key, or a list at a place (from 0); None if there is nothing."""
    if isinstance(value, list) and isinstance(part, int):
        return value[part] if part < len(value) else None
    key = str(part + 1) if isinstance(part, int) else part  # a change of some items of a list
    return value.get(key) if isinstance(value, Mapping) else None


def merged(layers: Sequence[Layer]) -> Table:
    """All layers in one table; later ones win, key by key."""
    result: Table = {}
    for layer in layers:
        result = _laid_on(result, layer.data, ())
    return result


def stated(table: Table, section: str, key: str) -> Any:
    """What a table of sections says of a key; None if it does not."""
    inner = table.get(section)
    return inner.get(key) if isinstance(inner, Mapping) else None


def of_one_electrolyte(files: Sequence[Layer], changes: Sequence[Layer]) -> list[Layer]:
    """The layers of the files without what they say of an electrolyte that is not the last named.

    A law and its numbers belong to the electrolyte beside which they stand; a layer that names
    another one has those of the library, or its own.  changes: of the command line, one layer
    together, whatever their order
    """
    first, last = 0, None
    for place, table in enumerate([*(file.data for file in files), merged(changes)]):
        name = stated(table, "electrolyte", "name")
        if None not in (name, last) and name != last:
            first = place
        last = last if name is None else name
    return [*map(_without_electrolyte, files[:first]), *files[first:]]


def _without_electrolyte(layer: Layer) -> Layer:
    data = {section: value for section, value in layer.data.items() if section != "electrolyte"}
    return replace(layer, data=data)


def origin_of(layers: Sequence[Layer], path: Sequence[str | int]) -> Layer:
    """The last layer that states ``path``, or as much of it as any layer does."""
    for length in range(len(path), 0, -1):
        stating = [layer for layer in layers if layer.has(path[:length])]
        if stating:
            return stating[-1]
    return layers[-1]


def _laid_on(below: Table, above: Table, path: tuple[str, ...]) -> Table:
    replaced = _replaced(above, path)
    result = {key: value for key, value in below.items() if key not in replaced}
    for key, value in above.items():
        old = result.get(key)
        if isinstance(old, Unlisted):
            continue
        if isinstance(old, list) and isinstance(value, dict):
            result[key] = _changed(old, value)
        # A composition is one value: half of an old one added to a new one would mean nothing.
        elif isinstance(old, dict) and isinstance(value, dict) and key != "composition":
            result[key] = _laid_on(old, value, (*path, key))
        else:
            result[key] = value
    lost = path == ("protocol",) and _limited(below) and not _limited(result)
    return (
        _without_limit(result)
        if lost and not stated(above, "on_event", "voltage_limit")
        else result
    )


def _limited(protocol: Any) -> bool:
    """Whether a table of a protocol states a voltage limit, itself or in one of its steps."""
    if not isinstance(protocol, Mapping):
        return False
    steps = protocol.get("steps")
    inner = steps if isinstance(steps, list) else []
    return "voltage_limit" in protocol or any(map(_limited, inner))


def _without_limit(protocol: Table) -> Table:
    """What follows a voltage limit goes with the limit that a later layer took the place of."""
    on = protocol.get("on_event")
    if not isinstance(on, Mapping):
        return protocol
    return {**protocol, "on_event": {key: on[key] for key in on if key != "voltage_limit"}}


def _changed(below: list[Any], above: Table) -> list[Any] | Table:
    """A list of tables of which some, counted from 1, are changed: ``steps.2.duration``.

    Anything that does not fit is left for the check of the scenario to refuse.
    """
    places = {str(place): place - 1 for place in range(1, len(below) + 1)}
    missing = [key for key in above if key not in places]
    if missing and all(re.fullmatch(r"-?\d+", key) for key in missing):
        return Unlisted(above, missing[0], len(below))
    if missing or not all(isinstance(value, dict) for value in above.values()):
        return above
    result = list(below)
    for key, value in above.items():
        result[places[key]] = _laid_on(below[places[key]], value, ("protocol",))
    return result


def _replaced(above: Table, path: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of the table at ``path`` that a layer stating ``above`` takes the place of."""
    if path[:2] == ("sei", "films") and len(path) == 3:
        return _FILM if any(key in above for key in _FILM) else ()
    if path != ("protocol",):
        return ()
    if isinstance(above.get("steps"), list) or "rest" in above:
        return (*_CONTROL, *_ENDS, *_LIST)
    return (*_CONTROL, *_LIST) if any(key in above for key in _CONTROL) else ()
