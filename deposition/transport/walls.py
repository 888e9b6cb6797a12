"""Electrode walls: reactions on the facets, with one unknown current density per facet.

The fields are facet means (one quadrature point).  With n from the electrolyte into the metal and v
the velocity of the surface into an electrolyte of volume fraction ε,

    species   F (N_k·n - ε c_k v)  on the rows of species k (displacement by the moving wall); N_k
              of the reactions, 0 for the anions
    charge    i                  on the φ rows; i = i_n of charge transfer + other reactions
    law       g = 0              on the row of each facet, see ``laws.charge_transfer``
    sei       dn/dt = r          of each component, see ``transport.film_growth``
    metal     v = V_m (lithium gained, mol/(m² s)); of a counter electrode that moves as a whole, by
              its mean current
    balance   Σ i A = s I        of each electrode, see ``transport.electrodes``

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
from deposition.laws.reactions import AtFacets, BoundaryReaction, Rates
from deposition.laws.sei_columns import SeiColumns
from deposition.mesh.cell import Floats, Ints, Mask
from deposition.transport.electrodes import ElectrodesOfCell, InsertionElectrode
from deposition.transport.film_growth import FilmGrowth
from deposition.transport.physics import TransportPhysics


@dataclass(frozen=True, eq=False)
class Walls:
    """The reacting facets in SI units, and their reactions.

    nodes         (m, d)  nodes at the corners
    area          (m,)    m^(d-1)
    resistance    (m,)    film, ohm m²
    electrodes            all electrodes, ``of_facet`` (m,) of them the one behind each facet
    gauge                 potential of the references, V
    no_stripping  (m,)    bare collector
    insulated     (m,)    metal that passes no current; it may react chemically
    porosity      (m,)    ε of the electrolyte in front of it
    connected_to_counter  (m,)  touches a pocket that reaches the counter electrode
    curvature     (m,)    K at the start of the step, 1/m
    change        (m, m)  of K by the current over the step, 1/m per A/m²
    moves         (m,)    whether the wall moves by its own lithium
    dv_dI         (m,)    d(εv)/dI of walls that move as a whole, m/s per A of total current
    galvanostatic         the total current is given, and the voltage is unknown
    reactions             with the facets (k,) on which each takes place, but for those that change
                          the film
    film                  on the facets at the start of the step; None if it is not given
    growth                reactions that change the film over the step; None without them
    trace_lithium (m,)    lithium gained by reactions of traces in the last step, mol/(m² s)
    """

    nodes: Ints
    area: Floats
    resistance: Floats
    electrodes: ElectrodesOfCell
    gauge: float
    no_stripping: Mask
    insulated: Mask
    porosity: Floats
    connected_to_counter: Mask
    curvature: Floats
    change: csr_array
    moves: Mask
    dv_dI: Floats
    galvanostatic: bool
    physics: TransportPhysics
    reactions: tuple[tuple[BoundaryReaction, Ints], ...]
    film: SeiColumns | None = None
    growth: FilmGrowth | None = None
    trace_lithium: Floats | float = 0.0

    @property
    def size(self) -> int:
        """Number of reacting facets m."""
        return len(self.area)

    @property
    def working(self) -> Mask:
        """(m,) facets of the working electrode."""
        return self.on(self.electrodes.working)

    def on(self, electrode: int | None) -> Mask:
        """(m,) facets of an electrode; none if it is None."""
        number = -2 if electrode is None else electrode
        return np.asarray(self.electrodes.of_facet == number, dtype=bool)

    def metal(self, potentials: Floats) -> Floats:
        """(m,) potential of the metal, V, from those of the electrodes (e,); the gauge behind
        insulated facets."""
        return np.append(potentials, self.gauge)[self.electrodes.of_facet]

    def open_circuit(self, total: float) -> Dual:
        """(m,) U of a positive electrode behind the facet, V; 0 elsewhere."""
        found = Dual.zero(self.size)
        for number, electrode in enumerate(self.electrodes.all):
            if isinstance(electrode, InsertionElectrode):
                potential, by_total = electrode.host(total)
                on = self.on(number).astype(np.float64)
                found = found + Dual(potential * on, {"total": by_total * on})
        return found

    def variables(
        self,
        concentration: dict[str, Floats],
        potential: Floats,
        metal: Floats,
        current: Floats,
        total: float,
    ) -> AtFacets:
        """The variables of the facets.

        concentration (m,) of each species, mol/m³; potential (m,) V; metal (e,) potential of each
        electrode, V; current (m,) A/m²; total A
        """
        open_circuit = self.open_circuit(total)
        return AtFacets(
            {name: Dual.variable(name, c) for name, c in concentration.items()},
            Dual.variable("potential", potential),
            Dual.variable("metal", self.metal(metal)) - open_circuit,
            Dual.variable("current", current),
            Dual.variable("curvature", self.curvature + self.change @ current),
            self.resistance,
            self.film,
            open_circuit,
        )

    def _rates(self, at: AtFacets) -> tuple[list[Rates], Mask]:
        """Rates of each reaction on all facets, and (m,) those on which film is used up."""
        found = [
            reaction.rates(at.on(facets)).spread(facets, self.size)
            for reaction, facets in self.reactions
        ]
        if self.growth is None:
            return found, np.zeros(self.size, dtype=bool)
        of_film, used_up = self.growth.rates(at)
        return [*found, *of_film], used_up

    def exchange(self, at: AtFacets, total: float) -> Exchange:
        """Rates of all reactions at these variables and a total current (A)."""
        species = {name: Dual.zero(self.size) for name in at.concentration}
        charge, side, lithium, chemical, law = (Dual.zero(self.size) for _ in range(5))
        products: Floats = np.zeros(self.size)
        sei: dict[str, Floats] = {}
        reactions, used_up = self._rates(at)
        for rates in reactions:
            for name, rate in rates.species.items():
                if name in species:  # the cation follows from electroneutrality
                    species[name] = species[name] + rate
            if rates.charge is not None:
                charge = charge + rates.charge
                if rates.law is None:
                    side = side + rates.charge
            if rates.metal is not None:
                lithium = lithium + rates.metal
                if rates.law is None:
                    chemical = chemical + rates.metal
            if rates.products is not None and rates.law is None:
                products = products + rates.products.value
            if rates.law is not None:
                law = law + rates.law
            for component, rate in rates.sei.items():
                sei[component] = sei.get(component, 0.0) + rate.value
        speed = self.displaced(lithium + self.trace_lithium, total, side.value)
        reacted = {name: flux.value for name, flux in species.items()}
        for name, flux in species.items():
            species[name] = flux - at.concentration[name] * speed
        return Exchange(
            species,
            reacted,
            charge,
            side.value,
            lithium,
            chemical,
            products,
            sei,
            self._law(at, law),
            used_up,
        )

    def displaced(self, lithium: Dual, total: float, side: Floats | float = 0.0) -> Dual:
        """(m,) εv: electrolyte pushed ahead per area, m/s, > 0 where the wall moves into it.

        side (m,) current besides charge transfer, A/m²: what a counter electrode that moves as a
        whole dissolves for it, beyond the total current (A)
        """
        per_mole = self.porosity * self.physics.electrodes.lithium.molar_volume
        opposite = self.area * self.on(self.electrodes.counter)
        dissolved = total + float(np.sum(opposite * side))
        as_a_whole = Dual(self.dv_dI * dissolved, {"total": self.dv_dI})
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
            # The facet closest to plating keeps its law, or φ_m of the working electrode would
            # have no equation.
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
    """Rates of all reactions: species out of the electrolyte and the moving frame, mol/(m² s), and
    what reactions consume of them; charge into the metal, A/m², and the part of it besides charge
    transfer; lithium that the metal gains, the part of it without charge transfer, and lithium in
    products that are not followed, mol/(m² s); growth of each SEI component, mol/(m² s); the law;
    (m,) facets on which a component of the film is used up."""

    species: dict[str, Dual]
    consumed: dict[str, Floats]
    charge: Dual
    side: Floats
    lithium: Dual
    chemical: Dual
    products: Floats
    sei: dict[str, Floats]
    law: Law
    used_up: Mask
