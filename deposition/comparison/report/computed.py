"""Statement of what each run of a report has computed: cell, electrolyte, SEI, load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from deposition.common.constants import HOUR, MAH_PER_CM2
from deposition.comparison.gather import Compared, scenario_of
from deposition.comparison.report.numbers import Row, Value
from deposition.render.captions import charge_as_printed

LIMITS = (
    "The cell is a box of some ten micrometres whose side walls are planes of symmetry, so that "
    "neither its edge nor the rest of the electrode is computed.",
    "The SEI is a resistance per area of each component; its own transport and its mechanics are "
    "not resolved, nor are stress and pressure in the metal.",
    "Lithium is an equipotential body whose surface moves by Faraday's law; its grains and "
    "crystal faces do not occur.",
    "The electrolyte is a continuum at rest and at one temperature, unless a scenario states "
    "otherwise.",
)
IN_2D = "In 2D, deposits are ridges that extend along the third direction."


def computed(compared: Sequence[Compared]) -> list[Row]:
    """Rows of what was computed, one value per result."""
    tables = [_computed(one) for one in compared]
    keys = dict.fromkeys(key for table in tables for key in table)
    return [
        Row(key, key, [Value(table.get(key) or "–", "") for table in tables])
        for key in keys
        if any(table.get(key) for table in tables)
    ]


def limits(compared: Sequence[Compared]) -> list[str]:
    """Limits of the model, as sentences."""
    flat = compared[0].view.snapshot.dim == 2
    return [*LIMITS, IN_2D] if flat else list(LIMITS)


def _computed(one: Compared) -> dict[str, str]:
    scenario = scenario_of(one.result)
    electrolyte, sei = scenario.get("electrolyte", {}), scenario.get("sei", {})
    temperature = str(scenario.get("temperature", ""))
    kelvin = temperature.removesuffix(" K")
    celsius = f" ({float(kelvin) - 273.15:.4g} °C)" if temperature.endswith(" K") else ""
    moving = {"moving": "the surface moves", "fixed": "the surface is fixed"}
    return {
        "cell": ", ".join(
            part for part in (_size(one), moving.get(scenario.get("interface", ""), "")) if part
        ),
        "counter electrode": str(scenario.get("counter", {}).get("kind", "")),
        "electrolyte": _listed(electrolyte, ("name", "concentration", "conductivity", "law")),
        "kinetics": _listed(scenario.get("kinetics", {}), ("law", "exchange_current_density")),
        "SEI": _listed(sei, ("default_film", "resistance", "thickness", "composition")),
        "load": _load(scenario.get("protocol", {})),
        "charge": _charge(one),
        "temperature": f"{temperature}{celsius}",
    }


def _size(one: Compared) -> str:
    sides = np.ptp(one.view.initial.bounds, axis=0)
    return f"{one.view.initial.dim}D, {' × '.join(f'{side:.4g}' for side in sides)} µm"


def _listed(table: Mapping[str, Any], keys: Sequence[str]) -> str:
    return ", ".join(_text(table[key]) for key in keys if table.get(key))


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{share} {name}" for name, share in value.items())
    return str(value)


def _load(protocol: Mapping[str, Any]) -> str:
    """Current or voltage of the protocol, or the number of its steps."""
    steps = protocol.get("steps") or ()
    if steps:
        return f"{len(steps)} protocol steps, {protocol.get('repeat', 1)} ×"
    return ", ".join(
        _text(value)
        for key, value in protocol.items()
        if key in ("current_density", "current", "c_rate", "voltage", "sweep") and value
    )


def _charge(one: Compared) -> str:
    """Net charge and time at the end of the run."""
    times, capacities = one.result.times, one.result.capacities
    hours = f"{times[-1] / HOUR:.3g} h"
    return f"{charge_as_printed(float(capacities[-1]) / MAH_PER_CM2)} mAh/cm² in {hours}"
