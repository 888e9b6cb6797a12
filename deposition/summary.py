"""``summary.json``: a run in twenty numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from deposition.constants import MAH_PER_CM2, MICROMETRE
from deposition.laws.thermodynamics import Wagner
from deposition.morphology import Reference, current_max_over_mean, measure
from deposition.state import State


@dataclass(frozen=True)
class Ending:
    """How a run ended.

    completed  whether the whole charge was passed
    reason     why it stopped before, else empty
    wall_s     seconds of wall time
    """

    completed: bool
    reason: str
    wall_s: float


def summarise(
    scenario: str,
    reference: Reference,
    steady: State,
    last: State,
    ending: Ending,
    wagner: Wagner,
) -> dict[str, Any]:
    """The content of ``summary.json``.

    steady  the initial cell with its steady current (what ``…_first`` is about)
    last    the last state
    wagner  what rules the current distribution on the initial surface
    """
    return {
        "scenario": scenario,
        "completed": ending.completed,
        "stopped_because": ending.reason or None,
        "capacity_mAh_cm2": last.capacity / MAH_PER_CM2,
        "time_s": last.time,
        "steps": last.step,
        "wall_s": ending.wall_s,
        **_balances(last),
        "wagner": wagner.number,
        "kappa_R_um": wagner.length / MICROMETRE,
        "kappa_steady_S_m": wagner.steady_conductivity,
        "cell_voltage_V": last.voltage,
        "max_over_mean_current_first": current_max_over_mean(steady),
        "max_over_mean_current_last": current_max_over_mean(last),
        **_deposit(reference, last),
        "c_min_mol_m3": float(np.nanmin(last.concentration)),
        "vertices": len(last.cell.points),
        "dimension": last.cell.dim,
    }


def _balances(last: State) -> dict[str, float]:
    return {
        "faraday_error": last.balance.faraday_error,
        "salt_error": last.balance.salt_error,
        "salt_correction": last.balance.salt_correction,
        "salt_correction_of_a_pool": last.balance.pool_correction,
        "volume_correction": last.balance.volume_correction,
        "film_error": last.balance.film_error,
    }


def _deposit(reference: Reference, last: State) -> dict[str, Any]:
    """Morphology; voids are an area in 2D and a volume in 3D, and the other of the two is null."""
    shape = measure(reference, last.cell, last.surface)
    flat = last.cell.dim == 2
    return {
        "height_mean_um": shape.height_mean,
        "height_max_um": shape.height_max,
        "height_min_um": shape.height_min,
        "roughness_rms_um": shape.roughness_rms,
        "relief_um": shape.relief,
        "height_mean_by_film_um": shape.height_mean_by_film,
        "void_area_um2": last.void_area if flat else None,
        "void_volume_um3": None if flat else last.void_area,
        "surface_length_ratio": shape.surface_length_ratio,
    }
