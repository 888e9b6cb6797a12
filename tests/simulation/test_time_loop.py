"""The time loop on small cells: exact growth, balances, step control, and every way it may end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pytest
from helpers.boxes import box
from helpers.small_models import (
    BE,
    C0,
    I_00,
    RESISTANCE,
    SIZE,
    THICKNESS,
    V_M,
    Patched,
    begin,
    currents,
    duration,
    heights,
    model,
    moving_interface,
    physics,
    slab,
    thermal,
)
from numpy.typing import NDArray
from scipy.integrate import quad

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.common.errors import DepositionError, InterfaceError, ShortCircuit, SolveError
from deposition.interface.corrector import Advanced, SolveMoved
from deposition.interface.film_spread import DefaultFilm
from deposition.interface.film_transport import AdvectedFilm
from deposition.interface.fixed import FixedInterface
from deposition.interface.moving import MovingInterface
from deposition.interface.state import InterfaceState
from deposition.interface.strippable_lithium import Thinnest
from deposition.interface.volume_balance import StepTooLong
from deposition.mesh.cell import COLLECTOR, ELECTROLYTE, LITHIUM, Cell, Floats
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import SurfaceState
from deposition.protocol import (
    ConstantCurrent,
    ConstantVoltage,
    OnEvent,
    ProtocolPlan,
    ProtocolStep,
    StopReason,
)
from deposition.simulation.loop import time_loop
from deposition.simulation.model import Model
from deposition.simulation.state import State
from deposition.simulation.time_step import GROWTH, StepControl
from deposition.transport.physics import Depleted, StepSolution

GAP = 8.0
UNDILUTED = AdvectedFilm(DefaultFilm(0, THICKNESS), 1.0)
"""Film that is the same everywhere stays the same everywhere."""


def in_steps(a: Model, count: int) -> Model:
    """The same model, passing its charge in so many equal steps."""
    step = duration(a) / count
    return replace(a, control=StepControl(first=step, longest=step, advance=np.inf))


def planar(current_density: float, steps: int, microns: float = 1.0) -> list[State]:
    """Even growth on a mesh that is as fine everywhere."""
    even = moving_interface(sizes=MeshSizes(SIZE, SIZE, 1.3), film_motion=UNDILUTED)
    a = in_steps(model(current_density, microns, interface=even), steps)
    return list(time_loop(a, begin(a, slab(GAP))))


def last_of(states: Iterator[State]) -> State:
    """The last state; what stopped the march is raised."""
    *_, last = states
    return last


def until_it_ends(states: Iterator[State]) -> tuple[list[State], DepositionError]:
    """All states and the error that ended them."""
    seen: list[State] = []
    with pytest.raises(DepositionError) as caught:
        for state in states:
            seen.append(state)
    return seen, caught.value


def flat_voltage(current_density: float) -> float:
    """Steady voltage (V) between flat lithium electrodes that both move up at v = V_m i/F.

    The anions go along, N₋ = c v, and so 2 c' = i/(F D₊) - c v (1/D₊ + 1/D₋) and
    2 (F/RT) c φ' = i/(F D₊) - c v (1/D₊ - 1/D₋): an exponential profile whose mean is c0.
    """
    i, gap = current_density, GAP * MICROMETRE
    cation, anion = BE.cation_diffusivity, BE.anion_diffusivity
    speed = V_M * i / FARADAY
    drive = i / (FARADAY * cation)
    rate = 0.5 * speed * (1.0 / cation + 1.0 / anion)
    rest = 0.5 * drive / rate
    # c = rest + (c(0) - rest) exp(-rate z), with the mean c0
    amplitude = (C0 - rest) * rate * gap / -np.expm1(-rate * gap)

    def c(z: float) -> float:
        return rest + amplitude * np.exp(-rate * z)

    def slope(z: float) -> float:
        return 0.5 * (drive - c(z) * speed * (1.0 / cation - 1.0 / anion)) / c(z)

    potential = thermal() * (quad(slope, 0.0, gap)[0] + np.log(c(gap) / c(0.0)))
    transfer = [
        2.0 * thermal() * np.arcsinh(i / (2.0 * I_00 * np.sqrt(c(z) / C0))) for z in (0, gap)
    ]
    return float(potential + sum(transfer) + i * RESISTANCE[0])


# --- exact growth ----------------------------------------------------------------------------


@pytest.mark.solve
def test_planar_growth_is_exact() -> None:
    """h = V_m i t/F, at a voltage that stays because the counter recedes by as much."""
    states = planar(1.0, steps=8)
    assert [state.step for state in states] == list(range(9))
    exact_voltage = flat_voltage(1.0)
    for state in states[1:]:
        height = V_M * 1.0 * state.time / FARADAY / MICROMETRE
        np.testing.assert_allclose(heights(state), height, atol=1e-5)
        assert state.cell.points[:, 1].max() == pytest.approx(GAP + height, abs=1e-9)
        assert state.voltage == pytest.approx(exact_voltage, rel=3e-4)
        assert state.balance.faraday_error < 1e-6
        assert state.balance.salt_error < 1e-12
        assert state.balance.salt_correction < 5e-5
        assert sum(currents(state)) == pytest.approx(0.0, abs=1e-6 * abs(currents(state)[0]))
    assert states[-1].net_areal_charge == pytest.approx(FARADAY * MICROMETRE / V_M, rel=1e-12)


@pytest.mark.solve
def test_restored_salt_halves_with_the_step() -> None:
    longer, shorter = (planar(20.0, steps)[-1].balance.salt_correction for steps in (4, 8))
    assert 1e-7 < longer < 1e-3
    assert shorter == pytest.approx(0.5 * longer, rel=0.15)


PATCH = Patched(3.0, 9.0)


def patched(current_density: float) -> list[State]:
    """Film-controlled growth or recession: κR is a hundred times the width of the box."""
    size = 0.5 * SIZE
    a = model(
        current_density,
        0.5,
        interface=moving_interface(
            sizes=MeshSizes(size, 2.0, 1.3),
            film_motion=AdvectedFilm(DefaultFilm(1, THICKNESS), 2.0 * size),
        ),
        film_conductivity=np.append(THICKNESS / (100.0 * np.array(RESISTANCE)), np.inf),
        control=StepControl(1e4, 1e4, 0.5 * size),
    )
    return list(time_loop(a, begin(a, slab(GAP, width=12.0, metal=2.0, size=size), PATCH)))


def middles(state: State) -> tuple[float, float]:
    """Heights (µm) in the middle of the good patch and at the walls, far from its borders."""
    points = state.cell.points[np.unique(state.surface.facets[state.surface.working])]
    good = np.abs(points[:, 0] - 6.0) < 1.5
    poor = np.abs(points[:, 0] - 6.0) > 5.0
    return float(points[good, 1].mean()), float(points[poor, 1].mean())


@pytest.mark.solve
@pytest.mark.parametrize("current", [0.5, -0.5])
def test_patches_grow_and_shrink_as_one_over_their_resistance(current: float) -> None:
    states = patched(current)
    good, poor = middles(states[-1])
    assert np.sign(good) == np.sign(poor) == np.sign(current)
    assert good / poor == pytest.approx(RESISTANCE[1] / RESISTANCE[0], rel=0.01)
    density = states[0].current_density[states[0].surface.working]
    mean = 0.5 * (1.0 / RESISTANCE[0] + 1.0 / RESISTANCE[1])
    assert np.abs(density).max() == pytest.approx(abs(current) / RESISTANCE[0] / mean, rel=1e-3)
    assert np.abs(density).min() == pytest.approx(abs(current) / RESISTANCE[1] / mean, rel=1e-3)


@pytest.mark.solve
@pytest.mark.parametrize("current", [0.5, -0.5])
def test_balances_of_patched_growth_and_stripping(current: float) -> None:
    for state in patched(current):
        # Early on there is little charge to compare with.
        assert state.balance.faraday_error < 3e-3
        assert state.balance.salt_error < 1e-12
        assert state.balance.salt_correction < 1e-3
        assert state.balance.film_error < 1e-6
        assert state.voltage * current > 0.0, "power goes in, whichever way the current flows"
        assert state.net_areal_charge * current >= 0.0
    assert state.balance.faraday_error < 1e-3
    assert state.net_areal_charge == pytest.approx(
        np.sign(current) * 0.5 * FARADAY * MICROMETRE / V_M
    )


# --- nothing moves ---------------------------------------------------------------------------


@pytest.mark.solve
def test_fixed_interface_moves_nothing_and_salt_follows_the_exact_transient() -> None:
    """c at the cathode of 50 µm of BE under 50 A/m² after 1 s and 5 s (Fourier series)."""
    without_wall_motion = model(
        50.0,
        transport=physics(moves=False),
        interface=FixedInterface(),
        capacity=250.0,
        control=StepControl(0.02, 0.02, np.inf),
    )
    cell = slab(50.0, width=1.0)
    found = {}
    for state in time_loop(without_wall_motion, begin(without_wall_motion, cell)):
        assert state.cell is cell
        assert state.balance.salt_error < 1e-12
        found[round(state.time, 6)] = float(np.nanmin(state.concentration))
    assert found[1.0] == pytest.approx(945.295, rel=3e-4)
    assert found[5.0] == pytest.approx(879.417, rel=3e-4)
    assert state.balance.faraday_error == 0.0
    np.testing.assert_allclose(state.film.charge[state.surface.working], 250.0, rtol=1e-3)


@pytest.mark.solve
def test_reservoir_holds_its_concentration_and_its_salt_is_counted() -> None:
    a = model(
        200.0,
        0.5,
        transport=physics(counter="reservoir", recedes=False),
        interface=moving_interface(recedes=False, counter="reservoir"),
    )
    a = in_steps(a, 4)
    for state in time_loop(a, begin(a, slab(GAP))):
        top = state.cell.points[:, 1] > GAP - 1e-9
        np.testing.assert_allclose(state.concentration[top], C0, rtol=1e-12)
        assert state.cell.points[:, 1].max() == pytest.approx(GAP)
        # What the first nanosecond brings in is not counted.
        assert state.balance.salt_error < 1e-9
        if state.is_snapshot:
            assert sum(currents(state)) == pytest.approx(0.0, abs=1e-6 * currents(state)[0])
        assert state.voltage > 0.0
    assert heights(state).mean() == pytest.approx(0.5, rel=2e-3)
    assert np.nanmin(state.concentration) < 0.9 * C0


# --- frames ----------------------------------------------------------------------------------


@pytest.mark.solve
def test_frames_have_fields_of_their_own_cell() -> None:
    a = in_steps(replace(model(5.0, 1.0), snapshot_every=FARADAY * MICROMETRE / V_M / 3), 6)
    states = list(time_loop(a, begin(a, slab(GAP, width=8.0), Patched(2.0, 6.0))))
    assert [state.step for state in states if state.is_snapshot] == [0, 2, 4, 6]
    for state in states:
        wet = np.unique(state.cell.simplices[state.cell.in_region(ELECTROLYTE)])
        dry = np.setdiff1d(np.arange(len(state.cell.points)), wet)
        assert np.isfinite(state.potential[wet]).all() and np.isnan(state.potential[dry]).all()
        assert np.isfinite(state.concentration[wet]).all()
        passed, given = currents(state)
        exactness = 1e-9 if state.is_snapshot else 0.15
        assert passed == pytest.approx(5.0 * 8.0, rel=exactness)
        assert given == pytest.approx(-passed, rel=exactness)
        assert len(state.resistance) == state.surface.size == len(state.film.thickness)


@pytest.mark.solve
def test_a_run_is_the_same_to_the_last_bit() -> None:
    one, two = (patched(0.5)[-1] for _ in range(2))
    np.testing.assert_array_equal(one.cell.points, two.cell.points)
    np.testing.assert_array_equal(one.concentration, two.concentration)
    assert one.voltage == two.voltage


# --- how a run ends --------------------------------------------------------------------------


@pytest.mark.solve
def test_short_circuit_says_when_after_its_last_state() -> None:
    standing = moving_interface(recedes=False)
    a = model(5.0, 2.0, transport=physics(recedes=False), interface=standing)
    states, error = until_it_ends(time_loop(a, begin(a, slab(1.0), Patched(1.0, 3.0))))
    assert isinstance(error, ShortCircuit)
    last = states[-1]
    assert f"{last.time:.6g} s" in str(error)
    assert f"{last.net_areal_charge / 3.6e4:.4g} mAh/cm²" in str(error)
    assert 0.0 < last.time < duration(a)
    assert last.is_snapshot
    assert heights(last).max() == pytest.approx(last.cell.points[:, 1].max(), abs=0.1)
    assert np.isfinite([state.voltage for state in states]).all()


@pytest.mark.solve
def test_depletion_says_when_and_where_and_keeps_the_states_before() -> None:
    """1500 A/m² on 20 µm of BE, whose limit is 683: Sand's time is 0.37 s."""
    a = replace(model(1500.0, 1.0), control=StepControl(0.02, 0.02, np.inf))
    states, error = until_it_ends(time_loop(a, begin(a, slab(20.0, width=1.0))))
    assert isinstance(error, Depleted)
    assert error.time is not None
    assert error.time == pytest.approx(0.371, rel=0.05)
    assert f"at {error.time:.6g} s" in str(error)
    assert "in protocol step 1, at 0.01" in str(error)
    assert "Sand's time of 150 mA/cm² is 0.3" in str(error)
    surface = states[-1].surface
    corners = states[-1].cell.points[np.unique(surface.facets[surface.working])]
    assert np.linalg.norm(corners - error.where, axis=1).min() < 1e-9
    assert error.time == pytest.approx(states[-1].time, rel=0.005), "shorter and shorter steps"
    assert states[-1].event is not None and states[-1].event.message == str(error)
    assert states[-1].is_snapshot
    for state in states:
        assert np.nanmin(state.concentration) > 0.0
        assert state.balance.salt_error < 1e-10


@pytest.mark.solve
def test_after_depletion_a_rest_lets_the_salt_come_back() -> None:
    high = ProtocolStep(
        ConstantCurrent(1500.0), duration=10.0, on_event={StopReason.DEPLETION: OnEvent.NEXT}
    )
    rest = ProtocolStep(ConstantCurrent(0.0), duration=1.0)
    protocol_steps = ProtocolPlan((high, rest, high))
    a = replace(model(1500.0, 1.0), control=StepControl(0.05, 0.2, np.inf), plan=protocol_steps)
    ends = [s for s in time_loop(a, begin(a, slab(20.0, width=1.0))) if s.progress.ended]
    assert [s.progress.ended for s in ends] == [
        StopReason.DEPLETION,
        StopReason.DURATION,
        StopReason.DEPLETION,
    ]
    lowest = [float(np.nanmin(state.concentration)) for state in ends]
    assert lowest[0] < 50.0 and lowest[2] < 50.0 and lowest[1] > 700.0
    assert 0.1 < ends[2].progress.time < ends[0].progress.time
    for state in ends:
        assert state.balance.salt_error < 1e-10
        assert state.balance.faraday_error < 1e-4


@pytest.mark.solve
def test_stripping_a_bare_collector_is_refused_at_once() -> None:
    a = model(-5.0)
    cell = box(
        (0.0, -1.0), (4.0, GAP), (8, 18), {LITHIUM: lambda x: x[:, 1] < -9, COLLECTOR: below}
    )
    states, error = until_it_ends(time_loop(a, begin(a, cell)))
    assert states == []
    assert isinstance(error, SolveError) and "[E308]" in str(error)


def below(centre: Floats) -> NDArray[np.bool_]:
    """Simplices under the surface of the electrode."""
    return centre[:, 1] < 0.0


# --- time steps ------------------------------------------------------------------------------


@dataclass(eq=False)
class Refusing:
    """A front that fails for steps longer than ``longest`` s, and notes what it was asked for."""

    longest: float
    error: type[InterfaceError] = StepTooLong
    inner: MovingInterface = field(default_factory=moving_interface)
    asked: list[float] = field(default_factory=list)

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> InterfaceState:
        return self.inner.start(cell, film, concentration)

    def advance_corrected(
        self, state: InterfaceState, step: StepSolution, time_step: float, solve: SolveMoved
    ) -> Advanced:
        self.asked.append(time_step)
        if time_step > self.longest:
            raise self.error("not that far")
        return self.inner.advance_corrected(state, step, time_step, solve)

    def strippable_volume(self, state: InterfaceState) -> float:
        return self.inner.strippable_volume(state)

    def thinnest_lithium(self, state: InterfaceState) -> Thinnest:
        return self.inner.thinnest_lithium(state)

    def near_short_circuit(self, state: InterfaceState) -> Floats:
        return self.inner.near_short_circuit(state)

    def at_short_circuit(self, state: InterfaceState) -> Floats:
        return self.inner.at_short_circuit(state)

    def near_separator(self, state: InterfaceState) -> Floats:
        return self.inner.near_separator(state)


@pytest.mark.solve
def test_a_step_that_is_too_long_is_halved() -> None:
    refusing = Refusing(longest=120.0)
    a = model(5.0, 0.25, interface=refusing, control=StepControl(200.0, 200.0, 0.25))
    states = list(time_loop(a, begin(a, slab(GAP))))
    assert refusing.asked[:2] == [pytest.approx(200.0), pytest.approx(100.0)]
    taken = [t for t in refusing.asked if t <= 120.0]
    assert [state.time_step for state in states[1:]] == pytest.approx(taken)
    assert sum(state.time_step for state in states) == pytest.approx(duration(a))
    assert states[-1].balance.faraday_error < 1e-3


@pytest.mark.solve
@pytest.mark.parametrize("kind", [StepTooLong, InterfaceError])
def test_a_step_that_always_fails_says_when_and_what_to_try(kind: type[InterfaceError]) -> None:
    refusing = Refusing(longest=120.0, error=kind)
    a = model(5.0, 0.25, interface=refusing, control=StepControl(100.0, 100.0, 0.25))
    states = time_loop(a, begin(a, slab(GAP)))
    seen = [next(states), next(states)]
    refusing.longest = 0.0
    rest, error = until_it_ends(states)
    assert rest == []
    assert type(error) is kind
    for words in ("not that far", f"at {seen[1].time:.6g} s", "step 2", "mesh.surface_size"):
        assert words in str(error)
    assert refusing.asked[-1] > a.control.shortest > 0.5 * refusing.asked[-1]


@pytest.mark.solve
def test_the_fastest_facet_sets_the_step() -> None:
    a = model(5.0, 0.5)
    states = list(time_loop(a, begin(a, slab(GAP, width=8.0), Patched(3.0, 5.0))))
    for before, after in pairwise(states):
        working = before.surface.working
        fastest = V_M * before.current_density[working].max() / FARADAY / MICROMETRE
        assert after.time_step * fastest < 1.3 * a.control.advance
    assert sum(state.time_step for state in states) == pytest.approx(duration(a), rel=1e-12)


@pytest.mark.solve
@pytest.mark.parametrize("count", [3, 7, 8, 10, 16])
def test_rounding_leaves_no_step_over(count: int) -> None:
    a = in_steps(model(5.0, 0.5, interface=FixedInterface()), count)
    assert last_of(time_loop(a, begin(a, slab(GAP, width=1.0)))).step == count


@pytest.mark.solve
def test_the_last_two_steps_share_what_is_left() -> None:
    a = model(5.0, 0.5, interface=FixedInterface())
    a = replace(a, control=StepControl(0.42 * duration(a), 0.42 * duration(a), np.inf))
    states = list(time_loop(a, begin(a, slab(GAP, width=1.0))))
    shares = [state.time_step / duration(a) for state in states[1:]]
    assert shares == pytest.approx([0.42, 0.29, 0.29])


CONTROL = StepControl(first=1.0, longest=200.0, advance=0.15)


def test_a_step_grows_slowly_up_to_its_limits() -> None:
    assert CONTROL.next(1.0, speed=1e-4) == GROWTH
    assert CONTROL.next(1e3, speed=1e-2) == pytest.approx(15.0)
    assert CONTROL.next(1e3, speed=1e-9) == 200.0
    assert CONTROL.next(1e3, speed=0.0) == 200.0


def test_too_long_has_some_slack_and_leads_to_a_step_that_is_not() -> None:
    speed = 1e-2
    assert not CONTROL.too_long(15.0, speed)
    assert not CONTROL.too_long(17.0, speed)
    assert CONTROL.too_long(19.0, speed)
    assert not CONTROL.too_long(CONTROL.within(speed), speed)
    assert not CONTROL.too_long(1e9, 0.0)


def test_hopeless_is_measured_by_the_first_step() -> None:
    assert not CONTROL.hopeless(2e-4)
    assert CONTROL.hopeless(0.5e-4)
    assert not replace(CONTROL, first=1e-3).hopeless(0.5e-4)


@pytest.mark.solve
def test_a_voltage_is_held_until_the_charge_or_the_time_is_reached() -> None:
    """R = 6 Ω cm² and more in 10 µm of BE: 10 mV pass about 15 A/m²; the charge ends it exactly."""
    protocol_step = ProtocolStep(ConstantVoltage(0.01), duration=2e4, capacity=1000.0)
    held = replace(model(), plan=ProtocolPlan((protocol_step,)))
    states = list(time_loop(held, begin(held, slab(10.0))))
    assert states[-1].net_areal_charge == pytest.approx(1000.0, rel=1e-5)
    assert all(state.voltage == pytest.approx(0.01, rel=1e-12) for state in states)
    assert states[-1].balance.faraday_error < 1e-6
    short = replace(held, plan=ProtocolPlan((ProtocolStep(ConstantVoltage(0.01), duration=1.0),)))
    assert list(time_loop(short, begin(short, slab(10.0))))[-1].time == pytest.approx(
        1.0, rel=1e-12
    )


@pytest.mark.solve
def test_rest_passes_no_charge_and_lets_the_salt_even_out() -> None:
    resting = replace(
        model(),
        plan=ProtocolPlan((ProtocolStep(ConstantCurrent(0.0), duration=100.0),)),
        control=StepControl(1e-3, 1e4, np.inf, 0.005),
    )
    interface_state = begin(resting, slab(10.0))
    tilted = interface_state.fields.concentration * (1.0 + 0.01 * interface_state.cell.points[:, 1])
    interface_state = resting.interface.start(interface_state.cell, interface_state.film, tilted)
    states = list(time_loop(resting, interface_state))
    assert states[-1].time == pytest.approx(100.0)
    assert abs(states[-1].net_areal_charge) < 1e-30
    assert np.nanstd(states[-1].concentration) < 1e-2 * np.nanstd(tilted)
