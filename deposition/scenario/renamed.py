"""Renamed settings.

The names of version 0.1 are accepted in version 0.2, with a warning that states the new name.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from deposition.scenario.layers import Layer, Table

SEI_KEYS = {"frame": "motion", "fresh": "default_film"}
SEI_MOTIONS = {"material": "advected", "spatial": "stationary"}
EVENTS = {"lithium_used_up": "lithium_exhausted"}
FILMS = {"rest": "matrix"}
"""Renamed films of the shipped scenarios, which scenarios based on them may redefine."""


def with_new_names(layers: Sequence[Layer]) -> list[Layer]:
    """The layers, the lowest base first, with the new names of their settings.

    Issues a FutureWarning for each old name.
    """
    result: list[Layer] = []
    films: set[str] = set()
    for layer in layers:
        data = dict(layer.data)
        changes: dict[str, str] = {}
        if isinstance(data.get("sei"), Mapping):
            data["sei"] = _sei(data["sei"], films, changes)
            films |= set(_films(data["sei"]))
        if "protocol" in data:
            data["protocol"] = _protocol(data["protocol"], "protocol", changes)
        for old, new in changes.items():
            warnings.warn(
                f"{layer.origin}: {old} is now called {new}; the old name works until version 0.3",
                FutureWarning,
                stacklevel=2,
            )
        result.append(replace(layer, data=data))
    return result


def _films(sei: Mapping[str, Any]) -> Mapping[str, Any]:
    films = sei.get("films")
    return films if isinstance(films, Mapping) else {}


def _sei(sei: Mapping[str, Any], films: set[str], changes: dict[str, str]) -> Table:
    """The ``[sei]`` table with new names; ``films``: those that the layers below define."""
    renamed = _keys(sei, "sei", SEI_KEYS, changes)
    motion = renamed.get("motion")
    if isinstance(motion, str) and motion in SEI_MOTIONS:
        renamed["motion"] = SEI_MOTIONS[motion]
        changes.setdefault(f'sei.motion = "{motion}"', f'"{SEI_MOTIONS[motion]}"')
    for old, new in FILMS.items():
        if new not in films or old in films:
            continue
        if renamed.get("default_film") == old:
            renamed["default_film"] = new
            changes[f'the film "{old}"'] = f'"{new}"'
        for key in ("films", "composition"):
            if isinstance(renamed.get(key), Mapping) and old in renamed[key]:
                renamed[key] = {new if k == old else k: v for k, v in renamed[key].items()}
                changes[f'the film "{old}"'] = f'"{new}"'
    return renamed


def _protocol(step: Any, path: str, changes: dict[str, str]) -> Any:
    """A step with new names, or a list of steps (of a file, or changes of single steps)."""
    if isinstance(step, list):
        return [_protocol(item, f"{path}.{n}", changes) for n, item in enumerate(step, start=1)]
    if not isinstance(step, Mapping):
        return step
    renamed = _keys(step, path, {"on": "on_event"}, changes)
    if isinstance(renamed.get("on_event"), Mapping):
        renamed["on_event"] = _keys(renamed["on_event"], f"{path}.on_event", EVENTS, changes)
    for key, value in renamed.items():
        if key == "steps" or key.isdigit():
            renamed[key] = _protocol(value, f"{path}.{key}", changes)
    return renamed


def _keys(
    table: Mapping[str, Any], path: str, names: Mapping[str, str], changes: dict[str, str]
) -> Table:
    """A table with new keys.  If it has both the old and the new key, validation rejects it."""
    found = {old: new for old, new in names.items() if old in table and new not in table}
    changes.update({f"{path}.{old}": f"{path}.{new}" for old, new in found.items()})
    return {found.get(key, key): value for key, value in table.items()}
