"""Conversion of the ``[protocol]`` section into the protocol steps of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

from deposition.protocol.plan import ProtocolPlan
from deposition.protocol.protocol_step import (
    ConstantCurrent,
    ConstantVoltage,
    ImpedanceSpectrum,
    OnEvent,
    ProtocolStep,
    StopReason,
    VoltageSweep,
)
from deposition.scenario.protocol import Protocol, Step


def plan_of(protocol: Protocol) -> ProtocolPlan:
    """The protocol steps of a protocol, with its lists expanded."""
    return ProtocolPlan(tuple(_protocol_steps(protocol, protocol.nominal_capacity, {})))


def _protocol_steps(
    step: Step, nominal: float | None, choices: Mapping[StopReason, OnEvent]
) -> list[ProtocolStep]:
    """The protocol steps of a step: itself, or those of its list, repeated.

    nominal  capacity that C-rates refer to, C/m²
    choices  consequences of events, stated in the enclosing lists; inner ones take precedence
    """
    chosen = step.on_event.model_dump(exclude_none=True) if step.on_event else {}
    choices = {**choices, **{StopReason(end): OnEvent(then) for end, then in chosen.items()}}
    if step.sweep is not None:
        return [ProtocolStep(leg, duration=leg.duration, on_event=choices) for leg in legs_of(step)]
    if step.steps is None:
        return [protocol_step_of(step, nominal, choices)]
    once = [
        protocol_step
        for inner in step.steps
        for protocol_step in _protocol_steps(inner, nominal, choices)
    ]
    return once * (step.repeat or 1)


def legs_of(step: Step) -> list[VoltageSweep]:
    """The legs of a sweep from vertex to vertex, divided at 0 V: each has one sign."""
    assert step.sweep is not None and step.vertices is not None
    stops = [step.vertices[0]]
    for vertex in step.vertices[1:]:
        stops += [0.0] if stops[-1] * vertex < 0.0 else []
        stops.append(vertex)
    return [VoltageSweep(start, end, step.sweep) for start, end in pairwise(stops)]


def protocol_step_of(
    step: Step, nominal: float | None, choices: Mapping[StopReason, OnEvent]
) -> ProtocolStep:
    """The protocol step of a step that is no list; ``choices``: consequences of its events."""
    if step.eis is not None:
        eis = step.eis
        load = ImpedanceSpectrum(eis.lowest, eis.highest, eis.per_decade, eis.bias)
        return ProtocolStep(load, on_event=choices)
    current = ConstantCurrent(step.density(nominal))
    return ProtocolStep(
        current if step.voltage is None else ConstantVoltage(step.voltage),
        duration=_or_infinite(step.duration if step.rest is None else step.rest),
        capacity=_or_infinite(step.capacity),
        voltage_limit=_or_infinite(step.voltage_limit),
        minimum_voltage=-math.inf if step.minimum_voltage is None else step.minimum_voltage,
        on_event=choices,
    )


def _or_infinite(value: float | None) -> float:
    return math.inf if value is None else value
