"""Manufactured solution in 3D: as N1, in a cube, with C = cos(πx/L) cos(πy/L) and Z = z/L.

The coarsest mesh has eight edges across the cube; coarser meshes are not in the asymptotic range.
Source: as N1.
"""

from __future__ import annotations

from deposition.verification.case import Case, Family, Findings
from deposition.verification.manufactured import space_findings

SIZES = (2.5, 1.8, 1.25)
"""Edge lengths, µm."""


def compare() -> Findings:
    """Orders over three meshes."""
    return space_findings("n2_manufactured_3d", SIZES)


CASE = Case("N2", "manufactured solution, 3D", Family.NUMERICS, __doc__, compare)
