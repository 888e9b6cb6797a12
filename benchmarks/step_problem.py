"""One nonlinear time step as plain arrays: all that a peer needs to know.

In the electrolyte, backward Euler with a lumped mass matrix for the salt, and ∇·i = 0:

    ∂c/∂t + ∇·N₋ = 0,   N± = -D± (∇c ± (F/RT) c ∇φ),   i = F (N₊ - N₋)

On both electrodes, with n from the electrolyte into the metal and v the speed of the interface:

    i·n = i_n,   N₋·n = -c v
    φ_m - φ - (RT/F) ln(c/c0) + R i_n + (2RT/F) asinh(i_n / 2i_0) = 0,   i_0 = i_00 (c/c0)^½

The lithium has v = V_m i_n/F, and its φ_m follows from the total current; the counter electrode has
φ_m = 0 and recedes at the mean speed.  c and φ are P1; i_n is constant on each facet, with c and φ
at its midpoint.  Capillarity is omitted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface.state import InterfaceState
from deposition.laws.electrolyte import NernstPlanck
from deposition.laws.kinetics import ButlerVolmer
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import COUNTER, ELECTROLYTE, Floats, Ints, Mask, facet_measures
from deposition.mesh.footprint import projected_area_m2
from deposition.simulation.model import Model

DENSITY = 5.0
"""Mean current density of the lithium, A/m²."""

TIME_STEP = 1.0
"""s."""


@dataclass(frozen=True, eq=False)
class StepProblem:
    """A mesh of electrolyte, its electrodes, and the numbers of the equations above; SI.

    points      (n, d)      m
    simplices   (m, d + 1)  vertex indices
    facets      (f, d)      of both electrodes
    plating     (f,)        facets of the lithium; the others are of the counter electrode
    resistance  (f,)        R of the film, ohm m²
    old         (n,)        c at the start of the step, mol/m³
    current     I into the lithium, A (A per metre of depth in 2D)
    """

    points: Floats
    simplices: Ints
    facets: Ints
    plating: Mask
    resistance: Floats
    old: Floats
    current: float
    time_step: float
    conductivity: float
    t_plus: float
    concentration: float
    temperature: float
    exchange_current_density: float
    molar_volume: float

    @property
    def dim(self) -> int:
        """Dimension d."""
        return self.points.shape[1]

    @property
    def thermal_voltage(self) -> float:
        """RT/F, V."""
        return thermal_voltage(self.temperature)

    @property
    def diffusivities(self) -> tuple[float, float]:
        """D₊ and D₋, m²/s: t₊ and 1 - t₊ of κ RT/(F² c0)."""
        both = self.conductivity * self.thermal_voltage / (FARADAY * self.concentration)
        return self.t_plus * both, (1.0 - self.t_plus) * both

    @property
    def counter_speed(self) -> float:
        """v of the counter electrode, m/s: V_m I/F over its area, < 0."""
        area = facet_measures(self.points, self.facets[~self.plating]).sum()
        return -self.molar_volume * self.current / (FARADAY * float(area))


@dataclass(frozen=True, eq=False)
class Answer:
    """Fields at the end of the step.

    concentration, potential  (n,) mol/m³ and V
    current_density           (f,) A/m²
    corrections               of Newton's method
    linear_solver             its name
    """

    concentration: Floats
    potential: Floats
    current_density: Floats
    corrections: int
    linear_solver: str


AGREE = 1e-8
"""Answers are the same if no field differs by more than this share of its scale."""


def disagreement(one: Answer, other: Answer, old: Floats) -> float:
    """Largest difference of two answers, as a share of max |c - c_old|, max |φ| and max |i_n|."""
    pairs = (
        (one.concentration - old, other.concentration - old),
        (one.potential, other.potential),
        (one.current_density, other.current_density),
    )
    return max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in pairs)


def step_problem(model: Model, state: InterfaceState) -> StepProblem:
    """The step of ``TIME_STEP`` at ``DENSITY`` on the cell of a state.

    Raises TypeError for laws other than those above.
    """
    electrolyte, kinetics = model.transport.electrolyte, model.transport.kinetics
    if not isinstance(electrolyte, NernstPlanck) or not isinstance(kinetics, ButlerVolmer):
        raise TypeError("the peers know Nernst-Planck and Butler-Volmer only")
    cell, surface = state.cell, state.surface
    wet = cell.simplices[cell.in_region(ELECTROLYTE)]
    used, simplices = np.unique(wet, return_inverse=True)
    local = np.full(len(cell.points), -1)
    local[used] = np.arange(len(used))
    electrodes = np.flatnonzero(surface.working | surface.on(COUNTER))
    return StepProblem(
        points=cell.points[used] * MICROMETRE,
        simplices=simplices.reshape(wet.shape),
        facets=local[surface.facets[electrodes]],
        plating=surface.working[electrodes],
        resistance=model.film_resistance(state)[electrodes],
        old=state.fields.concentration[used],
        current=DENSITY * projected_area_m2(cell),
        time_step=TIME_STEP,
        conductivity=electrolyte.conductivity,
        t_plus=electrolyte.t_plus,
        concentration=model.transport.concentration,
        temperature=model.transport.temperature,
        exchange_current_density=kinetics.exchange_current_density,
        molar_volume=model.transport.electrodes.lithium.molar_volume,
    )
