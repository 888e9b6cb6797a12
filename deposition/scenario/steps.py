"""Protocol steps in Python, for ``Scenario.with_protocol``.

3 * [plate("0.5 mA/cm^2", capacity="0.1 mAh/cm^2"), rest("10 min"), strip("C/2", ...)]

Currents have no sign: the name of the function states their direction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from deposition.common import units
from deposition.common.errors import ScenarioError
from deposition.common.validation import describe, joined
from deposition.scenario.protocol import Protocol, Step

Kind = TypeVar("Kind", bound=Step)


def plate(current: str, **settings: Any) -> Step:
    """Plate at a current density ("0.5 mA/cm^2") or a C-rate ("C/2").

    settings: further keys of a step: capacity, duration, voltage_limit, on_event.  Raises
    ScenarioError that lists all errors.

    >>> plate("0.5 mA/cm^2", duration="1 h").current_density
    5.0
    """
    call = f'plate("{current}")'
    return _checked(Step, call, {_kind(current, call): current, **settings})


def strip(current: str, **settings: Any) -> Step:
    """Strip at a current density ("0.5 mA/cm^2") or a C-rate ("C/2"); see ``plate``.

    >>> strip("C/2", duration="1 h").c_rate
    -0.5
    """
    call = f'strip("{current}")'
    return _checked(Step, call, {_kind(current, call): f"-{current.strip()}", **settings})


def hold(voltage: str, **settings: Any) -> Step:
    """Hold a cell voltage ("20 mV"; positive plates); see ``plate``.

    >>> hold("20 mV", duration="1 h").voltage
    0.02
    """
    return _checked(Step, f'hold("{voltage}")', {"voltage": voltage, **settings})


def rest(time: str) -> Step:
    """Rest without current for a time ("10 min").

    >>> rest("10 min").rest
    600.0
    """
    return _checked(Step, f'rest("{time}")', {"rest": time})


def cycle(current: str, capacity: str, **settings: Any) -> list[Step]:
    """Plate a charge ("0.2 mAh/cm^2") and strip it at the same current; see ``plate``.

    Stripping ends earlier where the lithium is exhausted.

    >>> [step.current_density for step in 2 * cycle("0.5 mA/cm^2", "0.2 mAh/cm^2")]
    [5.0, -5.0, 5.0, -5.0]
    """
    return [step(current, capacity=capacity, **settings) for step in (plate, strip)]


def adams(current: str, *, reservoir: str, cycled: str, cycles: int) -> list[Step]:
    """Measure the Coulombic efficiency by the protocol of Adams et al.

    reservoir  charge plated first ("5 mAh/cm^2")
    cycled     charge stripped and plated in each cycle
    cycles     number of them; what is left is stripped at the end

    >>> len(adams("0.5 mA/cm^2", reservoir="5 mAh/cm^2", cycled="1 mAh/cm^2", cycles=10))
    3
    """
    table = {"current_density": current, "reservoir": reservoir, "cycled": cycled, "cycles": cycles}
    call = f'adams("{current}")'
    named = _checked(Protocol, call, {"adams": table})
    return list(named.steps or ())


def eis(
    lowest: str | None = None,
    highest: str | None = None,
    per_decade: int | None = None,
    bias: str | None = None,
) -> Step:
    """Compute an impedance spectrum of the state reached, about a steady current ``bias``.

    lowest, highest  frequencies ("1 mHz", "1 MHz" unless stated); per_decade  10 unless stated
    bias             current density ("0.5 mA/cm^2"; positive plates); at rest unless stated

    >>> eis(lowest="10 mHz", per_decade=5).eis.lowest
    0.01
    """
    stated = {"lowest": lowest, "highest": highest, "per_decade": per_decade, "bias": bias}
    table = {key: value for key, value in stated.items() if value is not None}
    return _checked(Step, "eis()", {"eis": table})


def _kind(current: object, call: str) -> str:
    """The key of a current: "c_rate" if its unit is C, else "current_density".

    Raises ScenarioError unless it is text without a minus sign.
    """
    if not isinstance(current, str) or current.strip().startswith("-"):
        raise ScenarioError(
            f"{call}: the current must be text without a sign. Write "
            f'"{units.CURRENT_DENSITY.example}"; plate deposits, strip dissolves'
            " [E254]"
        )
    return "c_rate" if "C" in current.split("/")[0] else "current_density"


def listed(steps: Sequence[Step], repeat: int, nominal: str | None) -> Protocol:
    """Protocol of these steps, repeated, with a ``nominal`` capacity.  Raises ScenarioError."""
    if not isinstance(steps, Sequence) or isinstance(steps, str):
        raise ScenarioError(
            'with_protocol: steps must be a list, such as [plate(...), rest("10 min")] [E255]'
        )
    table: dict[str, Any] = {"steps": tuple(steps), "repeat": repeat if repeat != 1 else None}
    if nominal is not None:
        table["nominal_capacity"] = nominal
    return _checked(Protocol, "with_protocol", table)


def _checked(kind: type[Kind], call: str, settings: Mapping[str, Any]) -> Kind:
    try:
        return kind.model_validate(settings)
    except ValidationError as error:
        raise ScenarioError(joined(describe(error, kind, lambda key: call), call)) from None
