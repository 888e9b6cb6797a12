"""Weak form of the electrolyte in UFL, compiled once and then bound to each new mesh.

For P1 functions c and φ with test functions q and p (n points from the electrolyte into the metal):

    F ∫ ε (c - c_old)/Δt q - F ∫ N₋·∇q + F ∮ N₋·n q = 0
                             - ∫ i·∇p  + ∮ i_n p    = 0

with the porosity ε of the separator, whose ε^b is contained in N₋ and i: a constant of the form if
it is the same everywhere, else constant in each simplex.  This module has the volume
terms, in A (A per metre of depth in 2D), ``bulk`` assembles them; the boundary terms are in
``walls``.  Each further
dissolved species, dilute, has an equation like that of c, with

    N_k = -D_k (∇c_k + z_k (F/RT) c_k ∇φ)

and adds F z_k N_k to i.  All c and φ are the components of one function, scaled by their initial
values and RT/F.

The storage term is lumped: this prevents undershoots of c in short steps and conserves ∫c exactly.
It is diagonal, the same for every law, and added in NumPy (``bulk``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from deposition.common.constants import FARADAY
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.transport import dolfinx_compat as compat
from deposition.transport.dolfinx_compat import basix, ufl

SIMPLEX = {2: "triangle", 3: "tetrahedron"}
FORM_CONSTANTS = ("c_scale", "phi_scale")
"""Constants of the form besides those of the electrolyte law and the separator."""


@dataclass(frozen=True, eq=False)
class Code:
    """A compiled form, and the symbols that occur in it (their search takes milliseconds)."""

    compiled: Any
    rank: int
    constants: frozenset[ufl.Constant]
    coefficients: frozenset[ufl.Coefficient]

    @classmethod
    def of(cls, form: ufl.Form) -> Code:
        """Compile a form."""
        return cls(
            compat.compile_form(form),
            len(form.arguments()),
            frozenset(ufl.algorithms.analysis.extract_constants(form)),
            frozenset(ufl.algorithms.extract_coefficients(form)),
        )


@dataclass(frozen=True, eq=False)
class CompiledBulk:
    """Compiled flux terms and their tangent, with the symbols that a mesh binds to values."""

    domain: ufl.Mesh
    element: Any
    residual: Code
    tangent: Code
    unknown: ufl.Coefficient
    efficiency: ufl.Constant | ufl.Coefficient
    constants: dict[str, ufl.Constant]


def _numbers_of(dissolved: int) -> list[str]:
    """Names of the constants of the further species: scale, charge and diffusivity of each."""
    return [f"{name}_{k}" for k in range(dissolved) for name in ("scale", "charge", "diffusivity")]


@cache
def compile_bulk(
    law: type[ElectrolyteLaw], dim: int, dissolved: int = 0, uniform: bool = True
) -> CompiledBulk:
    """Compile the form for an electrolyte law, dimension and number of further species; their
    parameters stay symbols.  uniform: whether ε^b is one number, or one for each simplex."""
    cell = SIMPLEX[dim]
    domain = ufl.Mesh(basix.ufl.element("P", cell, 1, shape=(dim,)))
    element = basix.ufl.element("P", cell, 1, shape=(2 + dissolved,))
    space = ufl.FunctionSpace(domain, element)
    unknown = ufl.Coefficient(space)
    piecewise = ufl.FunctionSpace(domain, per_simplex(dim))
    efficiency = ufl.Constant(domain) if uniform else ufl.Coefficient(piecewise)
    names = [f.name for f in fields(law)]  # type: ignore[arg-type]
    constants = {
        name: ufl.Constant(domain) for name in (*names, *FORM_CONSTANTS, *_numbers_of(dissolved))
    }
    symbolic = law(**{name: constants[name] for name in names})
    residual = _fluxes(symbolic, unknown, efficiency, ufl.TestFunction(space), constants)
    # compile_form of DOLFINx 0.9 numbers the coefficients of an unexpanded derivative wrongly.
    tangent = ufl.algorithms.expand_derivatives(ufl.derivative(residual, unknown))
    codes = Code.of(residual), Code.of(tangent)
    return CompiledBulk(domain, element, *codes, unknown, efficiency, constants)


def per_simplex(dim: int) -> Any:
    """The element of a function that is constant in each simplex."""
    return basix.ufl.element("DG", SIMPLEX[dim], 0)


def _fluxes(
    law: ElectrolyteLaw,
    unknown: ufl.Coefficient,
    efficiency: ufl.Constant | ufl.Coefficient,
    test: ufl.Argument,
    k: dict[str, ufl.Constant],
) -> ufl.Form:
    last = len(unknown) - 1
    c, phi = k["c_scale"] * unknown[0], k["phi_scale"] * unknown[last]
    q, p = test[0], test[last]
    gradients = (ufl.grad(c), ufl.grad(phi))
    # One quadrature point is exact for a P1 function times two (constant) gradients.
    dx = ufl.Measure("dx", metadata={"quadrature_degree": 1})
    anions = FARADAY * ufl.inner(law.anion_flux(c, *gradients), ufl.grad(q))
    charge = ufl.inner(law.current(c, *gradients), ufl.grad(p))
    terms = anions + charge
    for number in range(last - 1):
        concentration = k[f"scale_{number}"] * unknown[1 + number]
        migration = k[f"charge_{number}"] / k["phi_scale"] * concentration * gradients[1]
        flux = -k[f"diffusivity_{number}"] * (ufl.grad(concentration) + migration)
        terms += FARADAY * ufl.inner(flux, ufl.grad(test[1 + number]))
        terms += FARADAY * k[f"charge_{number}"] * ufl.inner(flux, ufl.grad(p))
    return -efficiency * terms * dx
