"""Lithium that is used up: off a collector to the last, elsewhere to the edge of the box."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.boxes import box
from helpers.small_models import (
    EVERYWHERE,
    SIZE,
    V_M,
    Patched,
    begin,
    heights,
    model,
    moving_interface,
    physics,
    slab,
)

from deposition.check.check import check_scenario
from deposition.common.constants import FARADAY, MICROMETRE
from deposition.common.errors import ProtocolStepFailed
from deposition.interface.fixed import FixedInterface
from deposition.interface.state import InterfaceState
from deposition.interface.strippable_lithium import (
    Thinnest,
    strippable_volume,
    strips_all,
    thinnest_lithium,
)
from deposition.mesh.cell import COLLECTOR, DEAD_LITHIUM, LITHIUM, Cell
from deposition.mesh.sizes import MeshSizes
from deposition.protocol import (
    ConstantCurrent,
    ConstantVoltage,
    OnEvent,
    ProtocolPlan,
    ProtocolStep,
    StopReason,
)
from deposition.scenario import Scenario
from deposition.simulation.loop import time_loop
from deposition.simulation.state import State
from deposition.simulation.time_step import StepControl
from deposition.verification.bench import last_state, scenario

THICK = 0.5
"""Lithium on the collector, µm."""
STRIP = ProtocolStep(ConstantCurrent(-5.0), duration=1e6)
PLATE = ProtocolStep(ConstantCurrent(5.0), capacity=0.3 * MICROMETRE * FARADAY / V_M)
SECONDS = THICK * MICROMETRE * FARADAY / V_M / 5.0
"""Until STRIP has taken it all, by Faraday's law."""


def on_a_collector(width: float = 4.0) -> Cell:
    """Half a µm of lithium on half a µm of collector."""
    regions = {LITHIUM: lambda x: x[:, 1] < 0.0, COLLECTOR: lambda x: x[:, 1] < -THICK}
    return box((0.0, -2.0 * THICK), (width, 8.0), (round(width / SIZE), 18), regions)


def run(*protocol_steps: ProtocolStep, film: Patched = EVERYWHERE) -> list[State]:
    a = replace(model(), plan=ProtocolPlan(protocol_steps))
    return list(time_loop(a, begin(a, on_a_collector(), film)))


def volume(state: State) -> float:
    return state.cell.volume(LITHIUM)


@pytest.mark.solve
def test_stripping_ends_by_faradays_law_and_leaves_a_bare_collector() -> None:
    states = run(STRIP)
    last = states[-1]
    assert last.progress.ended == StopReason.LITHIUM_EXHAUSTED
    assert last.time == pytest.approx(SECONDS, rel=1e-9)
    assert last.event is not None
    assert last.event.message == (
        f"the strippable lithium was exhausted in protocol step 1 at {last.time:.6g} s, "
        f"{last.net_areal_charge / 3.6e4:.4g} mAh/cm²"
    )
    assert volume(last) == 0.0
    assert last.cell.volume(COLLECTOR) == pytest.approx(THICK * 4.0)
    assert last.current_density == pytest.approx(0.0, abs=1e-3)
    for state in states:
        assert state.balance.faraday_error < 1e-6
        assert state.balance.salt_error < 1e-10
        assert state.balance.film_error < 1e-6


@pytest.mark.solve
def test_what_is_bare_is_plated_again_and_stripped_again() -> None:
    states = run(STRIP, PLATE, STRIP, STRIP)
    ends = [state for state in states if state.progress.ended]
    used, full = StopReason.LITHIUM_EXHAUSTED, StopReason.CAPACITY
    assert [state.progress.ended for state in ends] == [used, full, used, used]
    assert volume(ends[1]) == pytest.approx(0.3 * 4.0, rel=1e-6)
    assert ends[2].progress.charge == pytest.approx(-ends[1].progress.charge, rel=1e-6)
    assert ends[3].progress.time == 0.0, "there was nothing to strip at once"
    assert ends[3].balance.faraday_error < 1e-6


@pytest.mark.solve
def test_an_uneven_film_leaves_a_remnant_that_goes_last() -> None:
    last = run(STRIP, film=Patched(1.0, 3.0))[-1]
    assert last.progress.ended == StopReason.LITHIUM_EXHAUSTED
    assert last.time == pytest.approx(SECONDS, rel=1e-6)
    assert volume(last) == 0.0


@pytest.mark.solve
def test_it_fails_where_the_scenario_calls_it_an_error() -> None:
    protocol_step = replace(STRIP, on_event={StopReason.LITHIUM_EXHAUSTED: OnEvent.ERROR})
    with pytest.raises(
        ProtocolStepFailed, match=r"protocol step 1 at .*on_event\.lithium_exhausted.*E400"
    ):
        run(protocol_step)


@pytest.mark.solve
def test_a_rest_takes_and_ends_nothing_whatever_is_left(a_rest: ProtocolStep) -> None:
    """On bare collector, where a current of rounding would strip it in no time."""
    protocol_steps = (PLATE, a_rest, STRIP, a_rest, PLATE, a_rest)
    ends = [state for state in run(STRIP, *protocol_steps) if state.progress.ended]
    used, full, over = StopReason.LITHIUM_EXHAUSTED, StopReason.CAPACITY, StopReason.DURATION
    assert [s.progress.ended for s in ends] == [used, full, over, used, over, full, over]
    assert all(state.balance.faraday_error < 1e-6 for state in ends)


@pytest.fixture
def a_rest() -> ProtocolStep:
    return ProtocolStep(ConstantCurrent(0.0), duration=60.0)


@pytest.mark.solve
def test_a_rest_at_the_beginning_of_bare_metal_owes_nothing(a_rest: ProtocolStep) -> None:
    regions = {COLLECTOR: lambda x: x[:, 1] < 0.0}
    bare = box((0.0, -THICK), (4.0, 8.0), (8, 17), regions)
    a = replace(model(), plan=ProtocolPlan((a_rest, PLATE)))
    assert all(state.balance.faraday_error < 1e-6 for state in time_loop(a, begin(a, bare)))


@pytest.mark.solve
def test_a_held_voltage_strips_to_the_last_too() -> None:
    """The current falls while it does: no film is left that is too thin to mesh."""
    hold = ProtocolStep(ConstantVoltage(-0.05), duration=1e6)
    last = run(PLATE, hold)[-1]
    assert last.progress.ended == StopReason.LITHIUM_EXHAUSTED
    assert volume(last) == 0.0
    taken = -last.progress.charge * V_M / FARADAY / MICROMETRE
    assert taken == pytest.approx(THICK + 0.3, rel=1e-5)
    assert last.balance.faraday_error < 1e-5


@pytest.mark.solve
def test_a_stage_that_cannot_begin_passes_nothing() -> None:
    first, again = (s for s in run(STRIP, STRIP) if s.progress.ended)
    assert again.progress.time == 0.0 and first.applied_current_density < 0.0
    assert again.applied_current_density == 0.0 and np.isnan(again.voltage)


@pytest.mark.solve
def test_without_a_collector_the_edge_of_the_box_is_the_end() -> None:
    a = replace(model(), plan=ProtocolPlan((STRIP,)))
    last = list(time_loop(a, begin(a, slab(metal=2.0))))[-1]
    assert last.progress.ended == StopReason.LITHIUM_EXHAUSTED
    assert last.event is not None and last.event.place
    assert -2.0 + 0.5 * SIZE < heights(last).min() < -2.0 + SIZE
    assert last.event.place[1] == pytest.approx(heights(last).min(), abs=1e-3)


# --- the parts ----------------------------------------------------------------------------------


def at_rest(cell: Cell) -> InterfaceState:
    return begin(model(), cell)


def test_what_is_left_counts_what_the_mesh_owes() -> None:
    cell = on_a_collector()
    assert strippable_volume(cell, 0.1) == pytest.approx(THICK * 4.0 + 0.1)
    assert strippable_volume(cell, -9.0) == 0.0
    assert strippable_volume(slab(), 0.0) == np.inf
    assert FixedInterface().strippable_volume(at_rest(cell)) == np.inf
    assert moving_interface().strippable_volume(at_rest(cell)) == pytest.approx(THICK * 4.0)


@pytest.mark.parametrize(("share", "all_of_it"), [(-0.9, False), (-1.0, True), (1.0, False)])
def test_a_step_takes_all_or_some(share: float, all_of_it: bool) -> None:
    state = at_rest(on_a_collector())
    thickness = np.full(state.surface.size, share * THICK)
    taken = strips_all(state.cell, state.surface, thickness, 0.0)
    assert (taken is not None) == all_of_it


def thinnest(state: InterfaceState, least: float) -> Thinnest:
    return thinnest_lithium(state.cell, state.surface, state.anchors, least)


def test_thin_lithium_is_found_where_it_is_thin() -> None:
    state = at_rest(slab(metal=1.0))
    assert not thinnest(state, 0.9).exhausted
    found = thinnest(state, 1.1)
    assert found.exhausted and found.left == pytest.approx(-0.1)
    assert found.place[1] == pytest.approx(0.0)
    assert not thinnest(at_rest(on_a_collector()), 9.0).exhausted


def test_a_side_that_stands_on_the_edge_is_not_thin() -> None:
    block = {LITHIUM: lambda x: (np.abs(x[:, 0]) < 1.0) & (x[:, 1] < 2.0)}
    state = at_rest(box((-2.0, 0.0), (2.0, 4.0), (16, 16), block))
    assert not thinnest(state, 1.9).exhausted
    found = thinnest(state, 2.1)
    assert found.exhausted and found.place[1] == pytest.approx(2.0)


# --- short circuits -------------------------------------------------------------------------------


def across(
    *after: ProtocolStep, then: OnEvent, film: Patched = EVERYWHERE, width: float = 1.0
) -> list[State]:
    """An interface across a gap of 1 µm, twice as long as a short circuit takes."""
    charge = 2.0 * MICROMETRE * FARADAY / V_M
    protocol_step = ProtocolStep(
        ConstantCurrent(5.0), capacity=charge, on_event={StopReason.SHORT_CIRCUIT: then}
    )
    standing = physics(recedes=False)
    a = replace(model(), plan=ProtocolPlan((protocol_step, *after)), transport=standing)
    a = replace(a, interface=moving_interface(recedes=False))
    return list(time_loop(a, begin(a, slab(1.0, width=width), film)))


@pytest.mark.solve
def test_a_short_circuit_ends_the_run_where_that_is_asked_for() -> None:
    last = across(then=OnEvent.END)[-1]
    assert last.progress.ended == StopReason.SHORT_CIRCUIT
    assert last.time == pytest.approx(MICROMETRE * FARADAY / V_M / 5.0, rel=1e-3)
    assert last.event is not None
    assert last.event.message.startswith("short circuit: the deposit reached the counter electrode")
    assert last.event.place[1] == pytest.approx(1.0, abs=0.05 * SIZE)


@pytest.mark.solve
def test_or_the_run_goes_on_with_what_it_can() -> None:
    rest = ProtocolStep(
        ConstantCurrent(0.0), duration=10.0, on_event={StopReason.SHORT_CIRCUIT: OnEvent.NEXT}
    )
    ends = [state for state in across(rest, rest, then=OnEvent.NEXT) if state.progress.ended]
    assert len(ends) == 3
    assert ends[0].progress.ended == StopReason.SHORT_CIRCUIT
    assert {state.progress.ended for state in ends[1:]} <= {
        StopReason.SHORT_CIRCUIT,
        StopReason.DURATION,
    }


@pytest.mark.solve
def test_a_cell_that_is_shorted_stays_so() -> None:
    rest = ProtocolStep(
        ConstantCurrent(0.0), duration=10.0, on_event={StopReason.SHORT_CIRCUIT: OnEvent.NEXT}
    )
    states = across(rest, rest, then=OnEvent.NEXT, film=Patched(1.0, 3.0), width=4.0)
    ends = [state for state in states if state.progress.ended]
    assert [state.progress.ended for state in ends] == [StopReason.SHORT_CIRCUIT] * 3
    assert [state.progress.time for state in ends[1:]] == [0.0, 0.0]


def test_what_fails_far_from_the_counter_electrode_is_no_short_circuit() -> None:
    state = at_rest(slab(1.0))
    assert len(moving_interface().near_short_circuit(state)) == 0
    assert moving_interface(sizes=MeshSizes(25.0, 50.0, 1.3)).near_short_circuit(state)[
        1
    ] == pytest.approx(0.0)
    assert len(FixedInterface().near_short_circuit(state)) == 0


def test_a_gap_of_a_hundredth_of_a_cell_is_a_short_circuit() -> None:
    """Lithium at y = 0, the counter electrode at y = 1 µm."""
    state = at_rest(slab(1.0))
    for size, touches in ((50.0, False), (200.0, True)):
        sizes = MeshSizes(size, 2.0 * size, 1.3)
        assert (len(moving_interface(sizes=sizes).at_short_circuit(state)) > 0) == touches
    assert len(FixedInterface().at_short_circuit(state)) == 0


# --- foreseen -------------------------------------------------------------------------------------


def test_check_foresees_depletion_and_what_is_used_up() -> None:
    def foreseen(texts: tuple[str, ...]) -> list[str]:
        said = "100 mA/cm² exceeds the limiting current density of 31.1 mA/cm² across 44 µm"
        return [text for text in texts if said in text and "Sand's time, 0.835 s" in text]

    handled = check_scenario(Scenario.load("be-sand"))
    assert foreseen(handled.facts) and not handled.warnings
    failing = check_scenario(
        Scenario.load("be-sand", ["protocol.steps.1.on_event.depletion=error"])
    )
    assert foreseen(failing.warnings) and not foreseen(failing.facts)
    assert not check_scenario(Scenario.load("be")).warnings
    without_wall_motion = ["counter.kind=reservoir", "counter.motion=fixed"]
    reservoir = check_scenario(Scenario.load("be-sand", without_wall_motion))
    assert any("limiting current density of 15.5 mA/cm²" in fact for fact in reservoir.facts)
    facts = check_scenario(Scenario.load("collector-cycle")).facts
    assert any("net 0.8 mAh/cm² stripped" in fact for fact in facts)


TOO_MUCH = "strips up to 3.39 µm of lithium (net) from a mean thickness of 3 µm"
STRIPS = "{current_density = '-1 mA/cm^2', capacity = '0.7 mAh/cm^2'}"
PLATES = STRIPS.replace("-1", "1")
USED_UP = "protocol.on_event.lithium_exhausted"


def warned(name: str, *changes: str) -> tuple[str, ...]:
    return check_scenario(Scenario.load(name, changes)).warnings


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([f"protocol.steps=[{STRIPS}]"], True),
        ([f"protocol.steps=[{STRIPS}, {PLATES}]"], True),
        ([f"protocol.steps=[{PLATES}, {STRIPS}]"], False),
        ([f"protocol.steps=[{STRIPS}]", "geometry.parameters.base=4"], False),
        ([f"protocol.steps=[{STRIPS}]", f"{USED_UP}=error"], True),
        ([f"protocol.steps=[{STRIPS}]", f"{USED_UP}=next"], False),
        ([f"protocol.steps=[{STRIPS}]", "interface=fixed"], False),
        (["protocol.steps=[{voltage = '-1 mV', duration = '1 h'}]"], False),
        ([f"protocol.steps=[{{voltage = '1 mV', duration = '1 h'}}, {STRIPS}]"], False),
    ],
)
def test_check_foresees_lithium_that_is_not_there(changes: list[str], said: bool) -> None:
    warnings = warned("tafel", *changes)
    assert [TOO_MUCH in warning for warning in warnings] == said * [True]


def test_a_cell_of_lithium_is_left_at_the_edge() -> None:
    base = f"geometry.parameters.base={3.39 + 0.5:g}"
    steps = f"protocol.steps=[{STRIPS}]"
    assert not warned("tafel", steps, base, "mesh.surface_size=0.4 um")
    (said,) = warned("tafel", steps, base, "mesh.surface_size=0.6 um")
    assert "can be stripped to mesh.surface_size (0.6 µm): a protocol step will end early" in said


@pytest.mark.parametrize(
    ("steps", "said"),
    [(f"{STRIPS}, {PLATES}", True), (f"{PLATES}, {STRIPS}", False), (PLATES, False)],
)
def test_check_foresees_lithium_thinner_than_the_mesh(steps: str, said: bool) -> None:
    changes = ("geometry.parameters.base=0.3", "mesh.surface_size=0.5 um")
    warnings = warned("tafel", *changes, f"protocol.steps=[{steps}]")
    assert ["is thinner than mesh.surface_size (0.5 µm)" in text for text in warnings] == (
        said * [True]
    )


def test_check_foresees_a_collector_that_is_bare_too_early() -> None:
    assert not warned("collector-cycle"), "stripped for a time: until nothing is left"
    capacity = "protocol.steps.3.capacity=0.2 mAh/cm^2"
    (said,) = warned("collector-cycle", capacity)
    assert "protocol step 3 strips 0.97 µm of lithium, and only 0.485 µm are left" in said
    assert not warned(
        "collector-cycle", capacity, "protocol.steps.3.on_event.lithium_exhausted=next"
    )
    assert not warned("collector-cycle", "protocol.steps.3.capacity=0.1 mAh/cm^2")
    assert warned("collector-cycle", f"{USED_UP}=error")


@pytest.mark.parametrize("name", ["be-cycles", "pulse-plating"])
def test_what_is_shipped_has_the_lithium_that_it_strips(name: str) -> None:
    assert not warned(name)


@pytest.mark.solve
def test_lithium_is_used_up_in_three_dimensions_too() -> None:
    regions = {LITHIUM: lambda x: x[:, -1] < 0.0, COLLECTOR: lambda x: x[:, -1] < -THICK}
    cell = box((0.0, 0.0, -2.0 * THICK), (2.0, 2.0, 4.0), (4, 4, 10), regions)
    a = replace(model(), plan=ProtocolPlan((STRIP, PLATE, STRIP)))
    ends = [state for state in time_loop(a, begin(a, cell)) if state.progress.ended]
    used, full = StopReason.LITHIUM_EXHAUSTED, StopReason.CAPACITY
    assert [state.progress.ended for state in ends] == [used, full, used]
    assert ends[0].time == pytest.approx(SECONDS, rel=1e-9)
    assert volume(ends[1]) == pytest.approx(0.3 * 4.0, rel=1e-6)
    assert volume(ends[2]) == 0.0
    assert ends[2].balance.faraday_error < 1e-6


@pytest.mark.solve
def test_a_rest_is_no_advance_that_could_be_corrected() -> None:
    """What remeshing wears off at rest is put back, and compared with no advance."""
    rest = ProtocolStep(ConstantCurrent(0.0), duration=1.0)
    a = replace(model(), plan=ProtocolPlan((PLATE, rest)))
    plated, rested = (
        s for s in time_loop(a, begin(a, slab(), Patched(1.0, 3.0))) if s.progress.ended
    )
    assert rested.balance.volume_correction == plated.balance.volume_correction < 0.5
    assert rested.balance.faraday_error < 1e-6


def test_the_first_deposit_on_a_bare_collector_is_thick_enough_to_be_meshed() -> None:
    """2 nm, at 1 nm/s on the mean; the fastest facet advances by no more than is allowed."""
    control = StepControl(first=0.01, longest=100.0, advance=0.1, thinnest=2e-3)
    assert control.first_on(5e-3, 1e-3, bare=True) == pytest.approx(2.0)
    assert control.first_on(0.1, 1e-3, bare=True) == pytest.approx(1.0)
    assert control.first_on(5e-3, 1e-3, bare=False) == control.first_on(0.0, 0.0, bare=True) == 0.01


MUSHROOM = """
SetFactory("OpenCASCADE");
DefineConstant[ radius = {2}, half = {0.6}, stem = {1.5}, width = {8}, height = {8}, base = {1} ];
middle = stem + Sqrt(radius^2 - half^2);
Rectangle(1) = {-width / 2, 0, 0, width, height};
Rectangle(2) = {-half, 0, 0, 2 * half, middle};
Disk(3) = {0, middle, 0, radius};
metal() = BooleanUnion{ Surface{2}; Delete; }{ Surface{3}; Delete; };
electrolyte() = BooleanDifference{ Surface{1}; Delete; }{ Surface{metal()}; };
all() = BooleanFragments{ Surface{electrolyte()}; Delete; }{ Surface{metal()}; Delete; };
e = 1e-3;
lithium() = Surface In BoundingBox {-radius - e, -e, -e, radius + e, middle + radius + e, e};
rest() = Surface{:};
rest() -= {lithium()};
Physical Surface("lithium") = {lithium()};
Physical Surface("electrolyte") = {rest()};
Physical Curve("counter") = {
  Curve In BoundingBox {-width / 2 - e, height - e, -e, width / 2 + e, height + e, e}};
"""


@pytest.mark.solve
def test_a_run_ends_where_its_last_connected_lithium_goes(tmp_path: Path) -> None:
    """The stem vanishes as a whole, and the head has no connection any more: no electrode is left,
    which is the end of the lithium and no fault of the mesh."""
    (tmp_path / "mushroom.geo").write_text(MUSHROOM)
    settings = scenario(
        "film_limited",
        f"geometry.file={tmp_path / 'mushroom.geo'}",
        "mesh.surface_size=0.3 um",
        "protocol.voltage=-10 V",
        "protocol.duration=30 min",
        "time.max_advance=0.5",
    )
    last = last_state(settings)
    assert last.event is not None and last.event.reason is StopReason.LITHIUM_EXHAUSTED
    assert not last.surface.working.any() and last.cell.volume(DEAD_LITHIUM) > 5.0
    assert not last.current_density.any()
