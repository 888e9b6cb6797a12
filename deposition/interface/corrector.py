"""Corrector of a step: the surface moves by the mean of the currents before and after its move.

The predictor moves the surface by the current i_n on its old place, the mean over the step.  On its
new place and with its new film another current flows at the end of the step.  A facet that has come
from one that passed i(t) at the end, on the old place, has seen the change grow in the step, on the
mean half of it (Heun's method, which makes the motion second order in the step):

    δ = (V_m Δt/F) [i_mean + (i_new - i_old)/2] - s      along the normal, > 0 into the electrolyte

with the advance s that the predictor applied, scaled to the volume of the body, so that stretching
surface is taken into account once.  Where all lithium moves alike δ = 0; at the border of two films
it takes back half of what the faster film has overgrown of the slower one.

The corrected surface keeps the mesh.  i_new is found with the curvature of the corrected surface
(implicit, as in the predictor), so that short ripples stay damped.  It is also the current with
which the next step begins: one solve a step.

Source: Hairer, Nørsett & Wanner, Solving Ordinary Differential Equations I, 2nd ed., 1993, ch. II.1
(Heun's method); its use on a surface that is cut anew is of this program.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface.body_tracking import BodyTracking
from deposition.interface.parents import FacetParents
from deposition.interface.state import InterfaceState
from deposition.mesh.cell import Floats, Ints, Mask
from deposition.mesh.surface import Surface
from deposition.transport.fields import Fields
from deposition.transport.physics import Solution

SolveMoved = Callable[[InterfaceState, Floats, float], Solution]
"""(moved state, charge (f,) in C/m² that has moved its surface too far, time (s) by whose current
it moves on) -> the solution on the moved surface at the end of the step."""


@dataclass(frozen=True, eq=False)
class Advanced:
    """A step of the interface.

    state          after it
    end            the solution at the end of the step, on the moved surface
    total_current  mean of the step, A (per metre of depth in 2D)
    correction     largest movement of a vertex by the corrector, as a share of an edge
    """

    state: InterfaceState
    end: Solution
    total_current: float
    correction: float = 0.0


@dataclass(frozen=True, eq=False)
class Correction:
    """Addition of the corrector to a step.

    distance  (g,) δ of each new facet, µm
    gained    (b,) volume of lithium that each old body gains by it, µm^d: what chemical reactions
              give or take has been counted in the step, and the current adds up to the total one
    """

    distance: Floats
    gained: Floats

    @classmethod
    def of(
        cls,
        parents: FacetParents,
        tracking: BodyTracking,
        connected: Mask,
        rates: Rates,
        change: float,
    ) -> Correction:
        """The correction for the currents of a step.

        connected (g,) new facets that do not float; change: (I_new - I_old)/2 in all, µm^d.
        Bodies that met or parted in the step count as one.
        """
        old, new, parent = parents.old, parents.new, parents.parent
        half = 0.5 * (rates.new - rates.old[parent])
        wanted = rates.mean[parent] + half
        distance = np.where(new.working, wanted - parents.advance, 0.0)
        before = _Groups(tracking.old.facets, tracking.parent, old)
        after = _Groups(tracking.new.facets, tracking.child, new)
        size = 1 + int(max(tracking.parent.max(initial=-1), tracking.child.max(initial=-1)))
        flow = 0.5 * after.sums(rates.new * new.area, size)
        flow -= 0.5 * before.sums(rates.old * old.area, size)
        area = after.sums(new.area * connected, size)
        flow = np.where(area > 0.0, flow, 0.0)
        gained = flow + (change - flow.sum()) * area / max(float(area.sum()), 1e-300)
        # In proportion to the advance |s|, so that a group gains that and no more.
        moves = np.abs(parents.advance)
        reach = after.sums(moves * new.area, size)
        lacks = gained - after.sums(distance * new.area, size)
        share = lacks / np.where(reach > 0.0, reach, np.inf)
        return cls(
            distance + after.at_facets(share) * moves,
            before.divided(gained, size),
        )


@dataclass(frozen=True, eq=False)
class _Groups:
    """Groups of bodies on a surface: body (f,) of each facet, -1 for none, group (b,) of each
    body."""

    body: Ints
    group: Ints
    surface: Surface

    @property
    def _own(self) -> Mask:
        return np.asarray(self.surface.working & (self.body >= 0), dtype=bool)

    def sums(self, values: Floats, size: int) -> Floats:
        """(size,) sums of values (f,) over the working facets of each group."""
        own = self._own
        sums = np.bincount(self.group[self.body[own]], values[own], size)
        return np.asarray(sums, dtype=np.float64)

    def at_facets(self, values: Floats) -> Floats:
        """(f,) the value of the group of each working facet, 0 elsewhere."""
        own, found = self._own, np.zeros(len(self.body))
        found[own] = values[self.group[self.body[own]]]
        return found

    def divided(self, values: Floats, size: int) -> Floats:
        """(b,) values of the groups, divided among their bodies by area."""
        whole, own = self.sums(self.surface.area, size), self._own
        area = np.bincount(self.body[own], self.surface.area[own], len(self.group))
        share = area / np.where(whole > 0.0, whole, 1.0)[self.group]
        return np.asarray(values[self.group] * share, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Rates:
    """Lithium gained in a step, as thickness, µm: V_m Δt/F times a current density.

    mean (f,) of i_n + F r in the step; old (f,) of i_n at its end on the old surface; new (g,) of
    i_n on the new one.  Chemical rates depend on concentrations that relax only in the next step:
    they stay those of the step.
    """

    mean: Floats
    old: Floats
    new: Floats

    @classmethod
    def of(cls, mean: Fields, old: Fields, new: Fields, thickness: float, late: Floats) -> Rates:
        """The rates of these fields; thickness: V_m Δt/F, µm per A/m².

        late (f,): advance that earlier steps have deferred to this one, less what it defers, µm.
        """
        return cls(
            thickness * lithium_current(mean) + late,
            thickness * old.current_density,
            thickness * new.current_density,
        )


def lithium_current(fields: Fields) -> Floats:
    """(f,) i_n + F r: what moves the surface, A/m²."""
    return np.asarray(fields.current_density + FARADAY * fields.chemical_rate, dtype=np.float64)


def thickness_per_current(molar_volume: float, time_step: float) -> float:
    """V_m Δt/F, µm per A/m²; molar_volume m³/mol, time_step s."""
    return molar_volume * time_step / FARADAY / MICROMETRE
