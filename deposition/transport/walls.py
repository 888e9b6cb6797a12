"""Electrode walls: reactions on the facets, with one unknown current density per facet.

The fields are facet means (one quadrature point).  With n from the electrolyte into the metal and v
the velocity of the surface into an electrolyte of volume fraction ε,

    species   F (N_k·n - ε c_k v)  on the rows of species k (displacement by the moving wall); N_k
              of the reactions, 0 for the anions
    charge    i                  on the φ rows; i = i_n of charge transfer + other reactions
    law       g = 0              on the row of each facet, see ``laws.charge_transfer``
    metal     v = V_m (lithium gained, mol/(m² s)); of a counter electrode that moves as a whole, by
              its mean current
    total     Σ_working i A = I, and I or φ_m is given (see ``transport.controls``)
    floating  Σ_body i A = 0     for each floating conductor, which has its own φ_m

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

from deposition.laws.dual import Dual
from deposition.laws.reactions import AtFacets, BoundaryReaction
from deposition.mesh.cell import Floats, Ints, Mask
from deposition.transport.physics import TransportPhysics

GROUND, WORKING, FIRST_FLOATING = 0, 1, 2
"""Numbers of conductors: the counter metal (0 V), the working metal, then the floating ones."""


@dataclass(frozen=True, eq=False)
class Walls:
    """The reacting facets in SI units, and their reactions.

    nodes         (m, d)  nodes at the corners
    area          (m,)    m^(d-1)
    resistance    (m,)    film, ohm m²
    conductor     (m,)    number of the metal behind it, see ``GROUND``
    grounded      (b,)    floating conductors that are held at 0 V, see ``pockets``
    no_stripping  (m,)    bare collector
    insulated     (m,)    metal that passes no current; it may react chemically
    connected_to_counter  (m,)  touches a pocket that reaches the counter electrode
    curvature     (m,)    K at the start of the step, 1/m
    change        (m, m)  of K by the current over the step, 1/m per A/m²
    moves         (m,)    whether the wall moves by its own lithium
    dv_dI         (m,)    d(εv)/dI of walls that move as a whole, m/s per A of total current
    galvanostatic         the total current is given, and φ_m is unknown
    reactions             with the facets (k,) on which each takes place
    """

    nodes: Ints
    area: Floats
    resistance: Floats
    conductor: Ints
    grounded: Mask
    no_stripping: Mask
    insulated: Mask
    connected_to_counter: Mask
    curvature: Floats
    change: csr_array
    moves: Mask
    dv_dI: Floats
    galvanostatic: bool
    physics: TransportPhysics
    reactions: tuple[tuple[BoundaryReaction, Ints], ...]

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

    def exchange(
        self,
        concentration: dict[str, Floats],
        potential: Floats,
        metal: Floats,
        current: Floats,
        total: float,
    ) -> Exchange:
        """Rates of all reactions.

        concentration (m,) of each species, mol/m³, potential and metal (m,) V, current (m,) A/m²,
        total A
        """
        at = AtFacets(
            {name: Dual.variable(name, c) for name, c in concentration.items()},
            Dual.variable("potential", potential),
            Dual.variable("metal", metal),
            Dual.variable("current", current),
            Dual.variable("curvature", self.curvature + self.change @ current),
            self.resistance,
        )
        species = {name: Dual.zero(self.size) for name in concentration}
        charge, lithium, chemical, law = (Dual.zero(self.size) for _ in range(4))
        for reaction, facets in self.reactions:
            everywhere = len(facets) == self.size
            rates = reaction.rates(at if everywhere else _chosen(at, facets))

            def spread(part: Dual, facets: Ints = facets, everywhere: bool = everywhere) -> Dual:
                return part if everywhere else part.spread(facets, self.size)

            for name, rate in rates.species.items():
                if name in species:  # the cation follows from electroneutrality
                    species[name] = species[name] + spread(rate)
            charge = charge + spread(rates.charge) if rates.charge is not None else charge
            if rates.metal is not None:
                lithium = lithium + spread(rates.metal)
                if rates.law is None:
                    chemical = chemical + spread(rates.metal)
            law = law + spread(rates.law) if rates.law is not None else law
        speed = self.displaced(lithium, total)
        for name, flux in species.items():
            species[name] = flux - at.concentration[name] * speed
        return Exchange(species, charge, chemical, self._law(at, law))

    def displaced(self, lithium: Dual, total: float) -> Dual:
        """(m,) εv: electrolyte pushed ahead per area, m/s, > 0 where the wall moves into it."""
        per_mole = self.physics.pores.porosity * self.physics.molar_volume
        as_a_whole = Dual(self.dv_dI * total, {"total": self.dv_dI})
        return lithium * (per_mole * self.moves) + as_a_whole

    def _law(self, at: AtFacets, law: Dual) -> Law:
        """The law of each facet, or i_n = 0 where it is insulated or held."""
        newton = law.value / np.where(self.insulated, 1.0, law.by.get("current", 1.0))
        held = self._active_set(at.current.value, newton)
        return Law(law, held | self.insulated)

    def _active_set(self, current: Floats, newton: Floats) -> Mask:
        """(m,) collector facets held at i_n = 0 because they would rather be stripped."""
        held = self.no_stripping & (current < newton)
        reachable = self.working & self.connected_to_counter
        if self.galvanostatic and np.any(held) and np.all(held[reachable]):
            # The facet closest to plating keeps its law, or φ_m would have no equation.
            closest = np.argmin(newton[reachable] - current[reachable])
            held[np.flatnonzero(reachable)[closest]] = False
        return np.asarray(held, dtype=bool)


@dataclass(frozen=True, eq=False)
class Law:
    """residual g (V), and held (m,): facets at i_n = 0 instead."""

    residual: Dual
    held: Mask


@dataclass(frozen=True, eq=False)
class Exchange:
    """Rates of all reactions: species out of the electrolyte and the moving frame, mol/(m² s);
    charge into the metal, A/m²; lithium that the metal gains without charge transfer, mol/(m² s);
    the law."""

    species: dict[str, Dual]
    charge: Dual
    chemical: Dual
    law: Law


def _chosen(at: AtFacets, facets: Ints) -> AtFacets:
    """The variables on some facets (k,)."""
    return AtFacets(
        {name: c.on(facets) for name, c in at.concentration.items()},
        at.potential.on(facets),
        at.metal.on(facets),
        at.current.on(facets),
        at.curvature.on(facets),
        at.resistance[facets],
    )
