"""Electrode walls: one unknown current density per facet, coupled to the adjacent fields.

c and φ are facet means (one quadrature point).  With n from the electrolyte into the metal and
v = V_m i_n/F the velocity of the surface into an electrolyte of volume fraction ε,

    anions   -F ε c v  on the c rows    (displacement by the moving wall: N₋·n = -ε c v)
    charge    i_n      on the φ rows
    law       g(η, i_n, c) = 0,  η = φ_m - φ - E_eq + R i_n,
              E_eq = ν (RT/F) ln(c/c0) - γ V_m K/F,  K at the end of the step
    total     Σ_working i_n A = I, and I or φ_m is given (see ``controls``)
    floating  Σ_body i_n A = 0 for each floating conductor, which has its own φ_m

A bare collector cannot be stripped: i_n ≥ 0, and i_n = 0 where the law gives a negative current.
This complementarity problem, min(i_n, g/g') = 0 with g' = dg/di_n > 0, is solved by a semismooth
Newton method (primal-dual active set).

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
"""Numbers of conductors: counter electrode (0 V), working electrode, then floating conductors."""


@dataclass(frozen=True, eq=False)
class Walls:
    """Reacting facets in SI units, and the parameters of their equations.

    nodes                 (m, d)  nodes at the vertices
    area                  (m,)    m^(d-1)
    resistance            (m,)    SEI resistance R, ohm m²
    conductor             (m,)    number of the metal behind the facet, see ``GROUND``
    grounded              (b,)    floating conductors held at 0 V, see ``pockets``
    no_stripping          (m,)    bare collector
    connected_to_counter  (m,)    adjacent electrolyte is connected to the counter electrode
    curvature             (m,)    K at the start of the step, 1/m
    change                (m, m)  ∂K/∂i_n at the end of the step, 1/m per A/m²
    dv_di                 (m,)    d(εv)/di_n, m³/C; 0 for a fixed wall
    dv_dI                 (m,)    d(εv)/dI of walls that move as a whole, m/s per A of total current
    galvanostatic                 the total current is given, and φ_m is unknown
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
    galvanostatic: bool
    physics: TransportPhysics

    @property
    def size(self) -> int:
        """Number of reacting facets m."""
        return len(self.area)

    @property
    def working(self) -> Mask:
        """(m,) facets of the working electrode."""
        return self.conductor == WORKING

    def metal(self, working: float, floating: Floats) -> Floats:
        """(m,) metal potential, V, from those of the working electrode and floating bodies (b,)."""
        return np.concatenate([[0.0, working], floating])[self.conductor]

    def law(self, c: Floats, phi: Floats, current: Floats, metal: Floats) -> WallLaw:
        """Law at facet means c (mol/m³), φ (V), currents (A/m²) and metal potentials (V), (m,)."""
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
        """(m,) collector facets with i_n = 0, where i_n < g/g'.

        newton (m,) is g/g' = g/(dg/di_n), A/m².
        """
        active_set = self.no_stripping & (current < newton)
        reachable = self.working & self.connected_to_counter
        if self.galvanostatic and np.any(active_set) and np.all(active_set[reachable]):
            # The facet closest to plating keeps its law; otherwise no equation determines φ_m.
            active_set[
                np.flatnonzero(reachable)[np.argmin(newton[reachable] - current[reachable])]
            ] = False
        return active_set

    def displaced(self, current: Floats, total: float) -> Floats:
        """(m,) εv, displaced electrolyte per area, m/s, > 0 where the wall moves into it."""
        return self.dv_di * current + self.dv_dI * total


@dataclass(frozen=True, eq=False)
class WallLaw:
    """Residual g of the law on each facet and its derivatives; see ``kinetics.Residual``.

    value             (m,) g, V
    by_overpotential  (m,) dimensionless
    by_current        (m,) without the change of curvature, ohm m²
    by_concentration  (m,) V m³/mol
    surface                γ V_m/F, V m
    active_set        (m,) bare collector with i_n = 0
    """

    value: Floats
    by_overpotential: Floats
    by_current: Floats
    by_concentration: Floats
    surface: float
    active_set: Mask
