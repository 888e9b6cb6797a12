"""Manufactured solution in time: the fields of N1 with amplitudes that decay as exp(-kt), k = 1/s.

    c = c0 exp(u),  u = b (Z - 1/2) + a exp(-kt) C sin 2Z,   w = p exp(-kt) C cos πZ
    sources         F (∂c/∂t + ∇·N₋) and ∇·i of the exact fields, differentiated by UFL
    film            R(x, t) as in N1, at the end of each step

All else is the code of any run, beginning with the exact c at t = 0.  On a mesh so fine that the
spatial error is negligible, backward Euler has order 1, for φ and i_n as well, which depend on c.
Source: Roache, J. Fluids Eng. 124 (2002) 4 (the method); the fields are chosen here.
"""

from __future__ import annotations

import numpy as np

from deposition.verification.bench import scenario
from deposition.verification.case import Case, Family, Findings, Panel, Series, order
from deposition.verification.manufactured import Bench, Errors, errors_after

DECAY = 1.0
"""k, 1/s."""
DURATION = 1.0
"""Duration of the run, s: 1/k, and about L²/π²D."""
STEPS = (16, 32, 64)
SIZE = "0.4 um"
"""Edge length everywhere; with 0.5 µm the errors after 64 steps differ by at most 2 %."""
SLACK = 0.05


def bench(*overrides: str) -> Bench:
    """Square of N1 on a fine mesh, with decaying amplitudes."""
    edges = f"mesh.surface_size={SIZE}", f"mesh.coarse_size={SIZE}"
    return Bench.of(scenario("n1_manufactured", *edges, *overrides), DECAY)


def in_steps(cell: Bench) -> list[Errors]:
    """Errors at the end for each of ``STEPS``."""
    return [errors_after(cell, DURATION / steps, steps) for steps in STEPS]


def found(errors: list[Errors]) -> Findings:
    """Orders of c, φ and i_n at the end."""
    lengths = np.array([DURATION / steps for steps in STEPS])
    curves = {
        "c": np.array([error.concentration for error in errors]),
        "φ": np.array([error.potential for error in errors]),
        "i_n": np.array([error.current for error in errors]),
    }
    checks = tuple(
        order(f"order of {name} in time", list(lengths), list(of_one), 1.0, SLACK)
        for name, of_one in curves.items()
    )
    lines = tuple(
        Series(name, lengths, of_one[-1] * lengths / lengths[-1], lengths, of_one)
        for name, of_one in curves.items()
    )
    return Findings(checks, Panel("time step / s", "relative error", lines, log=True))


def compare() -> Findings:
    """Orders over three time steps."""
    return found(in_steps(bench()))


CASE = Case("N3", "backward Euler", Family.NUMERICS, __doc__, compare, seconds=10.0)
