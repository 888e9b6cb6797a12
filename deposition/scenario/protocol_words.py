"""Summary of the protocol of a scenario in one line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deposition.common.constants import FARADAY, MICROMETRE, MILLIVOLT
from deposition.protocol.protocol_step import ConstantCurrent, ImpedanceSpectrum, ProtocolStep
from deposition.protocol.words import charge_text, duration_text, step_in_words
from deposition.scenario.plan import plan_of, protocol_step_of

if TYPE_CHECKING:
    from deposition.scenario import Scenario
    from deposition.scenario.protocol import Protocol, Step

ROUNDING = 1e-9
"""Relative tolerance at which plated and stripped charge are equal."""


def protocol_line(scenario: Scenario) -> str:
    """The protocol of a scenario in one line, with total charge and duration."""
    protocol = scenario.protocol
    steps = plan_of(protocol).protocol_steps
    known, seconds = _charges(steps), sum(map(_seconds, steps))
    if not known or not any(known):
        return _step(protocol, protocol)
    known_current = ConstantCurrent, ImpedanceSpectrum
    potentiostatic = not all(isinstance(step.applied, known_current) for step in steps)
    bound = "at most: " if potentiostatic else ""
    total = bound + _amounts(*known, scenario.lithium.molar_volume)
    within = f", in {duration_text(seconds)}" if math.isfinite(seconds) else ""
    return f"{_step(protocol, protocol)}: {total}{within}"


def _seconds(step: ProtocolStep) -> float:
    """Duration of a protocol step that no event ends, s."""
    density = step.applied.density if isinstance(step.applied, ConstantCurrent) else 0.0
    return step.left(0.0, 0.0, density)


def _charges(steps: Sequence[ProtocolStep]) -> tuple[float, float] | None:
    """Plated and stripped charge, C/m²; None if one is not known in advance."""
    signed = [step.sign * step.charge for step in steps if step.sign]
    if not all(map(math.isfinite, signed)):
        return None
    return sum(q for q in signed if q > 0.0), -sum(q for q in signed if q < 0.0)


def _amounts(plated: float, stripped: float, molar_volume: float) -> str:
    net = abs(plated - stripped)
    height = net * molar_volume / FARADAY / MICROMETRE
    thickness = f"{height:.3g} µm of dense lithium"
    if not (plated and stripped):
        return f"{'plates' if plated else 'strips'} {charge_text(net)}, {thickness}"
    both = f"plates {charge_text(plated)}, strips {charge_text(stripped)}"
    if math.isclose(plated, stripped, rel_tol=ROUNDING):
        return f"{both}: net charge 0"
    sign = "plated" if plated > stripped else "stripped, if the lithium suffices"
    return f"{both}: net {charge_text(net)} {sign}, {thickness}"


def _step(step: Step, protocol: Protocol) -> str:
    """Text of a step, or of a list with the number of its repetitions."""
    if step.sweep is not None:
        stops = " to ".join(f"{v / MILLIVOLT:.4g}" for v in step.vertices or ())
        return f"{stops} mV at {step.sweep / MILLIVOLT:.4g} mV/s"
    if step.steps is None:
        return step_in_words(protocol_step_of(step, protocol.nominal_capacity, {}))
    texts = [_step(inner, protocol) for inner in step.steps]
    period = _period(texts)
    times = (step.repeat or 1) * len(texts) // period
    inside = ", ".join(texts[:period])
    return f"{times} x [{inside}]" if times > 1 else inside


def _period(texts: Sequence[str]) -> int:
    """Length of the shortest initial part whose repetition is the whole list."""
    count = len(texts)
    divisors = (length for length in range(1, count + 1) if count % length == 0)
    return next(p for p in divisors if all(texts[i] == texts[i % p] for i in range(count)))
