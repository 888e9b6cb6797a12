"""Manufactured solution in 2D: steady c, φ and i_n between two films, under mesh refinement.

    c = c0 exp(u),             u = b (Z - 1/2) + a C sin 2Z
    φ = (RT/F) (u + w) + φ0,   w = p C cos πZ,    C = cos(πx/L),  Z = y/L
    i_n = -2 F D₊ ∂c/∂n,       R(x) = -[φ_m - φ - (RT/F) ln(c/c0) + (2RT/F) asinh(i_n/2i_0)] / i_n

No ion crosses a side wall, no anion any boundary: there are volume sources alone, F ∇·N₋ and ∇·i of
the exact fields, differentiated by UFL.  All else is the code of any run: mesh, boundary
conditions, film law, Butler-Volmer, both electrodes, a given voltage, Newton's method.  For P1
elements theory gives the orders 2 in L2 and 1 in H1; i_n, constant on each facet, is compared at
the midpoints, with order 2.
Source: Roache, J. Fluids Eng. 124 (2002) 4 (the method); the fields are chosen here.
"""

from __future__ import annotations

from deposition.verification.case import Case, Family, Findings
from deposition.verification.manufactured import space_findings

SIZES = (4.0, 2.0, 1.0, 0.5)
"""Edge lengths, µm."""


def compare() -> Findings:
    """Orders over four meshes."""
    return space_findings("n1_manufactured", SIZES)


CASE = Case("N1", "manufactured solution, 2D", Family.NUMERICS, __doc__, compare)
