"""Ten thousand steps in one run: DOLFINx, PETSc, MUMPS and Mmg give back what they take."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_models import Patched, begin, front, model, slab

from deposition.front.advance import FrontState
from deposition.mesh_sizes import MeshSizes
from deposition.protocol import ConstantCurrent, Stage

STEPS, WARM = 10_000, 1_000
ALLOWED = 5.0
"""Growth of the memory between ``WARM`` and ``STEPS``, MB: half a kilobyte a step."""
SIZE, ADVANCE, DENSITY = 1.0, 0.2, 5.0
"""Edge length and advance a step, µm; current density, A/m²."""


def resident() -> float:
    """Memory of this process and of those it has started (Mmg runs in one), MB."""
    own = os.getpid()
    children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in (own, *children)]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


def to_and_fro(steps: int, watched: int) -> tuple[FrontState, float, float]:
    """Plate and strip by turns, a re-cut and a solve each; memory (MB) after ``watched`` and all.

    The film differs from place to place, so that every cut has another shape than the one before.
    """
    plating = model(DENSITY, interface=front(sizes=MeshSizes(SIZE, 2.0, 1.5)))
    stripping = replace(plating, stage=Stage(ConstantCurrent(-DENSITY), capacity=np.inf))
    time_step = ADVANCE / plating.speed(np.array([DENSITY]))
    now = begin(plating, slab(4.0, size=SIZE), Patched(0.0, 2.0))
    early = 0.0
    for step in range(1, steps + 1):
        a = plating if step % 2 else stripping
        now = a.interface.advance(now, a.solve(now, time_step).fields, time_step)
        if step == watched:
            early = resident()
    return now, early, resident()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_memory_stays_flat_over_ten_thousand_cuts_and_solves() -> None:
    end, early, late = to_and_fro(STEPS, WARM)
    print(f"memory: {early:.2f} MB after {WARM} steps, {late:.2f} MB after {STEPS}")
    assert late - early < ALLOWED
    assert end.ledger.swept > 0.9 * STEPS * ADVANCE * 4.0, "every step moved the surface"
    assert abs(end.ledger.metal_target - end.metal) < 1e-3 * end.metal
    assert end.ledger.film_error < 1e-6
