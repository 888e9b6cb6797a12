"""Newton's method with a monotonicity test that does not depend on how rows are scaled.

A step x + λ Δ is judged by the correction that the same factors would make next (Deuflhard's
natural test): it must be smaller than Δ.  While it is much smaller, it is taken as the next step,
so that most steps reuse the factors, whose making is most of the work.
Source: Deuflhard, Newton Methods for Nonlinear Problems, 2004, ch. 3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from deposition.mesh.cell import Floats
from deposition.transport.linear import DirectSolver
from deposition.transport.system import System

TOLERANCE = 1e-10
"""Largest last correction, in c/c0, φF/RT and i_n/i_ref."""

ROUNDING = 1e-5
"""Corrections below this that no longer shrink are rounding, not error."""

REUSE = 0.4
"""Factors are used again while each correction is this much smaller than the last."""

MOST = 60
SHORTEST = 1e-4


class SaltDepleted(Exception):
    """Concentration falls to nothing at a node."""

    def __init__(self, node: int, concentration: float) -> None:
        self.node, self.concentration = node, concentration
        super().__init__(node, concentration)


class NotConverged(Exception):
    """No convergence; the last correction was largest at this unknown."""

    def __init__(self, unknown: int) -> None:
        self.unknown = unknown
        super().__init__(unknown)


class Root(NamedTuple):
    """Where the residual is zero, and the number of corrections it took."""

    x: Floats
    iterations: int


def find_root(system: System, x: Floats) -> Root:
    """Solve ``system.residual(x) = 0`` from ``x``; raises SolveError, Exhausted or Stuck."""
    with DirectSolver(system.pattern) as solver:
        return _iterate(system, solver, x)


def _iterate(system: System, solver: DirectSolver, x: Floats) -> Root:
    correction, stale = _fresh(system, solver, x), False
    for iteration in range(1, MOST + 1):
        size = _size(correction)
        if size < TOLERANCE:
            return Root(x + correction, iteration)
        damping, next_correction = _damp(system, solver, x, correction, stale)
        if damping == 0.0:
            correction, stale = _fresh(system, solver, x), False
            continue
        contraction = _size(next_correction) / size
        same_piece = system.active_set_key(x) == system.active_set_key(x + damping * correction)
        x = x + damping * correction
        _check_salt(system, x, damping)
        if not stale and size < ROUNDING and contraction > 0.5:
            return Root(x, iteration)
        stale = damping == 1.0 and contraction < REUSE and same_piece
        correction = next_correction if stale else _fresh(system, solver, x)
    raise NotConverged(int(np.abs(correction).argmax()))


def _damp(
    system: System, solver: DirectSolver, x: Floats, correction: Floats, stale: bool
) -> tuple[float, Floats]:
    """The part of the correction to take, and the correction that follows with the same factors.

    Returns 0 when the factors are stale and do not serve any more.
    """
    size = _size(correction)
    damping = system.reach(x, correction)
    while True:
        trial = x + damping * correction
        following = solver.solve(-system.residual(trial))
        if _size(following) <= (1.0 - 0.25 * damping) * size or size < ROUNDING:
            return damping, following
        if system.active_set_key(trial) != system.active_set_key(x):
            # Across a kink the old factors cannot judge; the active-set method takes the step.
            return damping, following
        if stale:
            return 0.0, following
        damping *= 0.5
        if damping < SHORTEST:
            raise _stuck(system, x, correction)


def _fresh(system: System, solver: DirectSolver, x: Floats) -> Floats:
    solver.factor(system.tangent(x))
    return solver.solve(-system.residual(x))


def _size(correction: Floats) -> float:
    return float(np.abs(correction).max())


def _check_salt(system: System, x: Floats, damping: float) -> None:
    """Salt that falls and falls runs out; where it was as low before, it may be on its way up."""
    node, lowest = system.lowest(x)
    if lowest < 1e-3 and damping < 1.0 and lowest < 0.5 * system.old[system.block * node]:
        raise SaltDepleted(node, lowest)


def _stuck(system: System, x: Floats, correction: Floats) -> Exception:
    node, lowest = system.lowest(x)
    if lowest < 1e-2:
        return SaltDepleted(node, lowest)
    return NotConverged(int(np.abs(correction).argmax()))
