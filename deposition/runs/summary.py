"""``summary.json``: the numbers of a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from deposition.analysis.current import current_p99_over_mean
from deposition.analysis.dead_lithium import displacements, potentials
from deposition.analysis.morphology import Reference, measure
from deposition.analysis.solvent import electrolyte_volume
from deposition.common.constants import AT_REST, MAH_PER_CM2, MICROMETRE, MILLIVOLT
from deposition.laws.thermodynamics import Wagner
from deposition.protocol import StopReason
from deposition.results.contact_table import ContactRow
from deposition.results.element_table import ElementRow, largest_errors
from deposition.results.inventory_table import Inventory, InventoryRow, cycles_of
from deposition.results.protocol_step_table import Row, coulombic_efficiency, overall_efficiency
from deposition.scenario.measured import Measured
from deposition.simulation.state import State

LEAST_SOLVENT = 1e-9
"""Volume of solvent (µL/cm²) that is only rounding."""

LEAST_CHANGE = 1e-12
"""Change of an amount of lithium (mAh/cm²) that is only rounding."""

EVENTS = set(StopReason) - {StopReason.DURATION, StopReason.CAPACITY, StopReason.SPECTRUM}


@dataclass(frozen=True)
class Ending:
    """The end of a run.

    completed  the protocol was completed
    reason     what stopped the run before, else empty
    wall_s     wall time, s
    """

    completed: bool
    reason: str
    wall_s: float


@dataclass(frozen=True, eq=False)
class Milestones:
    """Three states of a run, the protocol steps that have ended, the contacts of bodies, and the
    inventories of lithium and of further elements after each step.

    first   at t = 0⁺, with the current before any salt has moved
    steady  the initial cell with its steady current; NaN if there is none
    last    of the run
    least_dead_body  least dead lithium that the mesh resolves, mAh/cm²
    """

    first: State
    steady: State
    last: State
    protocol_steps: Sequence[Row] = ()
    contacts: Sequence[ContactRow] = ()
    inventory: Sequence[InventoryRow] = ()
    elements: Sequence[ElementRow] = ()
    least_dead_body: float = math.nan


def summarise(
    scenario: str,
    reference: Reference,
    milestones: Milestones,
    ending: Ending,
    wagner: Wagner,
    measured: Measured | None = None,
    n_to_p: float | None = None,
) -> dict[str, Any]:
    """The content of ``summary.json``.

    wagner    Wagner number of the initial surface
    measured  cell voltage measured under the conditions of the run
    n_to_p    N/P of a full cell
    """
    last = milestones.last
    return {
        "scenario": scenario,
        "completed": ending.completed,
        "stopped_because": ending.reason or None,
        "capacity_mAh_cm2": last.rounded_areal_charge / MAH_PER_CM2,
        "charge_passed_mAh_cm2": last.progress.charge_throughput / MAH_PER_CM2,
        "time_s": last.time,
        **_of_the_protocol(milestones.protocol_steps),
        "contacts": [row.as_entry() for row in milestones.contacts],
        **_of_lithium(milestones.inventory),
        **_of_solvent(milestones),
        **_of_fragments(milestones),
        **_of_elements(milestones.elements),
        "steps": last.step,
        "wall_s": ending.wall_s,
        **_balances(last),
        "wagner": wagner.number,
        "polarization_length_um": wagner.length / MICROMETRE,
        "steady_conductivity_S_m": wagner.steady_conductivity,
        "n_to_p": n_to_p,
        **_voltages(milestones, measured),
        "overpotential_mV": _overpotentials(milestones.steady),
        "current_p99_over_mean_first": current_p99_over_mean(milestones.steady),
        "current_p99_over_mean_last": current_p99_over_mean(last),
        **_deposit(reference, last),
        **_dead_lithium(milestones),
        "c_min_mol_m3": float(np.nanmin(last.concentration)),
        "vertices": len(last.cell.points),
        "dimension": last.cell.dim,
    }


def _of_the_protocol(protocol_steps: Sequence[Row]) -> dict[str, Any]:
    return {
        "protocol_steps": len(protocol_steps),
        "ended_by": protocol_steps[-1].ended_by if protocol_steps else None,
        "events": [row.as_event() for row in protocol_steps if row.ended_by in EVENTS],
        "coulombic_efficiency": coulombic_efficiency(protocol_steps) or None,
        "coulombic_efficiency_overall": overall_efficiency(protocol_steps),
    }


def _of_lithium(rows: Sequence[InventoryRow]) -> dict[str, Any]:
    """Gain of each part of the lithium inventory over the run, its error, and the losses of each
    cycle; empty without an inventory."""
    if not rows:
        return {}
    first, last = rows[0].inventory, rows[-1].inventory
    parts = ("metal", "dead_metal", "total_sei", *(f.name for f in fields(Inventory)[4:]))
    changes = {part: getattr(last, part) - getattr(first, part) for part in parts}
    gained = {part: x if abs(x) > LEAST_CHANGE else 0.0 for part, x in changes.items()}
    return {
        "lithium_gained_mAh_cm2": gained,
        "lithium_error": rows[-1].lithium_error,
        "cycles": [row.as_entry() for row in cycles_of(rows)] or None,
    }


def _of_solvent(milestones: Milestones) -> dict[str, Any]:
    """Solvent that the SEI has consumed, and its share of the electrolyte; empty where none is
    known to be."""
    rows = milestones.inventory
    consumed = rows[-1].solvent_uL_cm2 if rows else math.nan
    if not consumed > LEAST_SOLVENT:
        return {}
    share = consumed / electrolyte_volume(milestones.first.cell)
    return {"solvent_consumed_uL_cm2": consumed, "solvent_consumed_share": share}


def _of_fragments(milestones: Milestones) -> dict[str, Any]:
    """Dead lithium that the mesh does not resolve, and its share of all that lost its connection;
    empty where no lithium did."""
    rows = milestones.inventory
    if not rows:
        return {}
    removed = rows[-1].fragments_mAh_cm2
    isolated = rows[-1].inventory.dead_metal - rows[0].inventory.dead_metal
    if not removed and abs(isolated) <= LEAST_CHANGE:
        return {}
    whole = removed + max(isolated, 0.0)
    return {
        "dead_lithium_resolution_mAh_cm2": milestones.least_dead_body,
        "fragments_mAh_cm2": removed,
        "fragments_share": removed / whole if whole > 0.0 else None,
    }


def _of_elements(rows: Sequence[ElementRow]) -> dict[str, Any]:
    """Gain of each part of iodine and nitrogen over the run, and the largest error of the balance;
    empty without such species."""
    if not rows:
        return {}
    first, last = rows[0].contents, rows[-1].contents
    return {
        "elements_gained_mol_m2": {
            symbol: {
                part.name: getattr(content, part.name) - getattr(first[symbol], part.name)
                for part in fields(content)
            }
            for symbol, content in last.items()
        },
        "element_error": max(largest_errors(rows).values()),
    }


def _voltages(milestones: Milestones, measured: Measured | None) -> dict[str, Any]:
    """Initial, steady-state and final cell voltage, and the measured one."""
    steady = milestones.steady.voltage
    alone = milestones.last.progress.protocol_step == 0
    stated = None if measured is None else measured.cell_voltage
    return {
        "cell_voltage_first_V": milestones.first.voltage,
        "cell_voltage_steady_V": steady,
        "cell_voltage_V": milestones.last.voltage,
        "cell_voltage_drift_percent": _percent_over(milestones.last.voltage, steady)
        if alone
        else None,
        "measured_cell_voltage_V": stated,
        "measured_difference_percent": None if stated is None else _percent_over(steady, stated),
        "measured_words": (measured.words or None) if measured is not None else None,
    }


def _overpotentials(steady: State) -> dict[str, float] | None:
    """Power by mechanism over the current in the steady state, mV; they add up to its cell voltage,
    less the open-circuit potential of a positive electrode.  None without a steady current."""
    density, losses = steady.applied_current_density, steady.run_state.losses
    if not losses.total or abs(density) < AT_REST:
        return None
    each = losses.per(MILLIVOLT * density).by_mechanism
    return {name: volts for name, volts in each.items() if volts}


def _percent_over(value: float, reference: float) -> float:
    return 100.0 * (value / reference - 1.0) if reference else float("nan")


def _balances(last: State) -> dict[str, float]:
    return {
        "faraday_error": last.balance.faraday_error,
        "salt_error": last.balance.salt_error,
        "salt_correction": last.balance.salt_correction,
        "pocket_salt_correction": last.balance.pocket_correction,
        "volume_correction": last.balance.volume_correction,
        "film_error": last.balance.film_error,
        "dead_lithium_error": last.balance.dead_lithium_error,
        "dead_lithium_net_current": last.balance.dead_lithium_net_current,
    }


def _dead_lithium(milestones: Milestones) -> dict[str, Any]:
    """Potential and rise of floating dead lithium; empty if none floats."""
    potential = potentials(milestones.last)
    if not potential:
        return {}
    moved = displacements(milestones.first, milestones.last)
    return {"dead_lithium_potential_V": potential, "dead_lithium_rise_um": moved}


def _deposit(reference: Reference, last: State) -> dict[str, Any]:
    """Morphology; voids are an area in 2D and a volume in 3D, the other of the two is null."""
    shape = measure(reference, last.cell, last.surface)
    flat = last.cell.dim == 2
    return {
        "height_mean_um": shape.height_mean,
        "height_max_um": shape.height_max,
        "height_min_um": shape.height_min,
        "roughness_rms_um": shape.roughness_rms,
        "peak_to_valley_um": shape.peak_to_valley,
        "height_mean_by_film_um": shape.height_mean_by_film,
        "void_area_um2": last.void_area if flat else None,
        "void_volume_um3": None if flat else last.void_area,
        "roughness_factor": shape.roughness_factor,
    }
