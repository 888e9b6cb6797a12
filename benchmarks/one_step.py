"""One time step of the scenario ``be``, written directly in UFL, DOLFINx and PETSc.

The equations are those of the simulator, in an independent implementation: only the mesh is shared.
In the electrolyte, backward Euler with a lumped mass matrix for the salt, and ∇·i = 0:

    ∂c/∂t + ∇·N₋ = 0,   N± = -D± (∇c ± (F/RT) c ∇φ),   i = F (N₊ - N₋)

On both electrodes, with n from the electrolyte into the metal and v the speed of the interface:

    i·n = i_n,   N₋·n = -c v
    φ_m - φ - (RT/F) ln(c/c0) + R i_n + (2RT/F) asinh(i_n / 2i_0) = 0,   i_0 = i_00 (c/c0)^½

The lithium below has v = V_m i_n/F and a film with hot spots; the counter electrode above recedes
uniformly and has no film, φ_m = 0.  φ_m of the lithium follows from the applied current.
Capillarity is omitted (γ = 0).

c and φ are P1.  i_n is Crouzeix-Raviart: one unknown per facet, its value at the midpoint, the only
quadrature point of a facet.  The unknowns of all other facets are constrained to 0.

Usage:  ./fenicsx python benchmarks/one_step.py
"""

import time

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem, mesh
from dolfinx.fem import petsc
from mpi4py import MPI
from petsc4py import PETSc

from deposition import Scenario
from deposition.simulation.initial import begin

# --- parameters of be, SI -------------------------------------------------------------------------

F, GAS, T = 96485.33212, 8.31446261815324, 298.15
KAPPA, T_PLUS, C0 = 0.35, 0.38, 1000.0  # S/m, -, mol/m³
I_00, V_M = 1e4, 1.2998e-5  # A/m², m³/mol
R_HOT, R_MATRIX = 0.3e-4, 6e-4  # ohm m²
HOT_SPOTS = ((2, 3), (9, 10), (14, 15), (20.5, 21.5), (29, 30), (35, 36))  # µm
DENSITY, STEP = 5.0, 1.0  # A/m², s

VT = GAS * T / F
D_PLUS = T_PLUS * KAPPA * GAS * T / (F**2 * C0)
D_MINUS = (1.0 - T_PLUS) * KAPPA * GAS * T / (F**2 * C0)

# --- the mesh of the electrolyte, m ---------------------------------------------------------------

settings = Scenario.load("be", ["lithium.surface_energy=0 J/m^2"])
cell = begin(settings).cell
started = time.perf_counter()

wet = cell.simplices[cell.in_region("electrolyte")]
used, triangles = np.unique(wet, return_inverse=True)
points = cell.points[used] * 1e-6
domain = mesh.create_mesh(
    MPI.COMM_SELF,
    cells=triangles.reshape(wet.shape),
    x=points,
    e=basix.ufl.element("P", "triangle", 1, shape=(2,)),
)
width, top = points.max(axis=0)
domain.topology.create_connectivity(1, 2)
lithium = mesh.locate_entities_boundary(domain, 1, lambda x: np.isclose(x[1], 0.0))
counter = mesh.locate_entities_boundary(domain, 1, lambda x: np.isclose(x[1], top))
walls = np.concatenate([lithium, counter])
sides = np.repeat([1, 2], [len(lithium), len(counter)]).astype(np.int32)
order = np.argsort(walls)
tags = mesh.meshtags(domain, 1, walls[order], sides[order])

dx = ufl.Measure("dx", domain, metadata={"quadrature_degree": 1})
ds = ufl.Measure("ds", domain, subdomain_data=tags, metadata={"quadrature_degree": 1})

# --- unknowns, in units of c0, RT/F and the mean current ------------------------------------------

space = fem.functionspace(
    domain,
    basix.ufl.mixed_element(
        [
            basix.ufl.element("P", "triangle", 1),
            basix.ufl.element("P", "triangle", 1),
            basix.ufl.element("CR", "triangle", 1),
        ]
    ),
)
unknown = fem.Function(space)
scaled_c, scaled_phi, scaled_current = ufl.split(unknown)
c, phi, i_n = C0 * scaled_c, VT * scaled_phi, DENSITY * scaled_current
q, p, j = ufl.TestFunctions(space)
metal = fem.Constant(domain, 0.0)  # φ_m of the lithium / (RT/F)

nodes = []  # of c, φ and i_n: collapsed space and its dofs in the mixed space
for k in range(3):
    collapsed, dofs = space.sub(k).collapse()
    nodes.append((collapsed, np.ravel(dofs)))  # DOLFINx 0.11 returns a list of one array
unknown.x.array[nodes[0][1]] = 1.0
constrained = np.setdiff1d(nodes[2][1], fem.locate_dofs_topological(space.sub(2), 1, walls))
bc = fem.dirichletbc(0.0, constrained.astype(np.int32), space.sub(2))

# --- the equations --------------------------------------------------------------------------------

anions = -D_MINUS * (ufl.grad(c) - c / VT * ufl.grad(phi))
cations = -D_PLUS * (ufl.grad(c) + c / VT * ufl.grad(phi))
current = F * (cations - anions)

x = ufl.SpatialCoordinate(domain)
film = R_MATRIX
for left, right in HOT_SPOTS:
    inside = ufl.And(ufl.gt(x[0], left * 1e-6), ufl.lt(x[0], right * 1e-6))
    film = ufl.conditional(inside, R_HOT, film)

ratio = i_n / (2.0 * I_00 * ufl.sqrt(c / C0))
size = abs(ratio)
asinh = ufl.conditional(  # not in UFL; the logarithm loses the digits of a small ratio
    ufl.lt(size, 1e-3),
    ratio - ratio**3 / 6.0,
    ufl.sign(ratio) * ufl.ln(size + ufl.sqrt(ratio**2 + 1.0)),
)
without_metal = -phi / VT - ufl.ln(c / C0) + 2.0 * asinh
speed = V_M / F * i_n
counter_speed = -V_M / F * DENSITY  # its width is that of the box

residual = (  # without the storage term
    -F * ufl.inner(anions, ufl.grad(q)) * dx
    - F * c * speed * q * ds(1)
    - F * c * counter_speed * q * ds(2)
    - ufl.inner(current, ufl.grad(p)) * dx
    + i_n * p * ds
    + DENSITY * (without_metal + metal + film * i_n / VT) * j * ds(1)
    + DENSITY * without_metal * j * ds(2)
)
# ∫q is the lumped mass matrix, nonzero in the rows of c only.  A vertex quadrature in ``residual``
# is no alternative: beside two other integrals, DOLFINx 0.9 and 0.11 assemble it wrongly.
storage = F * C0 / STEP * fem.assemble_vector(fem.form(q * dx)).array
old = unknown.x.array.copy()
equations = fem.form(residual)
tangent = fem.form(ufl.derivative(residual, unknown))
by_voltage = fem.assemble_vector(fem.form(DENSITY * j * ds(1))).array
total = fem.assemble_vector(fem.form(j * ds(1))).array  # Σ i_n A / DENSITY is total · unknown

# --- Newton's method; φ_m by bordering: J δ = -r - (∂r/∂φ_m) δφ_m, Σ i_n A = I --------------------

solver = PETSc.KSP().create(MPI.COMM_SELF)
solver.setType("preonly")
solver.getPC().setType("lu")
solver.getPC().setFactorSolverType("mumps")
iterations, correction = 0, np.inf
while correction > 1e-11:
    matrix = petsc.assemble_matrix(tangent, bcs=[bc])
    matrix.assemble()
    right, answer = matrix.createVecs()
    right.setArray(storage)
    matrix.setDiagonal(right, addv=PETSc.InsertMode.ADD)
    solver.setOperators(matrix)
    full_residual = fem.assemble_vector(equations).array + storage * (unknown.x.array - old)
    parts = []
    for side in (-full_residual, -by_voltage):
        side[constrained] = 0.0
        right.setArray(side)
        solver.solve(right, answer)
        parts.append(answer.getArray().copy())
    change, per_metal = parts
    of_metal = (width - total @ (unknown.x.array + change)) / (total @ per_metal)
    change += of_metal * per_metal
    unknown.x.array[:] += change
    metal.value += of_metal
    correction = max(np.abs(change).max(), abs(of_metal))
    iterations += 1
    for petsc_object in (matrix, right, answer):
        petsc_object.destroy()
    if iterations > 30:
        raise SystemExit("Newton's method did not converge")
solver.destroy()

# --- results --------------------------------------------------------------------------------------

seconds = time.perf_counter() - started
vertices, facets = (nodes[k][0].tabulate_dof_coordinates()[:, :2] for k in (0, 2))
concentration = C0 * unknown.x.array[nodes[0][1]]  # at ``vertices``, mol/m³
potential = VT * unknown.x.array[nodes[1][1]]  # at ``vertices``, V
current_density = DENSITY * unknown.x.array[nodes[2][1]]  # at ``facets``, A/m²; 0 in the interior
voltage = -VT * float(metal.value)

if __name__ == "__main__":
    print(f"{len(points)} vertices, {iterations} corrections, {seconds:.2f} s")
    print(f"voltage {1e3 * voltage:.9f} mV, c_min {concentration.min():.9f} mol/m³")
    print(f"i_n from {current_density.min():.9f} to {current_density.max():.9f} A/m²")
