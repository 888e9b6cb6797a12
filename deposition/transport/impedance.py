"""Small alternating current through a cell about a steady state: the system, linearised.

A backward Euler step of length Δt has the tangent K + M/Δt, with the storage M of the species.  For
a current I e^{jωt} of small amplitude 1/Δt becomes jω, and the amplitudes y of all unknowns follow
from one complex linear system at each frequency,

    (K + jω M) y = e_I,        Z = A dV/dI,   V = φ_counter - φ_working

Walls and films stand still.  Where a double layer and the capacitance of a film lie beside charge
transfer and film, the unknown of a facet is its total current density i,

    η + (g_i i + g_c c)/(g_η + jω C_dl g_i) = 0,    η = φ_m - φ - E_eq + Z_film i

with the derivatives of the kinetics law g(η, i, c): i_f = i + jω C_dl η passes by charge transfer.
Li⁺ charges the double layer, so that no anion crosses a wall.  The double layer is charged by the
overpotential; the change of E_eq with the concentration would add ω C_dl |Z_W| of itself, less than
1e-4.  The lithiation of a positive electrode of capacity Q follows the current,
dU = -U'(x) dI/(jω Q A).

Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 8; Hallemans et al., J. Electrochem.
Soc. 172 (2025) 060507, doi 10.1149/1945-7111/add41b, for a model linearised in the frequency
domain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import splu

from deposition.laws.film import Complexes
from deposition.laws.reactions import SALT
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import COUNTER, Floats, Mask
from deposition.transport.controls import Control
from deposition.transport.fields import Fields
from deposition.transport.newton import find_root
from deposition.transport.problem import TransportProblem
from deposition.transport.system import System

T = TypeVar("T", bound=np.generic)

STEADY = 1e7
"""A time step (s) after which nothing changes any more in a cell of micrometres."""

ENDLESS = 1e30
"""A time step (s) that leaves nothing of the storage in the tangent."""


@dataclass(frozen=True, eq=False)
class Layers:
    """Capacitances of the walls.

    double_layer       (f,) C_dl of each surface facet, F/m²
    film               Z_film (f,), ohm m², at a frequency (Hz)
    series             (f,) resistance in series with the film, ohm m²
    host_by_lithiation dU/dx of a positive electrode, V; 0 without one
    host_capacity      its capacity Q, C/m²
    """

    double_layer: Floats
    film: Callable[[float], Complexes]
    series: Floats
    host_by_lithiation: float = 0.0
    host_capacity: float = np.inf


class ImpedanceProblem(TransportProblem):
    """A transport problem with walls at rest, about whose steady state a current alternates."""

    def about(
        self, start: Fields, resistance: Floats, control: Control, layers: Layers
    ) -> Linearised:
        """The system about the steady state of a control.

        start       concentrations before, whose salt is kept; resistance (f,) of the film, ohm m²

        Raises what ``solve`` raises.
        """
        dissolved = start.dissolved if self.physics.dissolved else None
        c, x = start.concentration, start.lithiation
        found = self.solve(c, resistance, control, STEADY, start, dissolved, x)
        fields = found.fields
        known = fields.dissolved if self.physics.dissolved else None
        system = self.system(fields.concentration, resistance, control, STEADY, known, x)
        root = system.pack(
            self._start(system, fields.concentration, fields, self._species.coupled(known))
        )
        # φ_m of an electrode with facets at rest is not in the fields: one more iteration finds it.
        root = find_root(system, root).x
        at_rest, storing = (
            self.system(fields.concentration, resistance, control, step, known, x)
            for step in (ENDLESS, 1.0)
        )
        return Linearised(self, at_rest, storing, root, layers, found.voltage)

    def chosen(self, facets: NDArray[T]) -> NDArray[T]:
        """(m,) values on the reacting facets of values (f,) on all."""
        return facets[self._reacting]

    @property
    def host(self) -> Floats:
        """(m,) 1/A on the facets of the counter electrode of area A, m² (m in 2D); else 0."""
        on = self.surface.on(COUNTER)
        return self.chosen(on / float(self._area[on].sum()))


class Linearised:
    """The linear system of an alternating current; ``voltage`` (V) of the state."""

    def __init__(
        self,
        problem: ImpedanceProblem,
        at_rest: System,
        storing: System,
        x: Floats,
        layers: Layers,
        voltage: float,
    ) -> None:
        self._problem, self._system, self._layers = problem, at_rest, layers
        self.voltage = voltage
        self._law = _LawOfFacets.of(problem, at_rest, x, layers)
        self._in_law = at_rest.law_places
        rows, columns = at_rest.places
        first = at_rest.block * at_rest.nodes
        kept = (rows < first) | (rows >= first + at_rest.facets)
        stiff = at_rest.tangent(x)
        self._rows = np.concatenate([rows[kept], *(p.row for p in self._in_law.values())])
        self._columns = np.concatenate([columns[kept], *(p.column for p in self._in_law.values())])
        self._stiffness = stiff[kept]
        self._storage = (storing.tangent(x) - stiff)[kept]

    def impedance(self, frequency: float) -> complex:
        """dV/dI at a frequency (Hz), V/A (with I per metre of depth in 2D)."""
        system, omega = self._system, 2.0 * np.pi * frequency
        law = self._law.row(frequency, system.scales.potential)
        entries = [place.weight * law[slot][place.facet] for slot, place in self._in_law.items()]
        values = np.concatenate([self._stiffness + 1j * omega * self._storage, *entries])
        matrix = csc_matrix((values, (self._rows, self._columns)), (system.size, system.size))
        one_ampere = np.zeros(system.size, dtype=np.complex128)
        one_ampere[-1] = 1.0
        y = splu(matrix).solve(one_ampere)
        metal = y[system.electrode_places] * system.scales.potential
        return complex(-np.sign(system.electrodes.share) @ metal)


@dataclass(frozen=True, eq=False)
class _LawOfFacets:
    """The law of the reacting facets (m,) as a function of the frequency.

    problem, layers
    overpotential, current, concentration   g_η, g_i and g_c; g_i alone where nothing can pass
    by_slot                                 derivatives of η but for its film
    passes                                  metal that is not insulated
    """

    problem: ImpedanceProblem
    layers: Layers
    overpotential: Floats
    current: Floats
    concentration: Floats
    by_slot: dict[str, Floats]
    passes: Mask

    @classmethod
    def of(
        cls, problem: ImpedanceProblem, system: System, x: Floats, layers: Layers
    ) -> _LawOfFacets:
        """The law at a root x of the system."""
        unknowns = system.unpack(x)
        law, at = system.exchange(unknowns).law, system.at_facets(unknowns)
        by, walls, physics = law.residual.by, system.walls, problem.physics
        # η contains φ_m, -φ, -E_eq and the drop R i in the film.
        nernst = physics.electrolyte.nernst * thermal_voltage(physics.temperature)
        by_salt: Floats = np.divide(-nernst, at.concentration[SALT].value)
        drop = walls.resistance + problem.chosen(layers.series)
        ones, live = np.ones(walls.size), ~law.held
        return cls(
            problem,
            layers,
            overpotential=np.where(live, by["metal"], 0.0),
            current=np.where(live, by["current"] - by["metal"] * drop, 1.0),
            concentration=np.where(live, by[SALT] - by["metal"] * by_salt, 0.0),
            by_slot={"metal": ones, "potential": -ones, SALT: by_salt},
            passes=~walls.insulated,
        )

    def row(self, frequency: float, scale: float) -> dict[str, Complexes]:
        """Derivatives of the law by each slot, over the unit of its row (V)."""
        s, chosen, layers = 2j * np.pi * frequency, self.problem.chosen, self.layers
        through = self.overpotential + s * chosen(layers.double_layer) * self.current
        series = chosen(layers.film(frequency)) + chosen(layers.series)
        host = layers.host_by_lithiation / (s * layers.host_capacity)
        slots = {
            **self.by_slot,
            SALT: self.by_slot[SALT] + self.concentration / through,
            "current": self.current / through + series,
            "total": self.problem.host * host,
        }
        row = {
            name: np.where(self.passes, slope, 0.0).astype(np.complex128) / scale
            for name, slope in slots.items()
        }
        row["current"][~self.passes] = 1.0
        row["curvature"] = np.zeros(len(self.passes), dtype=np.complex128)
        return row
