"""A moving interface below a separator: balances, a separator that stays, and its contact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.boxes import box
from helpers.small_models import (
    C0,
    EVERYWHERE,
    SIZE,
    V_M,
    Patched,
    begin,
    model,
    moving_interface,
    physics,
)
from helpers.tiny import tiny
from scipy.spatial import cKDTree

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.common.errors import ProtocolStepFailed, ScenarioError
from deposition.interface.connectivity import resolve_connectivity
from deposition.interface.counter_electrode import recede_counter
from deposition.interface.fixed import FixedInterface
from deposition.laws.separator import Pores
from deposition.mesh.cell import COUNTER, ELECTROLYTE, LITHIUM, SEPARATOR, Cell, simplex_volumes
from deposition.mesh.degenerate import closed_gaps
from deposition.mesh.surface import extract_surface
from deposition.protocol import ConstantCurrent, OnEvent, ProtocolPlan, ProtocolStep, StopReason
from deposition.simulation import initial
from deposition.simulation.loop import time_loop
from deposition.simulation.model import Model
from deposition.simulation.state import State

PORES = Pores(0.4, 1.5)


def under(free: float, porous: float = 3.0, above: float = 0.0, dim: int = 2) -> Cell:
    """1 µm of lithium, ``free`` µm of electrolyte, a separator, and ``above`` µm of electrolyte."""
    top, width = free + porous + above, 4.0 if dim == 2 else 1.5
    counts = [round(width / SIZE)] * (dim - 1) + [round((top + 1.0) / SIZE)]
    regions = {
        LITHIUM: lambda x: x[:, -1] < 0.0,
        SEPARATOR: lambda x: (x[:, -1] > free) & (x[:, -1] < free + porous),
    }
    low, high = (0.0,) * (dim - 1) + (-1.0,), (width,) * (dim - 1) + (top,)
    return replace(box(low, high, counts, regions), porosity=PORES.porosity)


def cell_model(*steps: ProtocolStep, recedes: bool = False, **changes: Any) -> Model:
    """A model with this protocol, of a separator and a lithium counter electrode."""
    made = model(
        transport=physics(recedes=recedes, pores=PORES),
        interface=moving_interface(recedes=recedes),
        **changes,
    )
    return replace(made, plan=ProtocolPlan(steps)) if steps else made


def plating(microns: float, then: OnEvent = OnEvent.ERROR, density: float = 5.0) -> ProtocolStep:
    """A step that plates so many µm of dense lithium on average."""
    return ProtocolStep(
        ConstantCurrent(density),
        capacity=microns * MICROMETRE * FARADAY / V_M,
        on_event={StopReason.SEPARATOR_REACHED: then},
    )


def run(a: Model, cell: Cell, film: Patched = EVERYWHERE) -> list[State]:
    """All states of a run."""
    return list(time_loop(a, begin(a, cell, film)))


def assert_same_separator(cell: Cell, start: Cell) -> None:
    """Each vertex of the separator is where it was; Mmg scales coordinates, which rounds them."""
    now, then = (each.points[each.vertices_of(SEPARATOR)] for each in (cell, start))
    distance, vertex = cKDTree(then).query(now)
    assert len(now) == len(then) == len(np.unique(vertex))
    assert distance.max() < 1e-12


# --- balances -------------------------------------------------------------------------------------


@pytest.mark.solve
@pytest.mark.parametrize(("recedes", "above"), [(False, 0.0), (True, 2.0)])
def test_balances_close_over_many_steps_and_the_separator_stays(
    recedes: bool, above: float
) -> None:
    """An uneven deposit; with electrolyte above the separator the counter electrode recedes."""
    cell = under(4.0, above=above)
    a = cell_model(microns=1.5, recedes=recedes)
    a = replace(a, control=replace(a.control, advance=0.15 * SIZE))
    states = run(a, cell, Patched(1.0, 3.0))
    last = states[-1]
    assert last.step >= 20
    assert last.balance.faraday_error < 1e-10
    assert last.balance.salt_error < 1e-10
    assert last.run_state.interface_state.salt == pytest.approx(
        C0 * 4.0 * (4.0 + 0.4 * 3.0 + above), rel=1e-12
    )
    assert_same_separator(last.cell, cell)
    assert last.cell.porosity == 0.4
    tops = [np.ptp(state.cell.points[:, 1]) for state in (states[0], last)]
    assert tops[1] - tops[0] == pytest.approx(1.5 if recedes else 0.0, rel=1e-6, abs=1e-12)


@pytest.mark.solve
def test_in_3d_too() -> None:
    cell = under(2.0, porous=1.5, dim=3)
    last = run(cell_model(microns=0.4), cell)[-1]
    assert last.step >= 2
    assert last.balance.salt_error < 1e-10
    assert last.balance.faraday_error < 1e-6
    volume = 1.5**3
    porous = last.cell.in_region(SEPARATOR)
    assert last.cell.volumes[porous].sum() == pytest.approx(volume, rel=1e-12)


@pytest.mark.solve
def test_the_salt_correction_shrinks_with_the_step() -> None:
    """The walls push ε c v in front of them while c rises in the gap: (s/L)²/2 is left to restore,
    with s = 0.2 µm and L = 3 µm free, 1.2 µm porous."""
    corrections = []
    for advance in (0.4, 0.2):
        a = cell_model(microns=1.0)
        a = replace(a, control=replace(a.control, first=1e9, longest=1e9, advance=advance * SIZE))
        corrections.append(run(a, under(3.0))[-1].balance.salt_correction)
    assert corrections[0] < 2.0 * 0.5 * (0.2 / 4.2) ** 2
    assert corrections[1] < 0.35 * corrections[0]


# --- contact --------------------------------------------------------------------------------------


@pytest.mark.solve
def test_a_deposit_that_reaches_the_separator_ends_the_run_where_that_is_asked_for() -> None:
    last = run(cell_model(plating(2.0, OnEvent.END)), under(1.0))[-1]
    assert last.progress.ended == StopReason.SEPARATOR_REACHED
    assert last.event is not None
    assert last.event.message.startswith("the deposit reached the separator")
    assert last.event.place[1] == pytest.approx(1.0, abs=0.05 * SIZE)
    assert last.time == pytest.approx(MICROMETRE * FARADAY / V_M / 5.0, rel=0.05 * SIZE)
    assert_same_separator(last.cell, under(1.0))


@pytest.mark.solve
def test_else_it_is_an_error() -> None:
    with pytest.raises(ProtocolStepFailed, match=r"reached the separator.*\[E402\]"):
        run(cell_model(plating(2.0)), under(1.0))


@pytest.mark.solve
def test_lithium_can_be_stripped_from_a_separator() -> None:
    steps = plating(2.0, OnEvent.NEXT), replace(plating(0.5), applied=ConstantCurrent(-5.0))
    states = run(cell_model(*steps), under(1.0))
    ended = [state.progress.ended for state in states if state.progress.ended]
    assert ended == [StopReason.SEPARATOR_REACHED, StopReason.CAPACITY]
    assert states[-1].balance.salt_error < 1e-10
    assert_same_separator(states[-1].cell, under(1.0))


def test_a_fixed_interface_reaches_no_separator() -> None:
    a = replace(cell_model(), interface=FixedInterface())
    state = begin(a, under(0.0))
    assert len(a.interface.near_separator(state)) == 0
    assert len(moving_interface().near_separator(state)) == 2


def test_the_separator_is_no_gap_that_closes() -> None:
    """A flat simplex of it with all corners on metal stays."""
    cell = under(4.0)
    porous = {SEPARATOR: lambda x: x[:, 1] > -9.0, LITHIUM: lambda x: x[:, 0] > 0.02}
    flat = box((0.0, 0.0), (0.04, 1.0), (2, 1), porous)
    assert not closed_gaps(flat, 1.0, 1.0).any()
    assert not resolve_connectivity(cell, np.array([[1.0, -0.9]]), SIZE).filled.any()


# --- the counter electrode ------------------------------------------------------------------------


def test_a_separator_rests_while_the_counter_electrode_recedes() -> None:
    cell = under(2.0, above=2.0)
    moved = recede_counter(cell, extract_surface(cell), 0.4)
    assert_same_separator(moved, cell)
    assert simplex_volumes(moved.points, moved.simplices).min() > 0.0
    counter = np.unique(cell.named_facets(COUNTER))
    np.testing.assert_allclose(moved.points[counter, 1] - cell.points[counter, 1], 0.4)
    assert moved.volume(ELECTROLYTE) == pytest.approx(cell.volume(ELECTROLYTE) + 0.4 * 4.0)
    assert recede_counter(cell, extract_surface(cell), 1e-17) is cell


# --- refusals -------------------------------------------------------------------------------------

POROUS = ("geometry.parameters.separator=3", "separator.porosity=0.4", "counter.motion=fixed")
TOUCHING = 'geometry.tags={electrolyte="separator"}'


def test_lithium_in_pores_is_refused(tmp_path: Path) -> None:
    settings = (TOUCHING, "separator.porosity=0.4", "counter.motion=fixed")
    with pytest.raises(ScenarioError, match=r"lithium touches the separator near \(.*\[E428\]"):
        initial.begin(tiny(tmp_path, *settings))
    assert initial.begin(tiny(tmp_path, *settings, "interface=fixed")).cell.porosity == 0.4


def test_a_separator_on_a_counter_electrode_that_recedes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"counter electrode touches the sep.*\[E429\]"):
        initial.begin(tiny(tmp_path, *POROUS, "counter.motion=receding"))
    assert initial.begin(tiny(tmp_path, *POROUS)).cell.porosity == 0.4
