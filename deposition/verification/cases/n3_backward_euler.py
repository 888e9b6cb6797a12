"""Manufactured solution in time: the fields of N1, whose waves die away as exp(-kt), k = 0.2/s.

The load is what the equations, discretised in space, lack at the exact nodal values and the exact
∂c/∂t.  These values then solve them exactly, and what is left is the error of time stepping:
backward Euler promises the order 1.  All rows are loaded: volumes, walls and film law.
"""

from __future__ import annotations

import numpy as np

from deposition.cell import ELECTROLYTE
from deposition.transport.newton import find_root
from deposition.verification.bench import scenario
from deposition.verification.case import Case, Family, Findings, Panel, Series, order
from deposition.verification.manufactured import Bench, Loaded

DECAY = 0.2
"""k, 1/s."""
DURATION = 5.0
"""Of the run, s: about L²/2D."""
STEPS = (4, 8, 16, 32)


def largest_error(bench: Bench, steps: int) -> float:
    """Of c/c0 at the nodes after so many equal steps."""
    time_step, c = DURATION / steps, bench.concentration()
    wet = np.flatnonzero(bench.start.cell.vertices_of(ELECTROLYTE))
    for time in np.linspace(0.0, DURATION, steps + 1)[1:]:
        # From this concentration a step arrives at the exact one with the exact ∂c/∂t.
        before = bench.concentration(time) - time_step * bench.exact.rate(bench.points, time)
        ideal = bench.system(before, time_step, time)
        exact = bench.unknowns(ideal, time)
        system = Loaded(bench.system(c, time_step, time), ideal.residual(exact))
        c[wet[system.bulk.vertex_of_node]] = system.parts(find_root(system, exact).x).concentration
    wrong = np.abs(c - bench.concentration(DURATION))
    return float(np.nanmax(wrong) / bench.exact.law.concentration)


def compare() -> Findings:
    """The order of the largest error of c at the end."""
    bench = Bench.of(scenario("n1_manufactured"), DECAY)
    lengths = DURATION / np.array(STEPS)
    errors = np.array([largest_error(bench, steps) for steps in STEPS])
    line = errors[-1] * lengths / lengths[-1]
    panel = Panel(
        "time step / s",
        "largest error of c / c0",
        (Series("", lengths, line, lengths, errors),),
        log=True,
    )
    check = order("order of c in time", list(lengths), list(errors), 1.0, 0.02)
    return Findings((check,), panel)


CASE = Case("N3", "backward Euler", Family.NUMERICS, __doc__, compare)
