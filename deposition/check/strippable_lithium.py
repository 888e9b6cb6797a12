"""Whether there is as much lithium as a protocol strips.

Without a collector the metal ends at the edge of the box, which should never be felt.  On a
collector the lithium may well be used up: a stage that strips for a time does so until nothing is
left, while one that strips a stated charge is taken at its word.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface.connectivity import anchor_points
from deposition.interface.strippable_lithium import exhausted_at
from deposition.mesh.cell import COLLECTOR, LITHIUM, Floats
from deposition.mesh.footprint import projected_area
from deposition.protocol import OnEvent, ProtocolStep, StopReason
from deposition.scenario import Scenario
from deposition.scenario.plan import plan_of
from deposition.simulation.initial import Start

ROUNDING = 1e-6
"""Share of a stage's charge that it may strip beyond what there is."""


def too_little_lithium(scenario: Scenario, start: Start) -> Iterator[str]:
    """What to say of a protocol that strips more lithium than there is, or than the mesh allows."""
    if scenario.interface == "fixed":
        return
    protocol_steps = plan_of(scenario.protocol).protocol_steps
    changes = [_signed(protocol_step) * _per_charge(scenario) for protocol_step in protocol_steps]
    there = start.cell.volume(LITHIUM) / projected_area(start.cell)
    if start.cell.in_region(COLLECTOR).any():
        yield from _off_a_collector(protocol_steps, changes, there)
    elif there:
        size = scenario.mesh.surface_size / MICROMETRE
        thin = _thin(start, size)
        at_once, in_time = (
            _at_once(changes, thin, size),
            _to_the_edge(protocol_steps, changes, there, size),
        )
        yield from at_once if len(thin) else in_time


def _per_charge(scenario: Scenario) -> float:
    """Thickness of dense lithium of a charge per area, µm/(C/m²)."""
    return scenario.lithium.molar_volume / FARADAY / MICROMETRE


def _signed(protocol_step: ProtocolStep) -> float:
    """Charge that a stage plates (> 0) or strips (< 0), C/m²; infinite where it is not known."""
    return protocol_step.sign * protocol_step.charge if protocol_step.sign else 0.0


def _thin(start: Start, size: float) -> Floats:
    """Where the lithium is less than ``size`` (µm) thick, (d,) µm; empty if nowhere."""
    return exhausted_at(start.cell, start.surface, anchor_points(start.cell), size)


def _at_once(changes: Sequence[float], thin: Floats, size: float) -> Iterator[str]:
    """Lithium that is thinner than a cell of the mesh, ``size`` in µm, unless plated on first."""
    first = next((change for change in changes if change), 0.0)
    if first < 0.0:
        place = ", ".join(f"{x:.3g}" for x in thin)
        yield (
            f"the lithium below ({place}) µm is thinner than mesh.surface_size ({size:.3g} µm), to "
            "which it can be stripped: every stage that strips will end at once; raise "
            "geometry.parameters.base, or set a smaller mesh.surface_size"
        )


def _to_the_edge(
    protocol_steps: Sequence[ProtocolStep], changes: Sequence[float], there: float, size: float
) -> Iterator[str]:
    """Lithium of a mean thickness ``there`` that can be stripped to ``size``, both in µm."""
    deepest = max(_net_stripped(protocol_steps, changes), default=0.0)
    if deepest * (1.0 - ROUNDING) > max(0.0, there - size):
        yield (
            f"the protocol strips up to {deepest:.3g} µm of lithium, net, and there are "
            f"{there:.3g} µm on the mean, which can be stripped to mesh.surface_size "
            f"({size:.3g} µm): a stage will end before; raise geometry.parameters.base, strip "
            "less, or say in on_event.lithium_exhausted what follows"
        )


def _net_stripped(
    protocol_steps: Sequence[ProtocolStep], changes: Sequence[float]
) -> Iterator[float]:
    """Net thickness (µm) stripped at the end of each stage that is not meant to use all up."""
    net = 0.0
    for protocol_step, change in zip(protocol_steps, changes, strict=True):
        if change == math.inf:
            return
        if math.isfinite(change):
            net -= change
            if change < 0.0 and not _says_what_follows(protocol_step):
                yield net


def _off_a_collector(
    protocol_steps: Sequence[ProtocolStep], changes: Sequence[float], there: float
) -> Iterator[str]:
    """The first stage that would strip a charge that is not there; ``there`` (µm) at the start."""
    left = there
    for number, (protocol_step, change) in enumerate(zip(protocol_steps, changes, strict=True), 1):
        if change == math.inf:
            return
        if math.isfinite(change):
            if -change * (1.0 - ROUNDING) > left and not _until_used_up(protocol_step):
                yield (
                    f"stage {number} strips {-change:.3g} µm of lithium, and {left:.3g} µm are on "
                    "the collector by then: it will end before; plate more, strip less, or say in "
                    "on_event.lithium_exhausted what follows"
                )
                return
            left = max(0.0, left + change)


def _until_used_up(protocol_step: ProtocolStep) -> bool:
    """Whether a stage is meant to strip a collector bare: it has a time, but no charge."""
    by_time = (
        protocol_step.charge < protocol_step.capacity
        and StopReason.LITHIUM_EXHAUSTED not in protocol_step.on_event
    )
    return by_time or _says_what_follows(protocol_step)


def _says_what_follows(protocol_step: ProtocolStep) -> bool:
    """Whether the scenario goes on, or ends well, after the lithium of a stage is used up."""
    return (
        protocol_step.on_event.get(StopReason.LITHIUM_EXHAUSTED, OnEvent.ERROR) is not OnEvent.ERROR
    )
