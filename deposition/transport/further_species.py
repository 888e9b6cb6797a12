"""Species beside the salt in a transport problem: those of its field, traces, and those in pores.

Species that are not traces are unknowns of the system (``coupled``).  An ion exchanger changes the
concentrations before it is solved (``exchanged``); the traces are solved after it, in its potential
(``added``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from deposition.common.constants import MICROMETRE
from deposition.laws.dual import Dual
from deposition.laws.separator import PoresInCell
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import ELECTROLYTE, Cell, Floats, Ints, Mask
from deposition.mesh.p1 import vertex_sum
from deposition.mesh.surface import Surface
from deposition.transport.fields import Fields
from deposition.transport.ion_exchange import exchange
from deposition.transport.physics import TransportPhysics
from deposition.transport.porous_lithium import PorousStep, initial_lithium, layer_volumes
from deposition.transport.reacting_facets import film_growth_on, growth_on_facets, placed_on
from deposition.transport.system import System, Unknowns
from deposition.transport.traces import Traces, TraceWalls
from deposition.transport.wall_exchange import add_traces, exchange_of_coupled


@dataclass(frozen=True, eq=False)
class Places:
    """Places of the unknowns of a transport problem on its cell.

    simplices (m,)  those of the electrolyte that is solved
    vertices (v,)   of the nodes; node (n,) at each vertex of the cell, -1 elsewhere
    reacting (r,)   facets of the surface with an i_n
    reservoir (k,)  nodes at which a reservoir holds the concentrations
    """

    cell: Cell
    surface: Surface
    simplices: Mask
    vertices: Ints
    node: Ints
    reacting: Ints
    reservoir: Ints


@dataclass(frozen=True, eq=False)
class FurtherSpecies:
    """The species beside the salt in one transport problem."""

    at: Places
    physics: TransportPhysics
    pores: PoresInCell

    def exchanged(
        self, dissolved: Floats | None, loading: Floats | None, time_step: float
    ) -> tuple[Floats | None, Floats]:
        """The further species (n, k), mol/m³, and the loading (j,) after the exchange of a step (s)
        with an ion exchanger, see ``transport.ion_exchange``."""
        exchanger = self.physics.exchanger
        if exchanger is None:
            return dissolved, np.empty(0)
        chosen = self.at.simplices
        simplices = self.at.cell.simplices[chosen]
        porosity = self.pores.among(chosen).porosity
        share = porosity * self.at.cell.volumes[chosen] / simplices.shape[1]
        volume = vertex_sum(simplices, share, len(self.at.cell.points))[self.at.vertices]
        everywhere, names = self._at_vertices(dissolved), [s.name for s in self.physics.dissolved]
        columns = [names.index(name) for name in (exchanger.taken, exchanger.released)]
        ions = np.ix_(self.at.vertices, np.array(columns))
        before = exchanger.start if loading is None or not len(loading) else loading
        volume *= MICROMETRE**self.at.cell.dim
        everywhere[ions], after = exchange(exchanger, before, everywhere[ions], volume, time_step)
        return everywhere, after

    def coupled(self, dissolved: Floats | None) -> Floats:
        """(v, k) mol/m³ at the nodes of the species that are solved with the salt."""
        return self._at_nodes(dissolved)[:, [not one.trace for one in self.physics.dissolved]]

    def lithium_in_pores(self, given: Floats | None) -> Floats:
        """(n,) dead lithium in pores at the start of a step, the initial one unless given."""
        if given is None or not len(given):
            return initial_lithium(self.physics.porous_lithium, self.at.cell)
        return given

    def added(
        self,
        system: System,
        x: Floats,
        fields: Fields,
        before: tuple[Floats | None, Floats],
        growing: float,
    ) -> Fields:
        """The fields with the further species at all vertices, NaN outside the electrolyte, what
        passes the walls, and the lithium and the film that reactions of traces take.

        before  further species and dead lithium in pores
        """
        parts, (old, porous) = system.unpack(x), before
        everywhere = self._at_vertices(old)
        walls = exchange_of_coupled(
            system, x, self.at.surface.size, self.at.reacting, self.at.reservoir
        )
        traces = [one.trace for one in self.physics.dissolved]
        if any(traces):
            found = self._traces.solve(
                self._at_nodes(old)[:, traces],
                parts.potential,
                self._trace_walls(system, parts, growing),
                system.time_step,
                self._porous_step(porous),
            )
            if len(porous):
                porous = porous.copy()
                porous[self.at.vertices] = found.porous_lithium
            rate = np.zeros(self.at.surface.size)
            rate[self.at.reacting] = found.lithium
            chemical = fields.chemical_rate + rate
            chosen = np.flatnonzero(traces)
            add_traces(walls, found.walls, self.at.reacting, chosen, system.walls.porosity)
            growth = growth_on_facets(
                self.physics, found.sei, fields.sei_growth, self.at.surface.size, self.at.reacting
            )
            fields = replace(fields, trace_rate=rate, chemical_rate=chemical, sei_growth=growth)
            everywhere[np.ix_(self.at.vertices, np.flatnonzero(traces))] = found.concentration
        coupled = np.flatnonzero(~np.array(traces))
        everywhere[np.ix_(self.at.vertices, coupled)] = parts.dissolved
        return replace(fields, dissolved=everywhere, walls=walls, porous_lithium=porous)

    @cached_property
    def _traces(self) -> Traces:
        """The traces, in the numbering of the nodes of the system."""
        simplices = self.at.node[self.at.cell.simplices[self.at.simplices]]
        return Traces(
            self.at.cell.points[self.at.vertices] * MICROMETRE,
            simplices,
            self.physics.traces,
            self.pores.among(self.at.simplices),
            thermal_voltage(self.physics.temperature),
            self.at.reservoir,
        )

    def _trace_walls(self, system: System, parts: Unknowns, growing: float) -> TraceWalls:
        """The reacting facets with the solution of the salt, and the film after its reactions."""
        walls, chosen = system.walls, self.at.reacting
        exchange = system.exchange(parts)
        plain = (
            one.reaction
            for one in self.physics.sorted_reactions
            if one.of_traces and not one.changes_film
        )
        growth = film_growth_on(
            self.at.surface,
            walls.film,
            chosen,
            walls.insulated,
            self.physics,
            growing,
            of_traces=True,
        )
        return TraceWalls(
            nodes=walls.nodes,
            area=walls.area,
            at=system.at_facets(parts).constant(),
            speed=walls.displaced(exchange.lithium, parts.total, exchange.side).value,
            per_mole=walls.displaced(Dual(np.ones(walls.size)), 0.0).value,
            reactions=placed_on(self.at.surface, chosen, plain),
            growth=None if growth is None else growth.after(exchange.sei),
        )

    def _porous_step(self, lithium: Floats) -> PorousStep | None:
        """Dead lithium in pores at the nodes, from that at all vertices (n,)."""
        if self.physics.porous_lithium is None:
            return None
        volume = layer_volumes(self.at.cell)[self.at.vertices] * MICROMETRE**self.at.cell.dim
        return PorousStep(self.physics.porous_lithium, volume, lithium[self.at.vertices])

    def _at_nodes(self, dissolved: Floats | None) -> Floats:
        """(v, k) mol/m³ of the further species at the nodes."""
        initial = np.array([s.initial for s in self.physics.dissolved])
        if dissolved is None:
            return np.tile(initial, (len(self.at.vertices), 1))
        return dissolved[self.at.vertices]

    def _at_vertices(self, old: Floats | None) -> Floats:
        """(n, k) a copy of the further species, mol/m³, NaN outside the electrolyte."""
        if old is None:
            initial = [s.initial for s in self.physics.dissolved]
            wet = self.at.cell.vertices_of(ELECTROLYTE)[:, None]
            old = np.where(wet, initial, np.nan)
        return old.copy()
