"""Ratio N/P of the charge in the lithium of a cell to the capacity of its positive electrode.

    N/P = Q_Li/Q_P,    Q_Li = F h/V_m

with the mean thickness h of the lithium that can be stripped: all of it on a collector; without
one, down to one surface element above the edge of the box, where it is exhausted in a run.  0 is an
anode-free cell.
"""

from __future__ import annotations

from deposition.common.constants import FARADAY, MAH_PER_CM2, MICROMETRE
from deposition.common.errors import ScenarioError
from deposition.mesh.cell import COLLECTOR, LITHIUM, Cell
from deposition.mesh.footprint import projected_area
from deposition.scenario import Scenario
from deposition.scenario.counter import Positive

TOLERANCE = 0.01
"""Relative deviation from a stated N/P that is accepted: the outline of a surface is not flat."""


def strippable_charge(scenario: Scenario, cell: Cell) -> float:
    """Q_Li of the initial cell, C/m² of projected area."""
    thickness = cell.volume(LITHIUM) / projected_area(cell) * MICROMETRE
    if not cell.in_region(COLLECTOR).any():
        thickness = max(0.0, thickness - scenario.mesh.surface_size)
    return FARADAY * thickness / scenario.lithium.molar_volume


def n_to_p(scenario: Scenario, cell: Cell) -> float | None:
    """N/P; None without a positive electrode, or where lithium has no thickness."""
    if not isinstance(scenario.counter, Positive) or scenario.interface == "fixed":
        return None
    return strippable_charge(scenario, cell) / scenario.counter.capacity


def n_to_p_text(scenario: Scenario, cell: Cell) -> str:
    """N/P with the two charges; empty without it."""
    ratio, counter = n_to_p(scenario, cell), scenario.counter
    if ratio is None or not isinstance(counter, Positive):
        return ""
    lithium = strippable_charge(scenario, cell) / MAH_PER_CM2
    free = ", anode-free" if lithium == 0.0 else ""
    return (
        f"N/P = {ratio:.3g}{free}: {lithium:.4g} mAh/cm² of lithium that can be stripped, positive "
        f"electrode of {counter.capacity / MAH_PER_CM2:.4g} mAh/cm²"
    )


def check_n_to_p(scenario: Scenario, cell: Cell) -> None:
    """Raise ScenarioError if the lithium of the geometry does not make the N/P that is stated."""
    counter = scenario.counter
    stated = counter.n_to_p if isinstance(counter, Positive) else None
    if stated is None or not isinstance(counter, Positive):
        return
    ratio = n_to_p(scenario, cell)
    if ratio is None:
        raise ScenarioError(
            'counter.n_to_p: with interface = "fixed" lithium has no thickness, and no amount that '
            "could be used up. Leave n_to_p out. [E939]"
        )
    if abs(ratio - stated) <= TOLERANCE * stated:
        return
    needed = stated * counter.capacity
    missing = needed - strippable_charge(scenario, cell)
    height = missing * scenario.lithium.molar_volume / FARADAY / MICROMETRE
    change = f"{abs(height):.4g} µm {'more' if height > 0.0 else 'less'}"
    other = (
        f', or counter.capacity = "{counter.capacity * ratio / stated / MAH_PER_CM2:.4g} mAh/cm^2"'
        if ratio > 0.0 < stated
        else ""
    )
    raise ScenarioError(
        f"counter.n_to_p = {stated:g} is not met by the lithium of {scenario.geometry.file}: "
        f"{n_to_p_text(scenario, cell)}. State a geometry with {change} lithium on the "
        f"mean{other}, or leave n_to_p out. [E940]"
    )
