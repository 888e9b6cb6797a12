"""Steps of a protocol in Python, for ``Scenario.asking``.

3 * [plate("0.5 mA/cm^2", capacity="0.1 mAh/cm^2"), rest("10 min"), strip("C/2", ...)]

Currents are given without a sign: the name says which way they flow.
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
    """Deposit with a current density ("0.5 mA/cm^2") or a rate ("C/2").

    settings: the other keys of a step: capacity, duration, voltage_limit, on.  Raises ScenarioError
    that lists everything that is wrong.
    """
    said = f'plate("{current}")'
    return _checked(Step, said, {_kind(current, said): current, **settings})


def strip(current: str, **settings: Any) -> Step:
    """Dissolve with a current density ("0.5 mA/cm^2") or a rate ("C/2"); see ``plate``."""
    said = f'strip("{current}")'
    return _checked(Step, said, {_kind(current, said): f"-{current.strip()}", **settings})


def hold(voltage: str, **settings: Any) -> Step:
    """Hold a voltage ("20 mV"; positive plates); see ``plate``."""
    return _checked(Step, f'hold("{voltage}")', {"voltage": voltage, **settings})


def rest(time: str) -> Step:
    """Pass no current for a time ("10 min")."""
    return _checked(Step, f'rest("{time}")', {"rest": time})


def _kind(current: object, said: str) -> str:
    """``c_rate`` for what has no unit but C.  Raises ScenarioError unless it is text without -."""
    if not isinstance(current, str) or current.strip().startswith("-"):
        raise ScenarioError(
            f"{said}: write the current as text without a sign, such as "
            f'"{units.CURRENT_DENSITY.example}"; plate deposits, strip dissolves'
            " [E254]"
        )
    return "c_rate" if "C" in current.split("/")[0] else "current_density"


def listed(steps: Sequence[Step], repeat: int, nominal: str | None) -> Protocol:
    """A protocol of these steps, repeated, at a ``nominal`` capacity.  Raises ScenarioError."""
    if not isinstance(steps, Sequence) or isinstance(steps, str):
        raise ScenarioError(
            'asking: steps must be a list, such as [plate(...), rest("10 min")] [E255]'
        )
    table: dict[str, Any] = {"steps": tuple(steps), "repeat": repeat if repeat != 1 else None}
    if nominal is not None:
        table["nominal_capacity"] = nominal
    return _checked(Protocol, "asking", table)


def _checked(kind: type[Kind], said: str, settings: Mapping[str, Any]) -> Kind:
    try:
        return kind.model_validate(settings)
    except ValidationError as error:
        raise ScenarioError(joined(describe(error, kind, lambda key: said), said)) from None
