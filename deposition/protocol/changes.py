"""A protocol that is changed while a run is in it, or after its end."""

from __future__ import annotations

from dataclasses import replace

from deposition.common.errors import ScenarioError
from deposition.protocol.plan import Progress, ProtocolPlan
from deposition.protocol.protocol_step import ProtocolStep, StopReason
from deposition.protocol.words import step_in_words

FINAL = (
    StopReason.SHORT_CIRCUIT,
    StopReason.SEPARATOR_REACHED,
    StopReason.LITHIUM_EXHAUSTED,
)
"""Stop reasons that no other load or limit revokes."""


def progress_in(after: ProtocolPlan, before: ProtocolPlan, progress: Progress) -> Progress:
    """Progress of a run in the protocol ``after`` that replaces ``before``.

    Protocol steps before the present one must be the same in both.  The present one may have
    another load of the same direction, and other end conditions: charge and time that have passed
    in it count, and one that has ended continues if its new end conditions are not met.  Raises
    ScenarioError if the run cannot continue with ``after``.
    """
    number = progress.protocol_step
    if after.protocol_steps[:number] != before.protocol_steps[:number] or number >= len(
        after.protocol_steps
    ):
        raise ScenarioError(
            f"the run is in protocol step {number + 1}; those before it have passed and cannot be "
            f"changed. Change protocol step {number + 1} or later ones, and keep the others. [E504]"
        )
    old, new = before.protocol_step(progress), after.protocol_step(progress)
    if new.sign != old.sign:
        raise ScenarioError(
            f"protocol step {number + 1} ({step_in_words(old)}) has begun: its direction cannot "
            "change. End it by its capacity, and state the other direction in a further step of "
            "protocol.steps. [E505]"
        )
    if new != old:
        progress = _continued(old, new, progress)
    if after.complete(progress):
        raise ScenarioError(
            f"the run is complete: nothing is left of its protocol after {step_in_words(new)}. "
            'Extend it, as with --set protocol.capacity="2 mAh/cm^2", or add a step to '
            "protocol.steps. [E506]"
        )
    return progress


def _continued(old: ProtocolStep, new: ProtocolStep, progress: Progress) -> Progress:
    """Progress in a protocol step whose load or end conditions have changed."""
    met = new.end(progress.time, progress.charge)
    if not progress.ended:
        if met is not None:
            raise ScenarioError(
                f"protocol step {progress.protocol_step + 1} is beyond its new {met} already: "
                f"{step_in_words(new)}. State a larger {met}. [E507]"
            )
        return progress
    reason = StopReason(progress.ended)
    wider = new.voltage_limit > old.voltage_limit or new.minimum_voltage < old.minimum_voltage
    limited = reason is StopReason.VOLTAGE_LIMIT and not wider
    same_load = new.applied == old.applied
    if met is not None or reason in FINAL or (limited and same_load):
        return progress
    return replace(progress, ended="")
