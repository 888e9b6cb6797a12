"""Changes of a scenario in Python, for ``Scenario.with_``: the layer that ``--set`` would make."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from deposition.common.errors import ScenarioError
from deposition.scenario.layers import Layer
from deposition.scenario.load import table_of_key, with_value

ORIGIN = "with_"
"""Name of the layer in messages, and origin of its values."""


def layers_of(changes: Mapping[str, Any]) -> list[Layer]:
    """One layer for each change, ``{"sei.seed": 3}``.

    Raises ScenarioError for a key that is not one, or a value that TOML does not have.
    """
    if not isinstance(changes, Mapping):
        raise ScenarioError(
            f"with_: {changes!r} is no dictionary of settings. Write "
            'with_({"sei.seed": 3, "temperature": "40 degC"})'
            " [E863]"
        )
    return [_layer(key, value) for key, value in changes.items()]


def _layer(key: object, value: Any) -> Layer:
    table = table_of_key(key) if isinstance(key, str) else {}
    if not table or "base" in table:
        raise ScenarioError(
            f"with_: {key!r} is not the key of a setting. Write a dotted key, such as "
            '"mesh.surface_size"; base can be stated in a file only'
            " [E864]"
        )
    return Layer(ORIGIN, with_value(table, _plain(key, value)), Path.cwd())


def _plain(key: object, value: Any) -> Any:
    """A value in the types of TOML."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(inner): _plain(key, item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(key, item) for item in value]
    if isinstance(value, str | bool | int | float):
        return value
    raise ScenarioError(
        f"with_: {key} = {value!r}: a setting is not of the type {type(value).__name__}. State "
        'text with a unit ("0.5 mA/cm^2"), a number, true or false, a list or a dictionary'
        " [E296]"
    )
