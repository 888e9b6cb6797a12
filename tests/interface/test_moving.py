"""Whole steps of the moving interface against exact shapes, and what a step must keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from helpers.boxes import box
from helpers.electrodes import electrodes
from helpers.moving_cells import (
    MOLAR_VOLUME,
    SIZE,
    begin,
    carve,
    cutting,
    plain_interface,
    step,
    tip,
)

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.common.errors import InterfaceError
from deposition.interface.balances import FilmBalance, FilmChange
from deposition.interface.counter_electrode import CounterKeepsFilm
from deposition.interface.film_markers import FilmMarkers
from deposition.interface.film_spread import DefaultFilm
from deposition.interface.film_transport import (
    AdvectedFilm,
    CarriedFilm,
    FilmMotion,
    FilmStep,
    StationaryFilm,
)
from deposition.interface.fixed import FixedInterface
from deposition.interface.moving import MovingInterface
from deposition.interface.numerics import ByDimension
from deposition.interface.state import InterfaceState
from deposition.interface.volume_balance import StepTooLong
from deposition.mesh.cell import (
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    PINCHED_OFF,
    Cell,
    FacetTable,
    Floats,
    rename,
)
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import Surface, SurfaceState, extract_surface


def radii(state: InterfaceState) -> Floats:
    surface = state.surface
    corners = state.cell.points[surface.facets[surface.working]]
    return np.linalg.norm(corners, axis=2).ravel()


@pytest.mark.process
@pytest.mark.parametrize(("start", "sign"), [(3.0, 1.0), (4.0, -1.0)])
def test_circle_grows_and_shrinks_as_a_circle(start, sign):
    interface = plain_interface()
    state = begin(carve(lambda p: np.linalg.norm(p, axis=1) - start, interface.sizes), interface)
    for _ in range(8):
        state = step(interface, state, lambda x: np.full(len(x), sign * 0.5 * SIZE))
    found = radii(state)
    exact = np.sqrt(state.balances.metal_target / np.pi)
    assert found.mean() == pytest.approx(exact, abs=0.01 * SIZE)
    assert found.std() < 0.02 * SIZE
    assert abs(state.balances.total_volume_deficit) < 2e-3 * state.balances.swept


@pytest.mark.process
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_many_small_steps_do_not_wear_a_corner_down(sign):
    """Remeshing takes a chord of a corner at every step; it is put back where it was lost."""
    interface = plain_interface()
    cell = carve(lambda p: sign * (sign * p).max(axis=1), interface.sizes, (-4.0, -4.0), (4.0, 4.0))
    state = begin(cell, interface)
    for _ in range(32):
        state = step(interface, state, lambda x: np.full(len(x), sign * 0.125 * SIZE))
    corners = sign * state.cell.points[np.unique(state.surface.facets[state.surface.working])]
    rounded = (corners > 0.0).all(axis=1)
    distance = np.where(rounded, np.linalg.norm(corners, axis=1), corners.max(axis=1))
    assert rounded.any()
    np.testing.assert_allclose(distance, 32 * 0.125 * SIZE, atol=0.2 * SIZE)


def highest(state: InterfaceState) -> Floats:
    """(2,) the highest vertex of the surface, µm."""
    place = state.cell.points[np.unique(state.surface.facets[state.surface.working])]
    return np.asarray(place[place[:, 1].argmax()])


@pytest.mark.process
@pytest.mark.parametrize(
    ("at", "share", "way"),
    [(0.0, 5e-4, 1.0), (0.0, 5e-3, 1.0), (0.0, -5e-3, 5.0**0.5), (0.03, 5e-4, 1.0)],
)
def test_steps_far_below_an_edge_do_not_wear_a_tip_down(at, share, way):
    """Cuts there would leave vertices much nearer to each other than an edge: Mmg joins them.
    A tip recedes by s over the sine of half its angle."""
    interface = cutting(plain_interface())
    state = begin(tip(at), interface)
    before = highest(state)
    for _ in range(8):
        state = step(interface, state, lambda x: np.full(len(x), share * SIZE))
    way_of_tip = [0.0, 8 * share * way * SIZE]
    np.testing.assert_allclose(highest(state) - before, way_of_tip, atol=2e-3 * SIZE)


@pytest.mark.process
def test_sphere_grows_as_a_sphere():
    size = 0.5
    interface = plain_interface(size)
    cell = carve(
        lambda p: np.linalg.norm(p, axis=1) - 1.5,
        interface.sizes,
        low=(-2.75,) * 3,
        high=(2.75,) * 3,
    )
    state = begin(cell, interface)
    for _ in range(3):
        state = step(interface, state, lambda x: np.full(len(x), 0.3 * size))
    exact = np.cbrt(state.balances.metal_target * 3 / (4 * np.pi))
    # The corners of a polyhedron stand further out than the sphere of its volume.
    assert radii(state).mean() == pytest.approx(exact, abs=0.1 * size)
    assert radii(state).std() < 0.05 * size
    assert abs(state.balances.total_volume_deficit) < 0.01 * state.balances.swept


@pytest.mark.process
def test_two_circles_merge_into_their_union():
    interface = plain_interface(0.2)
    middle, radius = 2.2, 1.8

    def two(points):
        return np.minimum.reduce(
            [np.linalg.norm(points - [x, 0.0], axis=1) - radius for x in (-middle, middle)]
        )

    state = begin(carve(two, interface.sizes), interface)
    assert len(np.unique(state.film.body[state.surface.working])) == 2
    for _ in range(8):
        state = step(interface, state, lambda x: np.full(len(x), 0.1))
    r = radius + 0.8
    half_angle = np.arccos(middle / r)
    union = 2 * (np.pi * r**2) - 2 * (r**2 * half_angle - middle * np.sqrt(r**2 - middle**2))
    assert state.cell.volume(LITHIUM) == pytest.approx(union, rel=0.02)
    assert len(np.unique(state.film.body[state.surface.working])) == 1


@pytest.mark.process
def test_salt_is_kept_exactly_and_the_restored_share_shrinks_with_the_step():
    restored = []
    for share in (0.5, 0.25):
        interface = MovingInterface(
            MeshSizes(SIZE, 1.5, 1.3),
            AdvectedFilm(DefaultFilm(0, 2e-8), 1.0),
            electrodes(recedes=False),
        )
        state = begin(box((0.0, -2.0), (8.0, 8.0), (32, 40)), interface)
        for _ in range(int(2 / share)):
            state = step(interface, state, lambda x, s=share: np.full(len(x), s * SIZE))
        assert state.salt == pytest.approx(state.balances.salt_initial, rel=1e-12)
        restored.append(state.balances.salt_correction)
    assert restored[0] < 0.02
    assert restored[1] == pytest.approx(0.5 * restored[0], rel=0.3)


@pytest.mark.process
def test_a_pocket_without_salt_asks_for_a_shorter_step():
    interface = plain_interface()
    state = begin(box((0.0, -2.0), (8.0, 8.0), (32, 40)), interface)
    empty = replace(state.fields, concentration=0.0 * state.fields.concentration)
    with pytest.raises(InterfaceError, match="E364"):
        step(interface, replace(state, fields=empty), lambda x: np.full(len(x), 0.1))


@pytest.mark.process
def test_a_step_that_fills_all_electrolyte_asks_for_a_shorter_one():
    interface = plain_interface()
    state = begin(box((0.0, -2.0), (2.0, SIZE), (8, 9)), interface)
    density = np.full(state.surface.size, 1.2 * SIZE * MICROMETRE * FARADAY / MOLAR_VOLUME)
    density[state.surface.on(COUNTER)] *= -1.0
    with pytest.raises(StepTooLong, match="E366"):
        interface.advance(state, replace(state.fields, current_density=density), 1.0)


@pytest.mark.process
def test_counter_recedes_by_what_it_gives():
    interface = MovingInterface(
        MeshSizes(SIZE, 1.5, 1.3),
        AdvectedFilm(DefaultFilm(0, 2e-8), 1.0),
        electrodes(),
    )
    state = begin(box((0.0, -2.0), (8.0, 8.0), (32, 40)), interface)
    electrolyte = state.cell.volume(ELECTROLYTE)
    state = step(interface, state, lambda x: np.full(len(x), 0.1))
    assert state.cell.points[:, 1].max() == pytest.approx(8.1, abs=1e-9)
    assert state.cell.volume(ELECTROLYTE) == pytest.approx(electrolyte, rel=1e-3)


@pytest.mark.process
def test_neck_that_dissolves_leaves_dead_lithium_and_the_run_goes_on():
    interface = plain_interface(0.2)

    def mushroom(points):
        x, y = points.T
        stem = np.maximum(np.abs(x) - 0.5, -(2.0 - y))
        stem = np.maximum(np.abs(x) - 0.5, y - 2.0)
        head = np.linalg.norm(points - [0.0, 3.0], axis=1) - 1.5
        return np.minimum.reduce([y + 1.0, stem, head])

    state = begin(carve(mushroom, interface.sizes, (-6.0, -4.0), (6.0, 8.0)), interface)
    assert PINCHED_OFF not in state.cell.regions
    for _ in range(7):
        state = step(
            interface,
            state,
            lambda x: np.where((x[:, 1] > -0.9) & (x[:, 1] < 1.4), -0.1, 0.0),
        )
    pinched = state.cell.region == state.cell.regions.index(PINCHED_OFF)
    assert state.cell.volumes[pinched].sum() == pytest.approx(np.pi * 1.5**2, rel=0.1)
    assert abs(state.balances.total_volume_deficit) < 0.05 * state.balances.swept
    after = step(interface, state, lambda x: np.full(len(x), 0.05))
    kept = after.cell.volumes[after.cell.region == after.cell.regions.index(PINCHED_OFF)].sum()
    assert kept == pytest.approx(state.cell.volumes[pinched].sum(), rel=1e-3)


@pytest.mark.process
def test_closing_gap_cuts_off_a_pocket_that_keeps_its_salt():
    interface = plain_interface(0.2)

    def cavity(points):
        x, y = points.T
        # Lithium below y = 0 with a bottle in it: a round belly and a narrow neck.
        belly = np.linalg.norm(points - [0.0, -3.0], axis=1) - 2.0
        neck = np.maximum(np.abs(x) - 0.4, -y - 3.0)
        return np.maximum(y, -np.minimum(belly, neck))

    state = begin(carve(cavity, interface.sizes, (-6.0, -7.0), (6.0, 5.0)), interface)
    assert state.void == 0.0
    for _ in range(5):
        state = step(interface, state, lambda x: np.full(len(x), 0.1))
    assert state.void == pytest.approx(np.pi * 1.5**2, rel=0.1)
    total = state.salt + state.balances.salt_trapped
    assert total == pytest.approx(state.balances.salt_initial, rel=1e-9)


@pytest.mark.process
def test_an_engulfed_dead_block_keeps_its_volume():
    interface = plain_interface(0.25)
    block = {
        LITHIUM: lambda x: x[:, 1] < 0,
        DEAD_LITHIUM: lambda x: (np.abs(x[:, 0] - 4) < 1) & (np.abs(x[:, 1] - 1) < 0.5),
    }
    state = begin(box((0.0, -2.0), (8.0, 6.0), (32, 32), block), interface)
    dead = state.cell.volume(DEAD_LITHIUM)
    for _ in range(24):
        state = step(interface, state, lambda x: np.full(len(x), 0.12))
    assert state.cell.volume(DEAD_LITHIUM) == pytest.approx(dead, rel=1e-6)
    assert not state.surface.on(DEAD_LITHIUM).any()
    assert abs(state.balances.total_volume_deficit) < 5e-3 * state.balances.swept


@pytest.mark.process
def test_a_round_piece_that_takes_no_current_keeps_its_shape():
    """Remeshing replaced its outline by chords of it, again and again."""
    interface = plain_interface()

    def flat_and_disc(p):
        return np.minimum(p[:, 1], np.linalg.norm(p - np.array([0.0, 3.0]), axis=1) - 1.0)

    cell = carve(flat_and_disc, interface.sizes, (-4.0, -2.0), (4.0, 7.0))
    above = cell.points[cell.simplices].mean(axis=1)[:, 1] > 1.5
    state = begin(rename(cell, above & cell.in_region(LITHIUM), DEAD_LITHIUM), interface)
    before = state.cell.volume(DEAD_LITHIUM)
    assert before == pytest.approx(np.pi, rel=0.02)
    for _ in range(8):
        state = step(interface, state, lambda x: np.full(len(x), 0.1))
    assert state.cell.volume(DEAD_LITHIUM) == pytest.approx(before, rel=1e-12)


@pytest.mark.process
def test_deposit_that_reaches_the_counter_is_a_short_circuit():
    interface = plain_interface(0.25)
    state = begin(box((0.0, -1.0), (4.0, 1.0), (16, 8)), interface)
    for _ in range(14):
        assert not state.contact
        state = step(interface, state, lambda x: np.where(np.abs(x[:, 0] - 2.0) < 0.6, 0.12, 0.0))
        if state.contact:
            return
    pytest.fail("the deposit never reached the counter")


def halves(cell: Cell) -> Floats:
    surface = extract_surface(cell)
    left = surface.midpoint[:, 0] < 4.0
    return np.column_stack([left, ~left]).astype(float)


@pytest.mark.process
def test_advected_film_keeps_patches_and_closes_the_balance():
    cell = box((0.0, -2.0), (8.0, 6.0), (32, 32))
    interface = plain_interface(film_motion=AdvectedFilm(DefaultFilm(1, 2e-8), 1.0))
    state = begin(cell, interface, ("fast", "slow"), halves(cell))
    for _ in range(6):
        state = step(interface, state, lambda x: np.where(x[:, 0] < 4.0, 0.12, 0.03))
    assert state.balances.film_error < 1e-6
    far_left = state.surface.working & (state.surface.midpoint[:, 0] < 1.0)
    far_right = state.surface.working & (state.surface.midpoint[:, 0] > 7.0)
    assert state.film.fractions[far_left, 0].min() > 0.97
    assert state.film.fractions[far_right, 1].min() > 0.97
    np.testing.assert_allclose(state.film.fractions.sum(axis=1), 1.0)


@dataclass(frozen=True, eq=False)
class Lossy:
    """A film motion that changes the film without reporting it."""

    film_motion: FilmMotion
    spoil: Callable[[CarriedFilm], CarriedFilm]

    def start(
        self, cell: Cell, surface: Surface, film: SurfaceState
    ) -> tuple[SurfaceState, FilmMarkers]:
        return self.film_motion.start(cell, surface, film)

    def carry(self, step: FilmStep) -> CarriedFilm:
        return self.spoil(self.film_motion.carry(step))


def seen_as(change: Callable[[SurfaceState], SurfaceState]) -> Callable[[CarriedFilm], CarriedFilm]:
    """A change of the film that kinetics sees."""
    return lambda carried: replace(carried, seen=change(carried.seen))


def without_film(film: SurfaceState, facet: int) -> SurfaceState:
    """The film of one facet dropped."""
    there = (np.arange(len(film.charge)) != facet)[:, None]
    return replace(film, fractions=film.fractions * there, volumes=film.volumes * there)


def markers_dropped(carried: CarriedFilm) -> CarriedFilm:
    """The markers of one facet with fast film dropped."""
    markers = carried.markers
    facet = markers.facet[markers.area[:, 0].argmax()]
    return replace(carried, markers=markers.only(markers.facet != facet))


LOSSES = {
    "thinner": seen_as(lambda film: replace(film, volumes=0.8 * film.volumes)),
    "rolled": seen_as(lambda film: replace(film, fractions=np.roll(film.fractions, 1, axis=1))),
    "dropped": seen_as(lambda film: without_film(film, int(film.fractions[:, 0].argmax()))),
    "no number": seen_as(lambda film: replace(film, volumes=film.volumes * np.nan)),
}


def third(cell: Cell) -> Floats:
    """Fast film on the left 3 of 8 µm, slow film elsewhere."""
    left = extract_surface(cell).midpoint[:, 0] < 3.0
    return np.column_stack([left, ~left]).astype(float)


def grown(motion_of: Callable[[Cell, SurfaceState], FilmMotion], steps: int = 3) -> InterfaceState:
    """An uneven deposit after a few steps, with the film motion made of the cell and its film."""
    cell = box((0.0, -2.0), (8.0, 6.0), (32, 32))
    fractions = third(cell)
    film = begin(cell, FixedInterface(), ("fast", "slow"), fractions).film
    interface = plain_interface(film_motion=motion_of(cell, film))
    state = begin(cell, interface, ("fast", "slow"), fractions)
    for _ in range(steps):
        state = step(interface, state, lambda x: np.where(x[:, 0] < 3.0, 0.12, 0.03))
    return state


MOTIONS: dict[str, Callable[[Cell, SurfaceState], FilmMotion]] = {
    "advected": lambda cell, film: AdvectedFilm(DefaultFilm(1, 3e-8), 1.0),
    "stationary": lambda cell, film: StationaryFilm.of(cell, extract_surface(cell), film),
    "counter": lambda cell, film: CounterKeepsFilm.of(
        AdvectedFilm(DefaultFilm(1, 3e-8), 1.0), cell, extract_surface(cell), film
    ),
}


@pytest.mark.process
@pytest.mark.parametrize("motion", MOTIONS)
def test_the_film_balance_closes(motion):
    assert grown(MOTIONS[motion]).balances.film_error < 1e-12


@pytest.mark.process
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("motion", MOTIONS)
def test_lost_film_is_an_error_of_the_film_balance(motion, loss):
    state = grown(lambda cell, film: Lossy(MOTIONS[motion](cell, film), LOSSES[loss]), steps=1)
    assert not state.balances.film_error < 1e-6


@pytest.mark.process
@pytest.mark.parametrize("motion", ["advected", "counter"])
def test_lost_markers_are_an_error_of_the_film_balance(motion):
    state = grown(lambda cell, film: Lossy(MOTIONS[motion](cell, film), markers_dropped), steps=1)
    assert state.balances.film_error > 1e-3


def test_the_film_balance_distinguishes_markers_facets_areas_and_volumes():
    """By hand: a marker is dropped, default film "b" covers its place."""
    cell = box((0.0, -2.0), (8.0, 6.0), (2, 2))
    surface = replace(extract_surface(cell), area=np.array([2.0, 1.0, 1.0, 0.0]))
    nothing = np.zeros(4)
    fractions = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    volumes = 3.0 * fractions
    film = SurfaceState(fractions, volumes, nothing, nothing.astype(int), ("a", "b"))
    place, facet = np.zeros((2, 2)), np.arange(2)
    area = np.array([[2.0, 0.0], [1.0, 0.0]])
    before = FilmMarkers(place, facet, area, 3.0 * area, area.sum(axis=1))
    after = before.only(np.array([True, False]))
    change = FilmChange(
        added=np.zeros(4),
        buried=np.array([1.0, 0.0, 3.0, 0.0]),
        laid=np.array([0.0, 2.0, 0.0, 6.0]),
        overlap=np.zeros(4),
        carried=np.array([True, False, True, False]),
    )
    here = (surface, film)
    balance = FilmBalance.of((before, after), np.zeros(4), here, here, change)
    np.testing.assert_allclose(balance.before, [3.0, 0.0, 9.0, 0.0])
    np.testing.assert_allclose(balance.after, [2.0, 0.0, 6.0, 0.0])
    np.testing.assert_allclose(balance.seen, [2.0, 2.0, 6.0, 6.0])
    assert balance.error == pytest.approx(0.0, abs=1e-15)
    kept = FilmBalance.of((before, before), np.zeros(4), here, here, change)
    assert kept.error == pytest.approx(1.0 / 7.0), "of 7 µm, 1 µm was said to be buried"
    thin = replace(film, volumes=film.volumes * [[1.0], [1.0], [0.5], [1.0]])
    lacking = FilmBalance.of((before, after), np.zeros(4), here, (surface, thin), change)
    assert lacking.error == pytest.approx(1.5 / 19.5)
    grown = FilmBalance.of((before, after), np.array([0.0, 0.0, 1.0, 0.0]), here, here, change)
    assert grown.error == pytest.approx(1.0 / 22.0), "growth that no marker took up"


@pytest.mark.process
def test_flat_growth_is_not_diluted_by_the_mesh():
    cell = box((0.0, -2.0), (8.0, 8.0), (32, 40))
    interface = plain_interface(film_motion=AdvectedFilm(DefaultFilm(1, 2e-8), 1.0))
    working = np.ones((extract_surface(cell).size, 2)) * [1.0, 0.0]
    state = begin(cell, interface, ("old", "fresh"), working)
    for _ in range(20):
        state = step(interface, state, lambda x: np.full(len(x), 0.1))
    assert state.film.fractions[state.surface.working, 1].max() < 1e-3


@pytest.mark.process
def test_growing_circle_is_diluted_by_its_stretch():
    interface = plain_interface(film_motion=AdvectedFilm(DefaultFilm(1, 2e-8), 1.0))
    cell = carve(lambda p: np.linalg.norm(p, axis=1) - 3.0, interface.sizes)
    fractions = np.ones((extract_surface(cell).size, 2)) * [1.0, 0.0]
    state = begin(cell, interface, ("old", "fresh"), fractions)
    for _ in range(12):
        state = step(interface, state, lambda x: np.full(len(x), 0.125))
    old = state.film.fractions[state.surface.working, 0]
    assert old.mean() == pytest.approx(3.0 / 4.5, rel=0.02)
    assert old.std() < 0.02


@pytest.mark.process
def test_stationary_film_stays_where_it_was():
    cell = box((0.0, -2.0), (8.0, 6.0), (32, 32))
    surface = extract_surface(cell)
    film = SurfaceState.of_thickness(
        halves(cell), np.full(surface.size, 2e-8), np.zeros(surface.size),
        np.zeros(surface.size, np.int64), ("fast", "slow"),
    )  # fmt: skip
    interface = plain_interface(film_motion=StationaryFilm.of(cell, surface, film))
    state = begin(cell, interface, ("fast", "slow"), halves(cell))
    for _ in range(6):
        state = step(interface, state, lambda x: np.where(x[:, 0] < 4.0, 0.12, 0.03))
    working = state.surface.working
    left = state.surface.midpoint[working, 0] < 3.8
    right = state.surface.midpoint[working, 0] > 4.2
    np.testing.assert_array_equal(state.film.fractions[working][left, 0], 1.0)
    np.testing.assert_array_equal(state.film.fractions[working][right, 1], 1.0)
    across = np.ptp(state.cell.points[state.surface.facets[working], 0], axis=1)
    assert across @ state.film.fractions[working, 0] == pytest.approx(4.0, abs=0.05)


def test_fixed_interface_counts_charge_and_moves_nothing():
    cell = box((0.0, -2.0), (8.0, 6.0), (16, 16))
    state = begin(cell, FixedInterface())
    fields = replace(state.fields, current_density=np.full(state.surface.size, 7.0))
    after = FixedInterface().advance(state, fields, 3.0)
    assert after.cell is state.cell
    np.testing.assert_allclose(after.film.charge, 21.0)


@pytest.mark.process
def test_the_facets_of_a_mesh_are_found_once_in_a_step(monkeypatch):
    interface, found = cutting(plain_interface()), []
    # The box is fine everywhere, which calls for a new mesh of all of it.
    numerics = replace(interface.numerics, patch_shortest_edge=ByDimension(0.1, 0.1))
    interface = replace(interface, numerics=numerics)
    state = begin(box((0.0, -2.0), (8.0, 8.0), (32, 40)), interface)
    table_of = FacetTable.of

    def counted(simplices):
        found.append(len(simplices))
        return table_of(simplices)

    monkeypatch.setattr(FacetTable, "of", counted)
    state = step(interface, state, lambda x: np.full(len(x), 0.1))
    # Of the patch, of the cells at the edge of the new patch, and of the new mesh.
    patch, edge, new = found
    assert edge < patch < 0.2 * new and new == len(state.cell.simplices)
