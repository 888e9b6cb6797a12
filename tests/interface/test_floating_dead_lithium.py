"""Dead lithium that floats and moves: bodies, their targets and names, three dimensions."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from helpers.boxes import Indicator, box
from helpers.electrodes import electrodes
from helpers.moving_cells import begin as begin_interface
from helpers.moving_cells import carve, plain_interface, step
from helpers.small_models import EVERYWHERE, THICKNESS, V_M, begin, model, moving_interface, physics
from helpers.tiny import TINY

from deposition.analysis.dead_lithium import displacements, net_current, potentials
from deposition.common.constants import FARADAY, MICROMETRE
from deposition.common.errors import ShortCircuit
from deposition.interface.body_tracking import BodyTracking, MetalBodies
from deposition.interface.connectivity import with_body_names, with_dead_lithium_moving
from deposition.interface.salt_transfer import salt_content, transfer_fields
from deposition.interface.state import InterfaceState
from deposition.mesh.cell import DEAD_LITHIUM, LITHIUM, PINCHED_OFF, Cell, Floats
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import extract_surface, label_components
from deposition.scenario import Scenario
from deposition.simulation.build import initial_interface_state, model_of
from deposition.simulation.checkpoint import NEWEST, Checkpoint, load, save
from deposition.simulation.initial import begin as begin_scenario
from deposition.simulation.loop import resume_loop, time_loop
from deposition.simulation.model import Model
from deposition.simulation.state import State
from deposition.transport.fields import Fields

LEFT, RIGHT = f"{DEAD_LITHIUM}:left", f"{DEAD_LITHIUM}:right"


# --- bodies -----------------------------------------------------------------------------------


def bars(*spans: tuple[float, float], names: tuple[str, ...] = (LEFT, RIGHT)) -> Cell:
    """Lithium below 0, and bars of dead lithium over these spans of x, one high, from y = 2."""
    regions = {LITHIUM: lambda x: x[:, 1] < 0}
    for (low, high), name in zip(spans, names, strict=False):
        regions[name] = lambda x, low=low, high=high: (  # type: ignore[misc]
            (x[:, 0] > low) & (x[:, 0] < high) & (x[:, 1] > 2) & (x[:, 1] < 3)
        )
    return box((0.0, -1.0), (12.0, 5.0), (24, 12), regions)


def bodies(cell: Cell) -> MetalBodies:
    """Of all metal."""
    live = with_dead_lithium_moving(cell)
    return MetalBodies.of(live, extract_surface(live))


def tracking(before: Cell, after: Cell) -> BodyTracking:
    """From one cell to another."""
    old = bodies(before)
    return BodyTracking.of(old, bodies(after), old.volumes(old.cell))


def test_bodies_that_merge_share_their_targets() -> None:
    before, after = bars((1.0, 4.0), (5.0, 8.0)), bars((1.0, 8.0))
    both = tracking(before, after)
    gain = np.array([0.2, 0.5, 0.6])
    assert both.old.volumes(both.old.cell).tolist() == pytest.approx([12.0, 3.0, 3.0])
    assert both.missing(gain, both.new.cell).tolist() == pytest.approx([0.2, 0.1])


def test_a_body_that_parts_shares_its_target_by_volume() -> None:
    parted = tracking(bars((1.0, 8.0)), bars((1.0, 3.0), (4.0, 8.0)))
    missing = parted.missing(np.array([0.0, 0.6]), parted.new.cell)
    assert missing.tolist() == pytest.approx([0.0, 1.6 * 2.0 / 6.0, 1.6 * 4.0 / 6.0])


def test_the_deficit_of_a_part_that_stays_behind_goes_to_the_others() -> None:
    """A part that does not float keeps the volume it has."""
    whole, parts = bars((1.0, 8.0)), bars((1.0, 3.0), (4.0, 8.0))
    parted = tracking(whole, parts)
    insulated = replace(parts, regions=("electrolyte", LITHIUM, LEFT, LITHIUM))
    deficits = parted.deficits(np.array([0.0, 0.6]), parted.new.cell, insulated, insulated)
    assert deficits.volume_deficit.tolist() == pytest.approx([0.0, 1.6])
    assert deficits.unassigned_deficit == pytest.approx(0.0, abs=1e-12)
    floating = parted.deficits(
        np.array([0.0, 0.6]), parted.new.cell, with_dead_lithium_moving(parts), parts
    )
    assert floating.scaling_deviation == pytest.approx(1.6 / 6.0)
    kept = parted.deficits(
        np.array([0.0, 0.6]), parted.new.cell, with_dead_lithium_moving(parts), insulated
    )
    assert kept.volume_deficit.tolist() == pytest.approx([0.0, 0.0, 1.6])


def test_the_volume_of_a_body_without_child_is_unassigned() -> None:
    gone = tracking(bars((1.0, 8.0)), bars())
    assert gone.new.count == 1
    deficits = gone.deficits(np.zeros(2), gone.new.cell, gone.new.cell, gone.new.cell)
    assert deficits.volume_deficit.sum() + deficits.unassigned_deficit == pytest.approx(7.0)


def test_names_are_given_back() -> None:
    before = bars((1.0, 4.0), (5.0, 8.0))
    anchors = np.array([[0.0, -1.0]])
    after = with_body_names(with_dead_lithium_moving(before), anchors, before)
    np.testing.assert_array_equal(
        np.array(after.regions)[after.region], np.array(before.regions)[before.region]
    )
    merged = with_body_names(
        with_dead_lithium_moving(bars((1.0, 4.2), (4.2, 6.0))), anchors, before
    )
    assert merged.volume(DEAD_LITHIUM) == pytest.approx(5.0)
    assert LEFT in merged.regions and RIGHT not in merged.regions, "most of it was the left one"
    new = with_body_names(with_dead_lithium_moving(bars((9.0, 11.0))), anchors, bars((1.0, 4.0)))
    assert PINCHED_OFF in new.regions


def test_a_pocket_in_former_metal_gets_no_salt_of_its_own() -> None:
    """Remeshing may leave a cell of electrolyte inside metal."""
    old = box((0.0, -1.0), (12.0, 5.0), (24, 12), {LITHIUM: lambda x: x[:, 1] < 2.0})
    centre_of = old.points[old.simplices].mean(axis=1)
    deep = int(np.abs(centre_of - [6.0, 0.25]).sum(axis=1).argmin())
    region = old.region.copy()
    region[deep] = old.regions.index("electrolyte")
    new = replace(old, region=region)
    wet, nothing = old.vertices_of("electrolyte"), np.zeros(0)
    start = np.where(wet, 1000.0, np.nan)
    fields = Fields(start, np.where(wet, 0.0, np.nan), nothing, nothing)
    before = salt_content(old, start)
    carried = transfer_fields(old, fields, before, new, True)
    after = salt_content(new, carried.concentration)
    assert after.sum() == pytest.approx(before.sum(), rel=1e-12)
    assert carried.correction < 0.01 and after[deep] > 0.0


# --- steps ------------------------------------------------------------------------------------


def mushroom(points: Floats) -> Floats:
    """A head on a thin stem on a flat electrode."""
    x, y = points.T
    stem = np.maximum(np.abs(x) - 0.5, y - 2.0)
    head = np.linalg.norm(points - [0.0, 3.0], axis=1) - 1.5
    return np.asarray(np.minimum.reduce([y + 1.0, stem, head]))


def drifting(state: InterfaceState, by: float) -> InterfaceState:
    """A step in which the loose metal moves up by so much, µm, and nothing else does."""
    density = np.where(state.surface.on(DEAD_LITHIUM), -by * state.surface.normal[:, 1], 0.0)
    per_micron = MICROMETRE * FARADAY / V_M
    fields = replace(state.fields, current_density=density * per_micron)
    return replace(plain_interface(0.2), electrodes=electrodes(floats=True, recedes=False)).advance(
        state, fields, 1.0
    )


def centre(cell: Cell) -> Floats:
    """Of the dead lithium, µm."""
    dead = cell.in_region(DEAD_LITHIUM)
    middle = cell.points[cell.simplices[dead]].mean(axis=1)
    return np.asarray(cell.volumes[dead] @ middle / cell.volumes[dead].sum())


def largest(cell: Cell) -> float:
    """Volume of the largest body of dead lithium, µm²; others may be fragments."""
    dead = cell.in_region(DEAD_LITHIUM)
    return float(np.bincount(label_components(cell, dead)[dead], cell.volumes[dead]).max())


@pytest.mark.process
def test_a_piece_that_is_pinched_off_floats_from_then_on() -> None:
    floating = replace(plain_interface(0.2), electrodes=electrodes(floats=True, recedes=False))
    cell = carve(mushroom, floating.sizes, (-6.0, -4.0), (6.0, 8.0))
    state = begin_interface(cell, floating)
    while not state.cell.volume(DEAD_LITHIUM):
        state = step(
            floating, state, lambda x: np.where((x[:, 1] > -0.9) & (x[:, 1] < 1.4), -0.1, 0.0)
        )
    assert PINCHED_OFF in state.cell.regions and len(state.balances.volume_deficit) >= 2
    assert state.balances.dead_lithium_error < 1e-6
    after = drifting(drifting(state, 0.08), 0.08)
    aside, up = centre(after.cell) - centre(state.cell)
    # The tail of the neck wears off meanwhile, so that the centre is not all that moves.
    assert abs(aside) < 0.01 and 0.14 < up < 0.2
    assert largest(after.cell) == pytest.approx(largest(state.cell), rel=1e-9)


def floating_model(current_density: float = 20.0, size: float = 0.5) -> Model:
    """Metal without connection floats; the counter stays.  κR is about 1 µm."""
    a = model(
        current_density,
        2.0,
        transport=physics(floats=True, recedes=False, surface_energy=0.0),
        interface=moving_interface(floats=True, recedes=False, sizes=MeshSizes(size, 2.0, 1.3)),
        film_conductivity=np.full(3, THICKNESS / 1e-6),
    )
    return replace(a, control=replace(a.control, advance=0.4 * size))


def block_in(dim: int, bottom: float, high: float, top: float) -> Cell:
    """A block in the middle of a box 4 µm wide over 1 µm of lithium."""

    def block(x: Floats) -> np.ndarray:
        inside = np.all(np.abs(x[:, :-1] - 2.0) < 1.0, axis=1)
        return np.asarray(inside & (x[:, -1] > bottom) & (x[:, -1] < bottom + high))

    regions: dict[str, Indicator] = {LITHIUM: lambda x: x[:, -1] < 0, DEAD_LITHIUM: block}
    counts = (*(8,) * (dim - 1), round(2 * (top + 1)))
    return box((0.0,) * (dim - 1) + (-1.0,), (4.0,) * (dim - 1) + (top,), counts, regions)


@pytest.mark.solve
@pytest.mark.parametrize("dim", [2, 3])
def test_a_block_creeps_towards_the_positive_electrode(dim: int) -> None:
    a, cell = floating_model(size=0.25 if dim == 2 else 0.5), block_in(dim, 2.0, 2.0, 7.0)
    first, *_, last = islice(time_loop(a, begin(a, cell, EVERYWHERE)), 4 if dim == 2 else 2)
    assert net_current(first) < 1e-10
    assert displacements(first, last)[DEAD_LITHIUM] > 0.0
    working = first.metal_potential[first.surface.working].max()
    assert working < potentials(first)[DEAD_LITHIUM] < 0.0
    assert last.balance.dead_lithium_error < 1e-9
    assert last.balance.salt_error < 1e-10 and last.balance.film_error < 1e-6
    assert last.balance.faraday_error < 1e-9


@pytest.mark.solve
def test_stripping_sends_it_back() -> None:
    a, cell = floating_model(-20.0), block_in(2, 2.0, 2.0, 7.0)
    first, *_, last = islice(time_loop(a, begin(a, cell, EVERYWHERE)), 4)
    assert displacements(first, last)[DEAD_LITHIUM] < 0.0


@pytest.mark.solve
def test_a_block_that_reaches_the_counter_electrode_ends_the_run() -> None:
    a, cell = floating_model(), block_in(2, 4.0, 2.5, 7.0)
    states: list[State] = []
    with pytest.raises(ShortCircuit, match="dead lithium reached the counter electrode at"):
        states.extend(time_loop(a, begin(a, cell, EVERYWHERE)))


# --- resuming ---------------------------------------------------------------------------------

FLOATING = """
[dead_lithium]
kind = "floating"
"""

BLOCK = (
    "geometry.file=dead-li-floating.geo",
    "geometry.parameters.width=8",
    "geometry.parameters.block_left=2",
    "geometry.parameters.block_right=6",
    "geometry.parameters.block_bottom=2",
    "geometry.parameters.block_top=5",
    "geometry.parameters.rounding=1",
    "protocol.current_density=20 A/m^2",
    "time.first_step=40 s",
    "time.max_step=40 s",
)


@pytest.mark.solve
def test_a_run_with_floating_metal_resumes_to_the_last_bit(tmp_path: Path) -> None:
    file = tmp_path / "floating.toml"
    file.write_text(TINY + FLOATING, encoding="utf-8")
    scenario = Scenario.load(file, BLOCK)
    start = begin_scenario(scenario)
    model = model_of(scenario, start)
    states = list(islice(time_loop(model, initial_interface_state(model, start)), 4))
    run_state = states[2].run_state
    assert run_state is not None and len(run_state.interface_state.balances.volume_deficit) == 2
    save(
        Checkpoint(scenario.resolved_toml(), start, run_state, states[2].is_snapshot, 1.0), tmp_path
    )
    resumed = next(resume_loop(model, load(tmp_path / NEWEST).run_state))
    np.testing.assert_array_equal(resumed.cell.points, states[3].cell.points)
    np.testing.assert_array_equal(resumed.current_density, states[3].current_density)
    np.testing.assert_array_equal(resumed.metal_potential, states[3].metal_potential)
    assert displacements(states[0], states[3])["dead_lithium:block"] > 0.0
