"""The electrode walls: one unknown current a facet, tied to the fields next to it.

Facet means stand for c and φ (one quadrature point).  With n from the electrolyte into the metal
and v = V_m i_n/F the speed of the surface into electrolyte that fills a share ε of the space,

    anions   -F ε c v  on the c rows    (the wall pushes them: N₋·n = -ε c v)
    charge    i_n      on the φ rows
    law       g(η, i_n, c) = 0,  η = φ_m - φ - E_eq + R i_n,
              E_eq = ν (RT/F) ln(c/c0) - γ V_m K/F,  K at the end of the step
    total     Σ_working i_n A = I, and I or φ_m is given (see ``deposition.controls``)
    floating  Σ_body i_n A = 0 for each floating conductor, which has a φ_m of its own

On a bare collector nothing can be stripped: i_n ≥ 0, and i_n = 0 where the law asks for less.  This
is min(i_n, g/g') = 0 with g' = dg/di_n > 0, solved by Newton's method for each piece.

Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 8 and 11, for the conditions at an
electrode; Hintermüller, Ito & Kunisch, SIAM J. Optim. 13 (2003) 865, for the inequality.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from deposition.laws.thermodynamics import capillarity, thermal_voltage
from deposition.mesh.cell import Floats, Ints, Mask
from deposition.transport.physics import TransportPhysics

GROUND, WORKING, FIRST_FLOATING = 0, 1, 2
"""Numbers of conductors: the counter metal (0 V), the working metal, then the floating ones."""


@dataclass(frozen=True, eq=False)
class Walls:
    """The reacting facets in SI units, and what rules them.

    nodes        (m, d)  nodes at the corners
    area         (m,)    m^(d-1)
    resistance   (m,)    film, ohm m²
    conductor    (m,)    number of the metal behind it, see ``GROUND``
    earthed      (b,)    floating conductors that are held at 0 V, see ``pockets``
    plates_only  (m,)    bare collector
    fed          (m,)    touches a pool that reaches the counter electrode
    curvature    (m,)    K at the start of the step, 1/m
    change       (m, m)  of K by the current over the step, 1/m per A/m²
    push         (m,)    d(εv)/di_n, m³/C; 0 where the wall stands still
    follow       (m,)    d(εv)/dI of walls that move as a whole, m/s per A of total current
    potential_is_found   φ_m follows from the total current, instead of being given
    """

    nodes: Ints
    area: Floats
    resistance: Floats
    conductor: Ints
    grounded: Mask
    no_stripping: Mask
    connected_to_counter: Mask
    curvature: Floats
    change: csr_array
    dv_di: Floats
    dv_dI: Floats
    potential_is_found: bool
    physics: TransportPhysics

    @property
    def size(self) -> int:
        """Number of reacting facets m."""
        return len(self.area)

    @property
    def working(self) -> Mask:
        """(m,) whether each facet belongs to the working electrode."""
        return self.conductor == WORKING

    def metal(self, working: float, floating: Floats) -> Floats:
        """(m,) potential of the metal, V, from those of the working metal and the floating (b,)."""
        return np.concatenate([[0.0, working], floating])[self.conductor]

    def law(self, c: Floats, phi: Floats, current: Floats, metal: Floats) -> WallLaw:
        """The law at facet means c (mol/m³), φ (V), currents (A/m²) and metal potentials (V)."""
        p = self.physics
        nernst = p.electrolyte.nernst * thermal_voltage(p.temperature)
        surface = capillarity(p.surface_energy, p.molar_volume)
        curvature = self.curvature + self.change @ current
        equilibrium = nernst * np.log(c / p.concentration) - surface * curvature
        eta = metal - phi - equilibrium + self.resistance * current
        g = p.kinetics.residual(eta, current, c)
        by_current = g.by_overpotential * self.resistance + g.by_current
        by_c = g.by_concentration - g.by_overpotential * nernst / c
        active_set = self._active_set(current, g.value / by_current)
        return WallLaw(g.value, g.by_overpotential, by_current, by_c, surface, active_set)

    def _active_set(self, current: Floats, newton: Floats) -> Mask:
        """(m,) collector facets held at i_n = 0 because they would rather be stripped."""
        active_set = self.no_stripping & (current < newton)
        reachable = self.working & self.connected_to_counter
        if self.potential_is_found and np.any(active_set) and np.all(active_set[reachable]):
            # The facet closest to plating keeps its law, or φ_m would have no equation.
            active_set[
                np.flatnonzero(reachable)[np.argmin(newton[reachable] - current[reachable])]
            ] = False
        return active_set

    def displaced(self, current: Floats, total: float) -> Floats:
        """(m,) εv: electrolyte pushed ahead per area, m/s, > 0 where the wall moves into it."""
        return self.dv_di * current + self.dv_dI * total


@dataclass(frozen=True, eq=False)
class WallLaw:
    """The law on each facet and its derivatives, all (m,); see ``kinetics.Residual``.

    value (V), by_overpotential (-), by_current without the change of curvature (ohm m²),
    by_concentration (V m³/mol), surface γ V_m/F (V m), held: bare collector at i_n = 0.
    """

    value: Floats
    by_overpotential: Floats
    by_current: Floats
    by_concentration: Floats
    surface: float
    active_set: Mask
