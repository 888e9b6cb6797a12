"""Comparison of the charge that a protocol strips with the lithium in the cell.

Without a collector, lithium can be stripped down to one mesh element above the edge of the box.  On
a collector it can be exhausted: a protocol step with a duration is expected to strip all of it, one
with a capacity to find that much lithium.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface.connectivity import anchor_points
from deposition.interface.strippable_lithium import thinnest_lithium
from deposition.mesh.cell import COLLECTOR, LITHIUM, Floats
from deposition.mesh.footprint import projected_area
from deposition.protocol import OnEvent, ProtocolStep, StopReason
from deposition.scenario import Scenario
from deposition.scenario.plan import plan_of
from deposition.simulation.initial import Start

ROUNDING = 1e-6
"""Share of the stripped charge by which it may exceed the lithium in the cell."""


def too_little_lithium(scenario: Scenario, start: Start) -> Iterator[str]:
    """Warn if the protocol strips more lithium than the cell has or than the mesh resolves."""
    if scenario.interface == "fixed":
        return
    protocol_steps = plan_of(scenario.protocol).protocol_steps
    per_charge = scenario.lithium.molar_volume / FARADAY / MICROMETRE  # V_m/F, µm/(C/m²)
    changes = [_signed_charge(step) * per_charge for step in protocol_steps]
    thickness = start.cell.volume(LITHIUM) / projected_area(start.cell)
    if start.cell.in_region(COLLECTOR).any():
        yield from _from_a_collector(protocol_steps, changes, thickness)
    elif thickness:
        size = scenario.mesh.surface_size / MICROMETRE
        thin = thinnest_lithium(start.cell, start.surface, anchor_points(start.cell), size)
        if thin.exhausted:
            yield from _thinner_than_an_element(changes, thin.place, size)
        else:
            yield from _down_to_an_element(protocol_steps, changes, thickness, size)


def _signed_charge(protocol_step: ProtocolStep) -> float:
    """Charge that a protocol step plates (> 0) or strips (< 0), C/m²; infinite if unknown."""
    return protocol_step.sign * protocol_step.charge if protocol_step.sign else 0.0


def _thinner_than_an_element(changes: Sequence[float], thin: Floats, size: float) -> Iterator[str]:
    """Initial lithium thinner than an element, unless plated on first; size and place in µm."""
    first = next((change for change in changes if change), 0.0)
    if first < 0.0:
        place = ", ".join(f"{x:.3g}" for x in thin)
        yield (
            f"the lithium below ({place}) µm is thinner than mesh.surface_size ({size:.3g} µm), to "
            "which it can be stripped: every protocol step that strips will end immediately; draw "
            "more lithium there, or set a smaller mesh.surface_size"
        )


def _down_to_an_element(
    protocol_steps: Sequence[ProtocolStep], changes: Sequence[float], thickness: float, size: float
) -> Iterator[str]:
    """Lithium of a mean thickness that can be stripped down to an element of ``size``, µm."""
    stripped = max(_net_stripped(protocol_steps, changes), default=0.0)
    if stripped * (1.0 - ROUNDING) > max(0.0, thickness - size):
        yield (
            f"the protocol strips up to {stripped:.3g} µm of lithium (net) from a mean thickness "
            f"of {thickness:.3g} µm, which can be stripped to mesh.surface_size ({size:.3g} µm): a "
            "protocol step will end early; draw thicker lithium, strip less, or set "
            "on_event.lithium_exhausted"
        )


def _net_stripped(
    protocol_steps: Sequence[ProtocolStep], changes: Sequence[float]
) -> Iterator[float]:
    """Net thickness (µm) stripped after each protocol step without ``lithium_exhausted`` action."""
    net = 0.0
    for protocol_step, change in zip(protocol_steps, changes, strict=True):
        if change == math.inf:
            return
        if math.isfinite(change):
            net -= change
            if change < 0.0 and not _handles_exhaustion(protocol_step):
                yield net


def _from_a_collector(
    protocol_steps: Sequence[ProtocolStep], changes: Sequence[float], thickness: float
) -> Iterator[str]:
    """First protocol step that strips more than is left; ``thickness`` (µm) at the start."""
    left = thickness
    for number, (protocol_step, change) in enumerate(zip(protocol_steps, changes, strict=True), 1):
        if change == math.inf:
            return
        if math.isfinite(change):
            if -change * (1.0 - ROUNDING) > left and not _expects_exhaustion(protocol_step):
                yield (
                    f"protocol step {number} strips {-change:.3g} µm of lithium, and only "
                    f"{left:.3g} µm are left on the collector: it will end early; plate more, "
                    "strip less, or set on_event.lithium_exhausted"
                )
                return
            left = max(0.0, left + change)


def _expects_exhaustion(protocol_step: ProtocolStep) -> bool:
    """True if a protocol step may strip a collector bare: a duration limits it, no capacity."""
    by_time = (
        protocol_step.charge < protocol_step.capacity
        and StopReason.LITHIUM_EXHAUSTED not in protocol_step.on_event
    )
    return by_time or _handles_exhaustion(protocol_step)


def _handles_exhaustion(protocol_step: ProtocolStep) -> bool:
    """True if ``on_event.lithium_exhausted`` is set to continue or to end the run."""
    return (
        protocol_step.on_event.get(StopReason.LITHIUM_EXHAUSTED, OnEvent.ERROR) is not OnEvent.ERROR
    )
