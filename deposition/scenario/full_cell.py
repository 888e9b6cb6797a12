"""Check of a protocol against the counter electrode: voltage limits, and the capacity of a positive
electrode."""

from __future__ import annotations

import math

from deposition.protocol.plan import ProtocolPlan
from deposition.protocol.words import charge_text
from deposition.scenario.counter import Positive

ROUNDING = 1e-9
"""Relative excess of a charge over a capacity that is rounding."""


def check_limits(plan: ProtocolPlan, positive: bool) -> None:
    """Raise ValueError for a limit that no voltage of a step can reach.

    positive: the counter electrode is a positive electrode, and the cell voltage positive
    """
    for number, step in enumerate(plan.protocol_steps, start=1):
        minimum = math.isfinite(step.minimum_voltage)
        if minimum and (not positive or step.sign >= 0.0):
            raise ValueError(
                f"protocol step {number}: minimum_voltage ends the discharge of a full cell, a "
                "negative current opposite a positive electrode. State voltage_limit instead "
                "[E202]"
            )
        if positive and step.sign < 0.0 and math.isfinite(step.voltage_limit):
            raise ValueError(
                f"protocol step {number}: voltage_limit is in the direction of the current, and "
                "the voltage of a full cell does not become negative. State minimum_voltage, such "
                'as "3 V" [E203]'
            )


def check_start(plan: ProtocolPlan, counter: Positive) -> None:
    """Raise ValueError where the open-circuit voltage at the start is beyond the limit of the first
    step with a current, which would end at once."""
    number = plan.first_with_current
    step = plan.protocol_steps[number]
    voltage = counter.potential.potential(counter.lithiation)[0]
    if step.sign and step.is_limited and step.beyond(voltage) >= 0.0:
        charges = step.sign > 0.0
        key = "voltage_limit" if charges else "minimum_voltage"
        limit = step.voltage_limit if charges else step.minimum_voltage
        raise ValueError(
            f"protocol step {number + 1}: {key} = {limit:g} V, and the open-circuit voltage is "
            f"{voltage:.4g} V at the initial lithiation of {counter.lithiation:g}: the step would "
            f"end at once. State a {'higher' if charges else 'lower'} one, or another lithiation "
            "[E941]"
        )


def check_capacity(plan: ProtocolPlan, counter: Positive) -> None:
    """Raise ValueError where a positive electrode cannot hold or give the charge of the protocol.

    Up to the first step whose charge is not known in advance; a step with a limit of the voltage
    ends before the electrode does.
    """
    low, high = counter.potential.bounds
    charge, start, capacity = 0.0, counter.lithiation, counter.capacity
    for number, step in enumerate(plan.protocol_steps, start=1):
        if not math.isfinite(step.charge) or step.is_limited:
            return
        charge += step.sign * step.charge
        x = start - charge / capacity
        if low - ROUNDING <= x <= high + ROUNDING:
            continue
        given = (start - low if charge > 0.0 else high - start) * capacity
        way = "give" if charge > 0.0 else "take"
        raise ValueError(
            f"protocol step {number}: {charge_text(abs(charge))} in all, and the positive "
            f"electrode can {way} {charge_text(given)} from its lithiation of {start:g}, within "
            f"{low:g} to {high:g} of its open-circuit potential. State less capacity, a limit of "
            "the voltage, or a larger counter.capacity [E256]"
        )
