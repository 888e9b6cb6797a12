"""Thousands of steps in one run: DOLFINx, PETSc, MUMPS and Mmg give back what they take."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from helpers.campaign import examples
from helpers.moving_cells import cutting
from helpers.small_models import Patched, begin, model, moving_interface, slab

from deposition.interface.moving import MovingInterface
from deposition.interface.state import InterfaceState
from deposition.mesh.cell import metal_volume
from deposition.mesh.sizes import MeshSizes
from deposition.protocol import ConstantCurrent, ProtocolPlan, ProtocolStep

STEPS, WARM = examples(3_000, 10_000), 1_000
OWN, MMG = 2.0, 15.0
"""Growth allowed between ``WARM`` and ``STEPS``, MB, of this process and of the one that Mmg runs
in.  There the allocator may once lay out Mmg's tables (12 MB) at a new place and keep the old; if
2 000 cuts kept so much as their own small meshes, it would be 20 MB."""
SIZE, ADVANCE, DENSITY = 1.0, 0.3, 5.0
"""Edge length and advance a step, µm; current density, A/m²."""


class Memory(NamedTuple):
    """Resident, MB: of this process, and of all that it has started (Mmg's)."""

    own: float
    mmg: float

    @classmethod
    def now(cls) -> Memory:
        """As it is."""
        own = os.getpid()
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return cls(_resident(own), sum(_resident(int(child)) for child in children))


def _resident(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def to_and_fro(steps: int, watched: int) -> tuple[InterfaceState, Memory, Memory]:
    """Plate and strip by turns, a re-cut and a solve each; memory after ``watched`` and after all.

    The film differs from place to place, so that every cut has another shape than the one before.
    """
    plating = model(DENSITY, interface=cutting(moving_interface(sizes=MeshSizes(SIZE, 2.0, 1.5))))
    stripping = replace(
        plating, plan=ProtocolPlan((ProtocolStep(ConstantCurrent(-DENSITY), capacity=np.inf),))
    )
    time_step = ADVANCE / plating.speed(np.array([DENSITY]))
    now = begin(plating, slab(4.0, size=SIZE), Patched(0.0, 2.0))
    early = Memory.now()
    for step in range(1, steps + 1):
        a = plating if step % 2 else stripping
        assert isinstance(a.interface, MovingInterface)
        now = a.interface.advance(now, a.solve(now, time_step).fields, time_step)
        assert now.since_cut == 0.0
        if step == watched:
            early = Memory.now()
    return now, early, Memory.now()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_memory_stays_flat_over_thousands_of_cuts_and_solves() -> None:
    end, early, late = to_and_fro(STEPS, WARM)
    print(f"after {WARM} steps {early}, after {STEPS} {late}")
    assert late.own - early.own < OWN
    assert late.mmg - early.mmg < MMG
    assert end.balances.swept > 0.9 * STEPS * ADVANCE * 4.0, "every step moved the surface"
    assert abs(end.balances.total_volume_deficit) < 1e-3 * metal_volume(end.cell)
    assert end.balances.film_error < 1e-6
