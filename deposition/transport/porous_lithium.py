"""Dissolution of the dead lithium in a porous layer within an implicit step of the traces.

At each node, with the volume V of the layer there,

    rate of I3⁻ = V [L_old - L(c_3)]/(2 Δt),    rate of I⁻ = -3 times that

out of the electrolyte, mol/s: what the lithium loses is what the iodine takes, whatever the step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from deposition.laws.iodine import IODIDE, TRIIODIDE
from deposition.laws.porous_lithium import PER_TRIIODIDE, PorousLithium
from deposition.mesh.cell import SEPARATOR, Cell, Floats
from deposition.mesh.p1 import vertex_sum

TAKEN = {TRIIODIDE: 1.0, IODIDE: -3.0}
"""Amount of each species that the reaction takes from the electrolyte, mol per mol of I3⁻."""


@dataclass(frozen=True, eq=False)
class PorousStep:
    """The dead lithium in pores at the start of a step.

    law; volume (v,) of the layer at each node, m³ (m² in 2D); lithium (v,), mol/m³ of the layer
    """

    law: PorousLithium
    volume: Floats
    lithium: Floats

    def rate(self, triiodide: Floats, time_step: float) -> tuple[Floats, Floats]:
        """(v,) I3⁻ that reacts at each node at concentrations (v,) at the end of a step (s), mol/s,
        and its derivative."""
        left, slope = self.law.left(self.lithium, triiodide, time_step)
        per_loss = self.volume / (PER_TRIIODIDE * time_step)
        return per_loss * (self.lithium - left), -per_loss * slope

    def left(self, triiodide: Floats, time_step: float) -> Floats:
        """(v,) lithium after a step (s), mol/m³."""
        return self.law.left(self.lithium, triiodide, time_step)[0]


def layer_volumes(cell: Cell) -> Floats:
    """(n,) volume of the region ``separator`` at each vertex, µm^d."""
    layer = cell.in_region(SEPARATOR)
    simplices = cell.simplices[layer]
    share = cell.volumes[layer] / simplices.shape[1]
    return vertex_sum(simplices, share, len(cell.points))


def initial_lithium(law: PorousLithium | None, cell: Cell) -> Floats:
    """(n,) lithium in the layer before the first step, mol/m³, 0 elsewhere; (0,) without it."""
    if law is None:
        return np.empty(0)
    return np.where(cell.vertices_of(SEPARATOR), law.content, 0.0)


def carried(old: Cell, new: Cell, lithium: Floats) -> Floats:
    """(n,) lithium on the new cell, of that on the old one; (0,) without it.

    The mesh of the region ``separator`` stays when a cell is cut anew; only its numbers change.
    """
    if not len(lithium):
        return lithium
    before, after = (np.flatnonzero(cell.vertices_of(SEPARATOR)) for cell in (old, new))
    _, same = cKDTree(old.points[before]).query(new.points[after])
    found = np.zeros(len(new.points))
    found[after] = lithium[before[same]]
    return found


def lithium_content(cell: Cell, lithium: Floats) -> float:
    """Lithium in the layer, mol/m³ µm^d; lithium (n,) mol/m³, or (0,) without it."""
    return float(layer_volumes(cell) @ lithium) if len(lithium) else 0.0


def lithium_lost(cell: Cell, before: Floats, after: Floats) -> float:
    """Lithium that the layer has lost, mol/m³ µm^d, from contents (n,) on the same cell."""
    return lithium_content(cell, before) - lithium_content(cell, after)
