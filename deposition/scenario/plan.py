"""The stages that the ``[protocol]`` section asks for."""

from __future__ import annotations

import math
from collections.abc import Mapping

from deposition.protocol.plan import ProtocolPlan
from deposition.protocol.protocol_step import (
    ConstantCurrent,
    ConstantVoltage,
    OnEvent,
    ProtocolStep,
    StopReason,
)
from deposition.scenario.protocol import Protocol, Step


def plan_of(protocol: Protocol) -> ProtocolPlan:
    """The stages that a protocol asks for."""
    return ProtocolPlan(tuple(_protocol_steps(protocol, protocol.nominal_capacity, {})))


def _protocol_steps(
    step: Step, nominal: float | None, choices: Mapping[StopReason, OnEvent]
) -> list[ProtocolStep]:
    """What a step stands for: itself, or its own steps, repeated.

    nominal: capacity that rates refer to, C/m²; choices: of the lists that the step stands in, of
    which an inner one's takes the place of an outer one's
    """
    here = {**choices, **_choices(step)}
    if step.steps is None:
        return [protocol_step_of(step, nominal, here)]
    once = [
        protocol_step
        for inner in step.steps
        for protocol_step in _protocol_steps(inner, nominal, here)
    ]
    return once * (step.repeat or 1)


def protocol_step_of(
    step: Step, nominal: float | None, choices: Mapping[StopReason, OnEvent]
) -> ProtocolStep:
    """The protocol step of a step that is no list; ``choices``: what follows its events."""
    current = ConstantCurrent(step.density(nominal))
    return ProtocolStep(
        current if step.voltage is None else ConstantVoltage(step.voltage),
        duration=_or_none(step.duration if step.rest is None else step.rest),
        capacity=_or_none(step.capacity),
        voltage_limit=_or_none(step.voltage_limit),
        on_event=choices,
    )


def _or_none(value: float | None) -> float:
    return math.inf if value is None else value


def _choices(step: Step) -> dict[StopReason, OnEvent]:
    chosen = step.on_event.model_dump(exclude_none=True) if step.on_event else {}
    return {StopReason(end): OnEvent(then) for end, then in chosen.items()}
