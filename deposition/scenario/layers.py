"""Tables laid on top of one another: library, base, file, ``--set``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Table = dict[str, Any]
_FILM = ("resistance", "conductivity", "composition")
_CONTROL = ("current_density", "voltage")
"""Ways of stating a film or a protocol, of which a later layer's replaces an earlier one's."""


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
            if not isinstance(here, Mapping) or part not in here:
                return False
            here = here[part]
        return True


def merged(layers: Sequence[Layer]) -> Table:
    """All layers in one table; later ones win, key by key."""
    result: Table = {}
    for layer in layers:
        result = _laid_on(result, layer.data, ())
    return result


def origin_of(layers: Sequence[Layer], path: Sequence[str | int]) -> Layer:
    """The last layer that states ``path``, or as much of it as any layer does."""
    for length in range(len(path), 0, -1):
        stating = [layer for layer in layers if layer.has(path[:length])]
        if stating:
            return stating[-1]
    return layers[-1]


def _laid_on(below: Table, above: Table, path: tuple[str, ...]) -> Table:
    result = dict(below)
    ways = _alternatives(path)
    if any(key in above for key in ways):
        result = {key: value for key, value in result.items() if key not in ways}
    for key, value in above.items():
        old = result.get(key)
        # A composition is one value: half of an old one added to a new one would mean nothing.
        if isinstance(old, dict) and isinstance(value, dict) and key != "composition":
            result[key] = _laid_on(old, value, (*path, key))
        else:
            result[key] = value
    return result


def _alternatives(path: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of the table at ``path`` of which only one can be stated."""
    if path == ("protocol",):
        return _CONTROL
    return _FILM if path[:2] == ("sei", "films") and len(path) == 3 else ()
