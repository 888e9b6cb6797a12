"""Laws of the tests, and single time steps of transport on small cells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from deposition.laws.electrolyte import NernstPlanck
from deposition.laws.kinetics import ButlerVolmer
from deposition.mesh.cell import Cell, Floats
from deposition.mesh.surface import Surface, extract_surface
from deposition.transport.controls import TotalCurrent
from deposition.transport.physics import Solution, TransportPhysics
from deposition.transport.problem import TransportProblem
from helpers.boxes import current_through, salt
from helpers.electrodes import with_electrodes

T, C0, V_M = 298.15, 1000.0, 1.2998e-5
BE = NernstPlanck(0.35, 0.38, C0, T)
C_I_BE = NernstPlanck(0.28, 0.54, C0, T)
C_I_BE_LN = NernstPlanck(0.38, 0.71, C0, T)
FOREVER = 1e7


def physics(electrolyte: Any = BE, exchange: float = 1e4, **changes: Any) -> TransportPhysics:
    """Physics of the tests; walls move by default."""
    electrodes, others = with_electrodes(changes)
    laws = TransportPhysics(electrolyte, ButlerVolmer(exchange, C0, T), T, C0, electrodes)
    return replace(laws, **others)


def solve(
    cell: Cell,
    current_density: float,
    laws: TransportPhysics,
    time_step: float = FOREVER,
    film: float | Floats = 0.0,
    concentration: Floats | None = None,
) -> tuple[Solution, Surface]:
    """One time step, by default from a uniform concentration; film (f,) or scalar, ohm m²."""
    surface = extract_surface(cell)
    start = salt(cell, C0) if concentration is None else concentration
    resistance = np.broadcast_to(np.asarray(film, dtype=float), surface.size)
    total = current_through(cell, current_density)
    problem = TransportProblem(cell, surface, laws)
    return problem.solve(start, resistance, TotalCurrent(total), time_step), surface


def height(cell: Cell) -> Floats:
    """Last coordinate of the points, µm."""
    return cell.points[:, -1]


def with_collector(cell: Cell) -> Cell:
    """The metal in the right half becomes a bare collector."""
    right = cell.points[cell.simplices][:, :, 0].mean(axis=1) > cell.points[:, 0].mean()
    metal = cell.in_region("lithium")
    region = np.where(metal & right, len(cell.regions), cell.region)
    return replace(cell, region=region, regions=(*cell.regions, "collector"))
