"""Damped Newton method with Deuflhard's natural (affine-invariant) monotonicity test.

With J Δ = -r(x) and the simplified correction Δ' = -J⁻¹ r(x + λ Δ), the damped step x + λ Δ is
accepted if |Δ'| <= (1 - λ/4) |Δ|; otherwise λ is halved.  While |Δ'| is much smaller than |Δ|, it
is the next correction (simplified Newton), so that most iterations reuse the factors of J, which
are the main cost.  The first correction has the factors of the system before, if that was alike.
Source: Deuflhard, Newton Methods for Nonlinear Problems, 2004, ch. 3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from deposition.mesh.cell import Floats
from deposition.transport.linear import LinearSolver
from deposition.transport.system import System

TOLERANCE = 1e-10
"""Largest component of the last correction at convergence, in c/c0, φF/RT and i_n/i_ref."""

FORESEEN = 0.1
"""Share of the tolerance below which the correction that would follow, by the contraction before,
is not computed: contractions differ by less than its inverse."""

ROUNDING = 1e-5
"""Corrections below this size that no longer decrease are due to rounding."""

REUSE = 0.4
"""Factors are reused while the ratio of successive corrections is below this."""

MAX_ITERATIONS = 60
MIN_DAMPING = 1e-4


class SaltDepleted(Exception):
    """The concentration approaches zero at a node; ``concentration`` is c/c0 there."""

    def __init__(self, node: int, concentration: float) -> None:
        self.node, self.concentration = node, concentration
        super().__init__(node, concentration)


class NotConverged(Exception):
    """Newton's method did not converge; ``unknown`` has the largest last correction."""

    def __init__(self, unknown: int) -> None:
        self.unknown = unknown
        super().__init__(unknown)


class Root(NamedTuple):
    """Root of the residual, and the number of iterations."""

    x: Floats
    iterations: int


def find_root(system: System, x: Floats) -> Root:
    """Solve residual(x) = 0 from ``x``; raises SolveError, SaltDepleted or NotConverged."""
    with system.workspace.solver(system.pattern, system.layout) as solver:
        return _iterate(system, solver, x)


def _iterate(system: System, solver: LinearSolver, x: Floats) -> Root:
    # The second stage of a step has nearly the matrix of the first.
    stale = solver.factors_of == system.time_step
    correction = (
        solver.solve(-system.residual(x)) if stale else _newton_correction(system, solver, x)
    )
    for iteration in range(1, MAX_ITERATIONS + 1):
        size = _size(correction)
        if size < TOLERANCE:
            return Root(x + correction, iteration)
        damping, next_correction = _damp(system, solver, x, correction, stale)
        if damping == 0.0:
            correction, stale = _newton_correction(system, solver, x), False
            continue
        contraction = _size(next_correction) / size
        active_set = system.active_set_key(x)
        same_set = active_set == system.active_set_key(x + damping * correction)
        certain = damping == 1.0 and same_set
        if certain and contraction * _size(next_correction) < FORESEEN * TOLERANCE:
            return Root(x + correction + next_correction, iteration + 1)
        x = x + damping * correction
        _check_salt(system, x, damping)
        if not stale and size < ROUNDING and contraction > 0.5:
            return Root(x, iteration)
        stale = certain and contraction < REUSE
        correction = next_correction if stale else _newton_correction(system, solver, x)
    raise NotConverged(int(np.abs(correction).argmax()))


def _damp(
    system: System, solver: LinearSolver, x: Floats, correction: Floats, stale: bool
) -> tuple[float, Floats]:
    """Damping λ of the correction, and the simplified correction at x + λ Δ.

    λ = 0 if reused factors fail the monotonicity test.
    Raises SaltDepleted or NotConverged below ``MIN_DAMPING``.
    """
    size = _size(correction)
    damping = system.largest_damping(x, correction)
    while True:
        trial = x + damping * correction
        following = solver.solve(-system.residual(trial))
        if _size(following) <= (1.0 - 0.25 * damping) * size or size < ROUNDING:
            return damping, following
        if system.active_set_key(trial) != system.active_set_key(x):
            # The tangent is discontinuous between active sets, so that the test does not apply.
            return damping, following
        if stale:
            return 0.0, following
        damping *= 0.5
        if damping < MIN_DAMPING:
            raise _failure(system, x, correction)


def _newton_correction(system: System, solver: LinearSolver, x: Floats) -> Floats:
    """Δ = -J(x)⁻¹ r(x), with new factors."""
    solver.factor(system.tangent(x))
    solver.factors_of = system.time_step
    return solver.solve(-system.residual(x))


def _size(correction: Floats) -> float:
    return float(np.abs(correction).max())


def _check_salt(system: System, x: Floats, damping: float) -> None:
    """Raise SaltDepleted if damped steps drive c/c0 towards zero, below half its old value."""
    node, lowest = system.lowest_concentration(x)
    if lowest < 1e-3 and damping < 1.0 and lowest < 0.5 * system.old[system.block * node]:
        raise SaltDepleted(node, lowest)


def _failure(system: System, x: Floats, correction: Floats) -> Exception:
    node, lowest = system.lowest_concentration(x)
    if lowest < 1e-2:
        return SaltDepleted(node, lowest)
    return NotConverged(int(np.abs(correction).argmax()))
