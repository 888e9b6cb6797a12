"""Extension of the movement of a surface to the vertices of a whole mesh.

The displacement u of the vertices solves a Laplace equation in which a simplex is the stiffer the
smaller its volume |T| is:

    Σ_T (1/|T|) ∫_T ∇u : ∇v dV = 0    u given at the fixed vertices, u · n = 0 at walls of the box

so that the volume of a small cell changes as little as its neighbours allow.  The solution need be
no more exact than the quality of cells is sensitive to it: conjugate gradients end early.

Source: Masud & Hughes, Comput. Methods Appl. Mech. Engrg. 146 (1997) 91 (stiffness by the inverse
of the volume).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.linalg import LinearOperator, cg

from deposition.mesh.cell import Cell, Floats, Mask
from deposition.mesh.vertex_normals import wall_projectors

TOLERANCE = 0.01
"""Residual, as a share of that without any movement of the interior, at which the solver ends."""
ITERATIONS = 100
"""Most iterations; some 30 are usual."""


def extend(cell: Cell, moves: Floats, given: Mask) -> Floats:
    """(n, d) movement of all vertices of a 3D cell that agrees with ``moves`` (n, d), µm, at the
    vertices ``given`` (n,), and stays within the walls elsewhere."""
    free = np.flatnonzero(~given)
    stiffness = _stiffness(cell)
    within = wall_projectors(cell, free)
    walls = np.flatnonzero(np.any(within != np.eye(cell.dim), axis=(1, 2)))
    projector = within[walls]

    def projected(values: Floats) -> Floats:
        values[walls] = np.einsum("vij,vj->vi", projector, values[walls])
        return values

    inner = stiffness[free][:, free]
    shape = (len(free), cell.dim)

    def apply(values: Floats) -> Floats:
        return projected(inner @ values.reshape(shape)).ravel()

    right = projected(-(stiffness[free] @ np.where(given[:, None], moves, 0.0))).ravel()
    diagonal = np.repeat(inner.diagonal(), cell.dim)
    size = 2 * (right.size,)
    found, _ = cg(
        LinearOperator(size, matvec=apply, dtype=np.float64),
        right,
        rtol=TOLERANCE,
        maxiter=ITERATIONS,
        M=LinearOperator(size, matvec=lambda values: values / diagonal, dtype=np.float64),
    )
    extended = np.where(given[:, None], moves, 0.0)
    extended[free] = found.reshape(shape)
    return extended


def _stiffness(cell: Cell) -> csr_array:
    """(n, n) Σ_T ∇φ_i · ∇φ_j of a 3D cell, 1/µm²."""
    corners = cell.points[cell.simplices]
    a, b, c = (corners[:, k] - corners[:, 0] for k in (1, 2, 3))
    gradient = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=1)
    gradient /= 6.0 * cell.volumes[:, None, None]
    gradient = np.concatenate([-gradient.sum(axis=1, keepdims=True), gradient], axis=1)
    first, second = np.triu_indices(4, k=1)
    products = np.einsum("mej,mej->me", gradient[:, first], gradient[:, second])
    rows, columns = cell.simplices[:, first].ravel(), cell.simplices[:, second].ravel()
    count = len(cell.points)
    upper = coo_array((products.ravel(), (rows, columns)), shape=(count, count)).tocsr()
    joined = csr_array(upper + upper.T)
    # Rows add up to 0.
    diagonal = np.asarray(joined.sum(axis=1)).ravel()
    index = np.arange(count)
    return csr_array(joined - coo_array((diagonal, (index, index)), shape=joined.shape).tocsr())
