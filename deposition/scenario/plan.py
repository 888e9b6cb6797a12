"""The stages that the ``[protocol]`` section asks for."""

from __future__ import annotations

import math
from collections.abc import Mapping

from deposition.protocol.plan import Plan
from deposition.protocol.stage import ConstantCurrent, ConstantVoltage, End, Stage, Then
from deposition.scenario.protocol import Protocol, Step


def plan_of(protocol: Protocol) -> Plan:
    """The stages that a protocol asks for."""
    return Plan(tuple(_stages(protocol, protocol.nominal_capacity, {})))


def _stages(step: Step, nominal: float | None, choices: Mapping[End, Then]) -> list[Stage]:
    """What a step stands for: itself, or its own steps, repeated.

    nominal: capacity that rates refer to, C/m²; choices: of the lists that the step stands in, of
    which an inner one's takes the place of an outer one's
    """
    here = {**choices, **_choices(step)}
    if step.steps is None:
        return [stage_of(step, nominal, here)]
    once = [stage for inner in step.steps for stage in _stages(inner, nominal, here)]
    return once * (step.repeat or 1)


def stage_of(step: Step, nominal: float | None, choices: Mapping[End, Then]) -> Stage:
    """What a step that is no list asks for, with what follows its events (see ``_stages``)."""
    current = ConstantCurrent(step.density(nominal))
    return Stage(
        current if step.voltage is None else ConstantVoltage(step.voltage),
        duration=_or_none(step.duration if step.rest is None else step.rest),
        capacity=_or_none(step.capacity),
        voltage_limit=_or_none(step.voltage_limit),
        on=choices,
    )


def _or_none(value: float | None) -> float:
    return math.inf if value is None else value


def _choices(step: Step) -> dict[End, Then]:
    chosen = step.on.model_dump(exclude_none=True) if step.on else {}
    return {End(end): Then(then) for end, then in chosen.items()}
