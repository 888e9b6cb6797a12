"""The protocol of a scenario in one line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.protocol.protocol_step import ConstantVoltage, ProtocolStep
from deposition.protocol.words import _clock, _mah, step_in_words
from deposition.scenario.plan import plan_of, protocol_step_of

if TYPE_CHECKING:
    from deposition.scenario import Scenario
    from deposition.scenario.protocol import Protocol, Step

ROUNDING = 1e-9
"""Share by which charges differ that were stated to be equal."""


def protocol_line(scenario: Scenario) -> str:
    """The protocol of a scenario in one line, with what it passes in all."""
    protocol = scenario.protocol
    protocol_steps = plan_of(scenario.protocol).protocol_steps
    known, seconds = _charges(protocol_steps), sum(map(_seconds, protocol_steps))
    if not known or not any(known):
        return _step(protocol, protocol)
    most = (
        "at most: "
        if any(
            isinstance(protocol_step.applied, ConstantVoltage) for protocol_step in protocol_steps
        )
        else ""
    )
    total = most + _amounts(*known, scenario.lithium.molar_volume)
    within = f", in {_clock(seconds)}" if math.isfinite(seconds) else ""
    return f"{_step(protocol, protocol)}: {total}{within}"


def _seconds(protocol_step: ProtocolStep) -> float:
    """How long a stage takes, unless an event ends it."""
    density = (
        0.0 if isinstance(protocol_step.applied, ConstantVoltage) else protocol_step.applied.density
    )
    return protocol_step.left(0.0, 0.0, density)


def _charges(protocol_steps: Sequence[ProtocolStep]) -> tuple[float, float] | None:
    """What is plated and what is stripped, C/m²; None if only the run will tell."""
    signed = [
        protocol_step.sign * protocol_step.charge
        for protocol_step in protocol_steps
        if protocol_step.sign
    ]
    if not all(map(math.isfinite, signed)):
        return None
    return sum(q for q in signed if q > 0.0), -sum(q for q in signed if q < 0.0)


def _amounts(plated: float, stripped: float, molar_volume: float) -> str:
    net = abs(plated - stripped)
    height = net * molar_volume / FARADAY / MICROMETRE
    said = f"{height:.3g} µm of dense lithium"
    if not (plated and stripped):
        return f"{'plates' if plated else 'strips'} {_mah(net)}, {said}"
    both = f"plates {_mah(plated)}, strips {_mah(stripped)}"
    if math.isclose(plated, stripped, rel_tol=ROUNDING):
        return f"{both}: none gained or lost"
    way = "gained" if plated > stripped else "lost unless it is used up before"
    return f"{both}: {_mah(net)} {way}, {said}"


def _step(step: Step, protocol: Protocol) -> str:
    """A step, or a list of them with how often it is repeated."""
    if step.steps is None:
        return step_in_words(protocol_step_of(step, protocol.nominal_capacity, {}))
    texts = [_step(inner, protocol) for inner in step.steps]
    period = _period(texts)
    times = (step.repeat or 1) * len(texts) // period
    inside = ", ".join(texts[:period])
    return f"{times} x [{inside}]" if times > 1 else inside


def _period(texts: Sequence[str]) -> int:
    """The length of the shortest beginning of which the whole is a repetition."""
    count = len(texts)
    periods = (length for length in range(1, count + 1) if count % length == 0)
    return next(p for p in periods if all(texts[i] == texts[i % p] for i in range(count)))
