"""Numbers of the couple I3⁻/I⁻ that no rate constant is needed for, or that follow from it.

    selectivity   σ = k_dead/k_connected
    Damköhler     k a/D_3 of dead lithium with a = d V/A (half side of a square, radius of a
                  sphere), k L/D_3 of connected lithium with the gap L = V_el/A_projected
    stock         Π = 2 V_m c_3 V_el/V_dead: share of the dead lithium that the iodine of a closed
                  cell dissolves at once; 1/Π turnovers dissolve all of it
    shuttle       i = 2 F I/{3 [1/k + L/(2 D_3) + L/(2 D_1)]} at connected lithium: self-discharge
    dissolution   t = [a/k + a²/(2 D_3)]/(2 V_m c_3), of dead lithium in c_3 that is held
    recovery      t = V_dead/(A V_m i/F) with the shuttle current i at k_dead: its supply

with all iodine I per volume, and c_3 = I/3.
Source: Levich, Physicochemical Hydrodynamics, 1962, §2, for the reaction with diffusion in series.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, nan

import numpy as np

from deposition.common.constants import FARADAY, HOUR, MAH_PER_CM2, MICROMETRE
from deposition.common.formula import atoms
from deposition.laws.iodine import IODIDE, TRIIODIDE
from deposition.laws.sei_columns import SeiColumns
from deposition.mesh.cell import DEAD_LITHIUM, ELECTROLYTE, LITHIUM
from deposition.mesh.footprint import projected_area
from deposition.scenario import Scenario
from deposition.scenario.reactions import IodideAtCounter, IodineOnLithium
from deposition.simulation.initial import Start

REST = 48 * HOUR
"""Duration of the rest test of Wang et al., s."""

LITTLE = 0.5
"""Stock below which a closed cell shows little."""

KINETIC = 0.3
"""Damköhler number below which kinetics controls."""


@dataclass(frozen=True)
class IodineNumbers:
    """Numbers of a scenario; NaN where one does not apply.

    k_dead, k_connected  mean rate constants of I3⁻, m/s
    selectivity          σ; inf if connected lithium does not react
    damkohler_dead, damkohler_connected
    stock, turnovers     Π and 1/Π of a closed cell
    regenerated          whether the counter electrode oxidises iodide
    shuttle_current      at connected lithium, A/m²
    dissolution_time, recovery_time  s
    """

    k_dead: float
    k_connected: float
    selectivity: float
    damkohler_dead: float
    damkohler_connected: float
    stock: float
    turnovers: float
    regenerated: bool
    shuttle_current: float
    dissolution_time: float
    recovery_time: float

    @property
    def self_discharge(self) -> float:
        """Lithium that the shuttle takes in 48 h, mAh/cm²."""
        return self.shuttle_current * REST / MAH_PER_CM2

    def entries(self) -> dict[str, float | bool | None]:
        """For ``summary.json``; null where a number does not apply."""
        found = {
            "rate_constant_dead_m_s": self.k_dead,
            "rate_constant_connected_m_s": self.k_connected,
            "selectivity": self.selectivity,
            "damkohler_dead": self.damkohler_dead,
            "damkohler_connected": self.damkohler_connected,
            "stock": self.stock,
            "turnovers": self.turnovers,
            "shuttle_current_A_m2": self.shuttle_current,
            "self_discharge_48_h_mAh_cm2": self.self_discharge,
            "dissolution_time_h": self.dissolution_time / HOUR,
            "recovery_time_h": self.recovery_time / HOUR,
        }
        finite = {key: value if np.isfinite(value) else None for key, value in found.items()}
        return {"regenerated": self.regenerated, **finite}


def iodine_numbers(scenario: Scenario, start: Start) -> IodineNumbers | None:
    """The numbers of a scenario on its cell; None if no I3⁻ reacts with lithium."""
    attacks = [one for one in scenario.reactions if isinstance(one, IodineOnLithium)]
    if not attacks:
        return None
    cell, surface, known = start.cell, start.surface, scenario.electrolyte.dissolved
    d3, d1 = known[TRIIODIDE].diffusivity, known[IODIDE].diffusivity
    gap = cell.volume(ELECTROLYTE) / projected_area(cell) * MICROMETRE
    dead, area = cell.volume(DEAD_LITHIUM), float(surface.area[surface.on(DEAD_LITHIUM)].sum())
    half = cell.dim * dead / area * MICROMETRE if area else nan
    k_dead = _rate_constant(attacks, start, DEAD_LITHIUM)
    k_connected = _rate_constant(attacks, start, LITHIUM)
    iodine = _iodine(scenario)
    metal = scenario.lithium.molar_volume
    closed = scenario.counter.kind != "reservoir"
    regenerated = any(isinstance(one, IodideAtCounter) for one in scenario.reactions)
    share = 2.0 * metal * iodine / 3.0 * cell.volume(ELECTROLYTE)
    stock = share / dead if dead and closed else nan

    def shuttle(k: float) -> float:
        if not (regenerated and k > 0.0):
            return nan
        return 2.0 * FARADAY * iodine / (3.0 * (1.0 / k + 0.5 * gap * (1.0 / d3 + 1.0 / d1)))

    times = nan, nan
    if dead and k_dead > 0.0:
        depth = dead / projected_area(cell) * MICROMETRE
        own = (half / k_dead + half**2 / (2.0 * d3)) / (2.0 * metal * iodine / 3.0)
        times = own, depth * FARADAY / (metal * shuttle(k_dead))
    return IodineNumbers(
        k_dead,
        k_connected,
        (k_dead / k_connected if k_connected > 0.0 else inf) if k_dead > 0.0 else nan,
        k_dead * half / d3,
        k_connected * gap / d3,
        stock,
        1.0 / stock if stock > 0.0 else nan,
        regenerated,
        shuttle(k_connected),
        *times,
    )


def iodine_lines(scenario: Scenario, start: Start) -> Iterator[str]:
    """The numbers in words."""
    found = iodine_numbers(scenario, start)
    if found is None:
        return
    rates = {"dead": found.k_dead, "connected": found.k_connected}
    stated = [f"{k:.3g} m/s on {kind} lithium" for kind, k in rates.items() if k > 0.0]
    selects = f", selectivity {found.selectivity:.3g}" if np.isfinite(found.selectivity) else ""
    yield f"triiodide: k = {' and '.join(stated)}{selects}"
    numbers = {
        "k a/D of dead lithium": found.damkohler_dead,
        "k L/D of connected lithium": found.damkohler_connected,
    }
    groups = [f"{words} {x:.2g}" for words, x in numbers.items() if x > 0.0]
    if groups:
        largest = max(x for x in numbers.values() if x > 0.0)
        control = "kinetics" if largest < KINETIC else "diffusion, too,"
        yield f"triiodide: Damköhler numbers {', '.join(groups)}: {control} controls"
    if np.isfinite(found.stock):
        yield (
            f"triiodide: the iodine of the cell dissolves {100 * found.stock:.3g} % of the dead "
            f"lithium once; all of it takes {found.turnovers:.3g} turnovers"
        )
    if np.isfinite(found.dissolution_time):
        supply = (
            f", and {found.recovery_time / HOUR:.3g} h of supply by the shuttle"
            if np.isfinite(found.recovery_time)
            else ""
        )
        yield (
            f"triiodide: dead lithium dissolves in {found.dissolution_time / HOUR:.3g} h in iodine "
            f"that is held{supply}"
        )
    if np.isfinite(found.shuttle_current):
        yield (
            f"triiodide: shuttle current at connected lithium {found.shuttle_current:.3g} A/m², "
            f"a self-discharge of {found.self_discharge:.3g} mAh/cm² in 48 h"
        )


def too_little_iodine(scenario: Scenario, start: Start) -> Iterator[str]:
    """Warn of a closed cell whose iodine dissolves little of its dead lithium."""
    found = iodine_numbers(scenario, start)
    if found is None or found.regenerated or not found.stock < LITTLE:
        return
    yield (
        f"the iodine of this closed cell dissolves {100 * found.stock:.2g} % of the dead lithium "
        "and is then iodide, which nothing oxidises: the run will show next to nothing; state "
        'counter.kind = "reservoir", or a positive counter electrode with a reaction '
        'law = "iodide-at-counter"'
    )


def _iodine(scenario: Scenario) -> float:
    """Iodine of dissolved species and of the LDH per volume of electrolyte, mol/m³."""
    dissolved = sum(
        atoms(name).get("I", 0) * one.concentration
        for name, one in scenario.electrolyte.dissolved.items()
    )
    ldh = scenario.ldh
    if ldh is None:
        return dissolved
    released = atoms(ldh.released).get("I", 0) * (1.0 - ldh.loading)
    return dissolved + ldh.dose * ldh.capacity * released


def _rate_constant(attacks: list[IodineOnLithium], start: Start, kind: str) -> float:
    """Mean over the surface of one kind of electrode, m/s; 0 where nothing reacts, NaN where there
    is no such surface yet and k depends on its film."""
    on = start.surface.on(kind)
    total, area = 0.0, start.surface.area[on]
    if not on.any():
        stated = [one.rate_constant for one in attacks if kind in one.on]
        return nan if None in stated else sum(k for k in stated if k is not None)
    film, table = start.film, start.films
    columns = SeiColumns.of(film.fractions[on], film.volumes[on], table.names, table.molar_volume)
    for one in attacks:
        if kind in one.on:
            total += float(area @ one.constant.of(columns) / area.sum())
    return total
