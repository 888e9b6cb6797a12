"""Manufactured solution of the transport equations, and its errors.

In a box of side L, with Z = (height above the cathode)/L and X = x/L of each other axis:

    c = c0 exp(u),             u = b (Z - 1/2) + a exp(-kt) C sin 2Z,    C = Π cos πX
    φ = (RT/F) (u + w) + φ0,   w = p exp(-kt) C cos πZ

so that N₋ = D₋ c ∇w and N₊ = -D₊ c (2∇u + ∇w).  No ion crosses a side wall, no anion any boundary,

    and  i_n = -2 F D₊ ∂c/∂n   on the electrodes.

The film law is satisfied there by a film of the resistance R(x) > 0 that follows from

    φ_m - φ - (RT/F) ln(c/c0) + R i_n + (2RT/F) asinh(i_n / 2i_0) = 0

Only volume sources are required: F (∂c/∂t + ∇·N₋) on the c rows and ∇·i on the φ rows.  They are
formed from c, u and w as defined here, not from the flux of the program, whose errors would cancel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.laws.electrolyte import NernstPlanck
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import ELECTROLYTE, Cell, Floats, simplex_volumes
from deposition.scenario import Scenario
from deposition.simulation.build import model_of
from deposition.simulation.initial import Start, begin
from deposition.simulation.model import Model
from deposition.transport import dolfinx_compat as compat
from deposition.transport.bulk_form import SIMPLEX, Code
from deposition.transport.dolfinx_compat import basix, fem, ufl
from deposition.transport.newton import find_root
from deposition.transport.problem import TransportProblem
from deposition.transport.system import System, Unknowns
from deposition.verification.bench import scenario
from deposition.verification.case import Findings, Panel, Series, order

B, A, P = 0.6, 0.2, 0.3
"""Amplitudes b, a, p, such that i_n has no zero on the electrodes."""

DEGREE = 6
"""Degree of the quadrature of sources and errors; its error is negligible."""

TINY = 1e-20
"""Step of the complex-step derivative, Im f(x + ih)/h, which has no cancellation."""


LONG = 100.0
"""Time step (s) of ten times L²/D, which ends in the discrete steady state."""

ORDERS = (("c, L2", 2.0), ("c, H1", 1.0), ("φ, L2", 2.0), ("φ, H1", 1.0), ("i_n, L2", 2.0))
"""Orders of convergence of P1 elements."""

SCATTER = 0.1
"""Slack of the orders on unstructured meshes."""


@dataclass(frozen=True)
class Exact:
    """Exact fields at points x (d, …), m, and a time (s), in NumPy or UFL (``xp``).

    law    of the electrolyte
    size   L, m
    lift   φ0, V
    decay  k, 1/s; 0: steady
    """

    law: NernstPlanck
    size: float
    lift: float
    decay: float = 0.0

    def waves(self, xp: Any, x: Any, time: Any) -> tuple[Any, Any]:
        """u and w."""
        *across, up = (x[k] / self.size for k in range(len(x)))
        pattern = xp.exp(-self.decay * time)
        for x_over_l in across:
            pattern = pattern * xp.cos(np.pi * x_over_l)
        u = B * (up - 0.5) + A * pattern * xp.sin(2.0 * up)
        return u, P * pattern * xp.cos(np.pi * up)

    def concentration(self, xp: Any, x: Any, time: Any = 0.0) -> Any:
        """c, mol/m³."""
        return self.law.concentration * xp.exp(self.waves(xp, x, time)[0])

    def potential(self, xp: Any, x: Any, time: Any = 0.0) -> Any:
        """φ, V."""
        return thermal_voltage(self.law.temperature) * sum(self.waves(xp, x, time)) + self.lift

    def fluxes(self, x: Any, time: Any = 0.0) -> tuple[Any, Any]:
        """N₋ (mol/(m² s)) and i (A/m²) in UFL."""
        c, (u, w) = self.concentration(ufl, x, time), self.waves(ufl, x, time)
        anions = self.law.anion_diffusivity * c * ufl.grad(w)
        cations = -self.law.cation_diffusivity * c * ufl.grad(2.0 * u + w)
        return anions, FARADAY * (cations - anions)

    def slopes(self, field: Any, x: Floats, time: float = 0.0) -> Floats:
        """(d, …) gradient of ``concentration`` or ``potential``."""
        steps = 1j * TINY * np.eye(len(x)).reshape(len(x), len(x), *[1] * (x.ndim - 1))
        return np.stack([field(np, x + step, time).imag / TINY for step in steps])


@dataclass(frozen=True, eq=False)
class Bench:
    """Cell of a scenario, the model of the program for it, and the exact solution.

    voltage  between the electrodes, V
    """

    start: Start
    model: Model
    problem: TransportProblem
    exact: Exact
    voltage: float

    @classmethod
    def of(cls, settings: Scenario, decay: float = 0.0) -> Bench:
        """Bench of a scenario with a given voltage, whose cell is a cube of electrolyte."""
        start = begin(settings)
        model = model_of(settings, start)
        law, volts = model.transport.electrolyte, settings.protocol.voltage
        assert isinstance(law, NernstPlanck) and volts is not None
        exact = Exact(law, float(start.cell.points[:, -1].max()) * MICROMETRE, -0.5 * volts, decay)
        problem = TransportProblem(start.cell, start.surface, model.transport)
        return cls(start, model, problem, exact, volts)

    @property
    def points(self) -> Floats:
        """(d, n) vertices of the cell, m."""
        return self.start.cell.points.T * MICROMETRE

    def concentration(self, time: float = 0.0) -> Floats:
        """(n,) exact c at the vertices of the electrolyte, NaN elsewhere."""
        wet = self.start.cell.vertices_of(ELECTROLYTE)
        return np.where(wet, self.exact.concentration(np, self.points, time), np.nan)

    def wall(self, time: float = 0.0) -> tuple[Floats, Floats]:
        """(f,) exact i_n (A/m²) at the midpoints of the facets, and film resistance (ohm m²)."""
        surface, exact, physics = self.start.surface, self.exact, self.model.transport
        x = surface.midpoint.T * MICROMETRE
        across = (exact.slopes(exact.concentration, x, time) * surface.normal.T).sum(axis=0)
        current = -2.0 * FARADAY * exact.law.cation_diffusivity * across
        c, phi = exact.concentration(np, x, time), exact.potential(np, x, time)
        equilibrium = thermal_voltage(physics.temperature) * np.log(c / physics.concentration)
        metal = np.where(surface.working, -self.voltage, 0.0)
        without_film = physics.kinetics.residual(metal - phi - equilibrium, current, c).value
        return current, -without_film / current

    def system(self, old: Floats, time_step: float, time: float = 0.0) -> System:
        """System of one step of the program from the concentration ``old`` (n,)."""
        control = self.model.plan.protocol_steps[0].applied.control(0.0)
        return self.problem.system(old, self.wall(time)[1], control, time_step)

    def unknowns(self, system: System, time: float = 0.0) -> Floats:
        """Exact solution in the unknowns of the system."""
        node = np.flatnonzero(self.start.cell.vertices_of(ELECTROLYTE))[system.bulk.vertex_of_node]
        x = self.points[:, node]
        current = self.wall(time)[0]
        working = (current * system.walls.area)[system.walls.working].sum()
        c, phi = self.exact.concentration(np, x, time), self.exact.potential(np, x, time)
        metal = np.array([0.0, -self.voltage])
        return system.pack(Unknowns(c, phi, current, metal, float(working)))


class Loaded(System):
    """System with sources: residual(x) = system.residual(x) - load."""

    def __init__(self, system: System, load: Floats) -> None:
        vars(self).update(vars(system))
        self.load = load

    def residual(self, x: Floats) -> Floats:
        """(size,) rows as in ``System``."""
        return super().residual(x) - self.load


class Sources:
    """Volume sources of the exact fields on the mesh of a bench."""

    def __init__(self, bench: Bench) -> None:
        cell = bench.start.cell
        compiled = compile_sources(bench.exact, cell.dim)
        mesh = compat.create_mesh(*_wet(cell), compiled.domain.ufl_coordinate_element())
        space = fem.functionspace(mesh, compiled.element)
        self._time = fem.Constant(mesh, 0.0)
        self._forms = [
            compat.create_form(
                code.compiled, [space], mesh, {}, {symbol: self._time for symbol in code.constants}
            )
            for code in compiled.loads
        ]
        self._place = space.tabulate_dof_coordinates()[:, : cell.dim]
        self._points = _wet(cell)[0]

    def load(self, system: System, time: float = 0.0) -> Floats:
        """(size,) ∫ F (∂c/∂t + ∇·N₋) q on the c rows, ∫ ∇·i p on the φ rows at a time (s), A."""
        self._time.value = time
        _, vertex = cKDTree(self._place).query(self._points[system.bulk.vertex_of_node])
        load = np.zeros(system.size)
        for component, form in enumerate(self._forms):
            load[component : 2 * system.nodes : 2] = fem.assemble_vector(form).array[vertex]
        return load


@dataclass(frozen=True, eq=False)
class CompiledSources:
    """Compiled code of the two loads, with the time as a constant."""

    domain: ufl.Mesh
    element: Any
    loads: tuple[Code, Code]


@cache
def compile_sources(exact: Exact, dim: int) -> CompiledSources:
    """Compile the loads of ``Sources`` from the exact fields, differentiated by UFL."""
    kind = SIMPLEX[dim]
    domain = ufl.Mesh(basix.ufl.element("P", kind, 1, shape=(dim,)))
    element = basix.ufl.element("P", kind, 1)
    test = ufl.TestFunction(ufl.FunctionSpace(domain, element))
    x, time = ufl.SpatialCoordinate(domain), ufl.variable(ufl.Constant(domain))
    storage = ufl.diff(exact.concentration(ufl, x, time), time)
    anions, current = exact.fluxes(x, time)
    dx = ufl.Measure("dx", metadata={"quadrature_degree": DEGREE})
    loads = FARADAY * (storage + ufl.div(anions)) * test * dx, ufl.div(current) * test * dx
    first, second = (Code.of(ufl.algorithms.expand_derivatives(load)) for load in loads)
    return CompiledSources(domain, element, (first, second))


# --- errors -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Errors:
    """Errors of c and φ in L2 and in the H1 seminorm, and of i_n in L2 of the electrodes.

    All are relative to the same norm of the exact field, of its deviation from the mean in L2.
    size  (mean volume of an element)^(1/d), µm
    """

    size: float
    concentration: float
    concentration_slope: float
    potential: float
    potential_slope: float
    current: float


def errors_after(bench: Bench, time_step: float, steps: int = 1) -> Errors:
    """Errors after equal steps (s) from the exact fields, with the sources of the exact fields.

    Film and sources of a step are those at its end, as in backward Euler.
    """
    c, sources = bench.concentration(), Sources(bench)
    wet = np.flatnonzero(bench.start.cell.vertices_of(ELECTROLYTE))
    for time in time_step * np.arange(1, steps + 1):
        system = bench.system(c, time_step, time)
        loaded = Loaded(system, sources.load(system, time))
        found = system.unpack(find_root(loaded, bench.unknowns(system, time)).x)
        c[wet[system.bulk.vertex_of_node]] = found.concentration
    return _errors_of(bench, system, found, time)


def _errors_of(bench: Bench, system: System, found: Unknowns, time: float) -> Errors:
    cell, exact = bench.start.cell, bench.exact
    current, area = bench.wall(time)[0], system.walls.area
    c = _errors(bench, system, found.concentration, exact.concentration, time)
    phi = _errors(bench, system, found.potential, exact.potential, time)
    wrong = np.sqrt(area @ (found.current - current) ** 2 / (area @ current**2))
    wet = cell.in_region(ELECTROLYTE)
    size = (cell.volumes[wet].mean()) ** (1.0 / cell.dim)
    return Errors(float(size), *c, *phi, float(wrong))


def _wet(cell: Cell) -> tuple[Floats, Any]:
    """Points (m) and simplices of the electrolyte alone."""
    used, local = np.unique(cell.simplices[cell.in_region(ELECTROLYTE)], return_inverse=True)
    return cell.points[used] * MICROMETRE, local.reshape(-1, cell.dim + 1)


def _errors(
    bench: Bench, system: System, of_node: Floats, field: Any, time: float
) -> tuple[float, float]:
    """Relative errors of a P1 function in L2 and in the H1 seminorm, by quadrature."""
    points, simplices = _wet(bench.start.cell)
    dim = points.shape[1]
    kind = {2: basix.CellType.triangle, 3: basix.CellType.tetrahedron}[dim]
    place, weight = basix.make_quadrature(kind, DEGREE)
    corner = np.column_stack([1.0 - place.sum(axis=1), place])
    volume = np.abs(simplex_volumes(points, simplices))
    weights = (volume[:, None] * weight / weight.sum()).ravel()
    values = np.empty(len(points))
    values[system.bulk.vertex_of_node] = of_node
    x = np.einsum("qk,mkd->dmq", corner, points[simplices]).reshape(dim, -1)
    exact, slope = field(np, x, time), bench.exact.slopes(field, x, time)
    found = (values[simplices] @ corner.T).ravel()
    edges = points[simplices[:, 1:]] - points[simplices[:, :1]]
    rise = values[simplices[:, 1:]] - values[simplices[:, :1]]
    slope_found = np.repeat(np.linalg.solve(edges, rise[..., None])[..., 0].T, len(weight), axis=1)
    mean = weights @ exact / weights.sum()
    return (
        _relative(weights, found - exact, exact - mean),
        _relative(weights, slope_found - slope, slope),
    )


def _relative(weights: Floats, error: Floats, of: Floats) -> float:
    """Ratio of two L2 norms, of scalars (q,) or vectors (d, q)."""
    return float(np.sqrt((error**2 @ weights).sum() / (of**2 @ weights).sum()))


# --- findings of the cases ------------------------------------------------------------------------


def space_findings(name: str, sizes: Sequence[float]) -> Findings:
    """Orders of convergence of the scenario ``cases/NAME.toml`` over edge lengths (µm)."""
    rows = [
        errors_after(
            Bench.of(scenario(name, f"mesh.surface_size={h} um", f"mesh.coarse_size={h} um")),
            LONG,
        )
        for h in sizes
    ]
    edges, *errors = np.array([astuple(row) for row in rows]).T
    checks = tuple(
        order(f"order of {label}", edges.tolist(), of_one.tolist(), theory, SCATTER)
        for (label, theory), of_one in zip(ORDERS, errors, strict=True)
    )
    lines = tuple(
        Series(label, edges, of_one[-1] * (edges / edges[-1]) ** theory, edges, of_one)
        for (label, theory), of_one in zip(ORDERS, errors, strict=True)
    )
    return Findings(checks, Panel("edge length / µm", "relative error", lines, log=True))
