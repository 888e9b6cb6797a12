"""Random runs, and the invariants that each of their states must keep."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pytest
from hypothesis import strategies as st

from deposition.analysis.dissipation import dissipation
from deposition.common.constants import FARADAY, MICROMETRE
from deposition.laws.electrolyte import NernstPlanck
from deposition.mesh.cell import COUNTER, DEAD_LITHIUM, ELECTROLYTE, facet_measures, metal_volume
from deposition.scenario import Scenario
from deposition.simulation.state import State

WIDTH, HEIGHT, BASE = 8.0, 8.0, 5.0
"""Of the box, µm: electrolyte of HEIGHT on lithium of BASE."""


SCENARIO = """
base = "c-i-be-ln"
title = "A small random cell"

[geometry]
file = "GEOMETRY"

[geometry.parameters]
width = 8
height = 8
base = 5

[mesh]
surface_size = "0.5 um"
coarse_size = "2 um"

[protocol]
capacity = "0.15 mAh/cm^2"

[output]
every = "1e-6 mAh/cm^2"              # a snapshot of every step

[time]
first_step = "1e5 s"                 # the advance alone sets the step
max_step = "1e5 s"
max_advance = 0.25
"""


BLOCK = """
SetFactory("OpenCASCADE");
DefineConstant[ width = 8, height = 8, base = 5, left = 3, bottom = 1, wide = 2, high = 1 ];
Rectangle(1) = {0, 0, 0, width, height};
Rectangle(2) = {0, -base, 0, width, base};
Rectangle(3) = {left, bottom, 0, wide, high};
BooleanFragments{ Surface{1}; Delete; }{ Surface{2, 3}; Delete; }
e = 1e-3;
block() = Surface In BoundingBox {
  left - e, bottom - e, -e, left + wide + e, bottom + high + e, e};
metal() = Surface In BoundingBox {-e, -base - e, -e, width + e, e, e};
electrolyte() = Surface{:};
electrolyte() -= {metal(), block()};
Physical Surface("electrolyte") = {electrolyte()};
Physical Surface("lithium") = {metal()};
Physical Surface("dead_lithium") = {block()};
Physical Curve("counter") = {Curve In BoundingBox {
  -e, height - e, -e, width + e, height + e, e}};
"""


def blocks() -> st.SearchStrategy[list[str]]:
    """Sides of a block of dead lithium clear of the side walls, or nothing."""
    sides = st.tuples(
        st.sampled_from([0.7, 2.0, 3.5]),  # left
        st.sampled_from([0.4, 0.8, 2.0]),  # bottom
        st.sampled_from([1.0, 2.5, 3.8]),  # width
        st.sampled_from([0.7, 1.5, 3.0]),  # height
    )
    names = ("left", "bottom", "wide", "high")
    block = sides.map(
        lambda values: [f"geometry.parameters.{n}={v}" for n, v in zip(names, values, strict=True)]
    )
    return st.one_of(st.just([]), block)


def films() -> st.SearchStrategy[list[str]]:
    """Patches of two films, in either frame."""
    resistance = st.floats(0.3, 20.0).map(lambda value: round(value, 2))
    drawn = st.tuples(
        resistance,
        resistance,
        st.integers(2, 8),
        st.sampled_from([1.0, 1.5, 2.5]),
        st.integers(0, 99),
        st.sampled_from(["advected", "stationary"]),
    )
    return drawn.map(lambda p: patches(p[0], p[1], p[2] / 10, *p[3:]))


def patches(low: float, high: float, share: float, size: float, seed: int, frame: str) -> list[str]:
    """Two films of these resistances (ohm cm²), the first on this share, in patches of µm."""
    return [
        f"sei.films.low.resistance={low} ohm cm^2",
        f"sei.films.high.resistance={high} ohm cm^2",
        f"sei.composition={{low = {share}, high = {1 - share}}}",
        f"sei.patch_size={size} um",
        f"sei.seed={seed}",
        f"sei.motion={frame}",
    ]


def currents() -> st.SearchStrategy[list[str]]:
    """Plating or stripping in one of the three electrolytes."""
    return st.tuples(
        st.sampled_from([-20.0, -5.0, -1.0, 1.0, 5.0, 20.0]),
        st.sampled_from(["BE", "C-I-BE", "C-I-BE-LN"]),
    ).map(lambda c: [f"protocol.current_density={c[0]} A/m^2", f"electrolyte.name={c[1]}"])


Change = tuple[list[str], list[str], list[str]]


@dataclass(frozen=True, eq=False)
class Run:
    """A scenario and its first state, which the later ones are held against.

    sides (d - 1,) of the box, height of its electrolyte, base: of the lithium below, µm
    most_correction: by which the volume may be put right after a cut, as a share of the advance
    """

    scenario: Scenario
    first: State
    sides: tuple[float, ...] = (WIDTH,)
    height: float = HEIGHT
    base: float = BASE
    most_correction: float = 0.4

    @property
    def area(self) -> float:
        """Of the box from above, µm^(d-1)."""
        return math.prod(self.sides)

    @property
    def law(self) -> NernstPlanck:
        """The electrolyte."""
        law = self.scenario.electrolyte_law
        assert isinstance(law, NernstPlanck)
        return law

    def deposited(self, state: State) -> float:
        """V_m Q/F over the width of the box, µm^d."""
        thickness = self.scenario.lithium.molar_volume * state.net_areal_charge / FARADAY
        return thickness / MICROMETRE * self.area


def check_charge(run: Run, state: State) -> None:
    """Faraday: V_metal - V_metal(0) = V_m Q/F; dead blocks stay as they are."""
    gained = metal_volume(state.cell) - metal_volume(run.first.cell)
    if state.step and state.void_area == 0.0:
        lacking = abs(gained - run.deposited(state)) / abs(run.deposited(state))
        assert lacking == pytest.approx(state.balance.faraday_error, abs=1e-9)
    assert state.balance.faraday_error < 1e-4
    blocks = [
        sum(c.volumes[c.region == i].sum() for i, n in enumerate(c.regions) if n == DEAD_LITHIUM)
        for c in (run.first.cell, state.cell)
    ]
    assert blocks[1] == pytest.approx(blocks[0], rel=1e-9)


def check_salt(run: Run, state: State) -> None:
    """∫c over the electrolyte stays, unless some of it is buried in voids; and would very nearly if
    none were put back after a re-cut."""
    before, after = (salt(s) for s in (run.first, state))
    assert state.void_area > 0.0 or after == pytest.approx(before, rel=1e-10)
    assert state.balance.salt_error < 1e-10
    assert state.balance.salt_correction < 1e-3
    assert np.nanmin(state.concentration) > 0.0


def check_advance(run: Run, state: State) -> None:
    """What puts the volume right after a cut is a small share of the advance."""
    assert state.balance.volume_correction < run.most_correction


def salt(state: State) -> float:
    """∫c, mol/m³ µm^d."""
    wet = state.cell.in_region(ELECTROLYTE)
    mean = state.concentration[state.cell.simplices[wet]].mean(axis=1)
    return float(mean @ state.cell.volumes[wet])


def check_currents(run: Run, state: State) -> None:
    """In a snapshot Σ i_n A of all electrodes is 0, that of the working one what was asked for, and
    dead lithium takes none."""
    flow, surface = state.current_density * state.surface.area, state.surface
    if state.is_snapshot:
        asked = run.scenario.protocol.current_density
        assert asked is not None
        assert flow[surface.working].sum() == pytest.approx(asked * run.area, rel=1e-9)
        assert abs(flow.sum()) < 1e-9 * np.abs(flow).sum()
        assert not np.any(flow[surface.on(DEAD_LITHIUM)])


def check_dissipation(run: Run, state: State) -> None:
    """In each simplex the ions go down their electrochemical potentials μ± = RT ln c ± Fφ:

    -(N₊·∇μ₊ + N₋·∇μ₋) ≥ 0,  N₊ = N₋ + i/F.
    """
    if state.is_snapshot:
        heat = dissipation(run.law, run.scenario.temperature)(state)
        assert heat.min() >= -1e-9 * heat.max()
        assert heat.max() > 0.0


def check_power(run: Run, state: State) -> None:
    """At once, while the salt is even and the surface flat, all power becomes heat:

    V I = -∫ (N₊·∇μ₊ + N₋·∇μ₋) + Σ [R i_n + (2RT/F) asinh(i_n / 2i_0)] i_n A,
    each part ≥ 0.
    """
    if state.step:
        return
    current, density = state.current_density, run.scenario.protocol.current_density
    dim = state.cell.dim
    area = state.surface.area * MICROMETRE ** (dim - 1)
    even = np.full(len(area), run.law.concentration)
    transfer = run.scenario.kinetics_law.residual(np.zeros(len(area)), current, even).value
    wet = state.cell.volumes[state.cell.in_region(ELECTROLYTE)] * MICROMETRE**dim
    parts = (
        dissipation(run.law, run.scenario.temperature)(state) @ wet,
        state.resistance @ (current**2 * area),
        transfer @ (current * area),
    )
    assert density is not None and min(parts) > 0.0
    power = state.voltage * density * run.area * MICROMETRE ** (dim - 1)
    assert sum(parts) == pytest.approx(power, rel=1e-5)


def check_box(run: Run, state: State) -> None:
    """The mesh fills the box, whose top moves up by what is plated, and nothing else of it."""
    low, high = state.cell.points.min(axis=0), state.cell.points.max(axis=0)
    top = run.height + run.deposited(state) / run.area
    lowest = [*(0.0 for _ in run.sides), -run.base]
    np.testing.assert_allclose([*low, *high], [*lowest, *run.sides, top], atol=2e-3)
    np.testing.assert_allclose([*low, *high[:-1]], [*lowest, *run.sides], atol=1e-12)
    assert state.cell.volumes.sum() == pytest.approx(np.prod(high - low), rel=1e-9)


def check_mesh(run: Run, state: State) -> None:
    """Positive volumes, conforming, no loose vertices; the counter is the whole top."""
    cell, dim = state.cell, state.cell.dim
    assert cell.volumes.min() > 0.0
    assert len(np.unique(cell.simplices)) == len(cell.points)
    facets = np.concatenate([cell.simplices[:, c] for c in combinations(range(dim + 1), dim)])
    _, times = np.unique(np.sort(facets, axis=1), axis=0, return_counts=True)
    assert set(times) <= {1, 2}
    outer = cell.all_facets.vertices[cell.all_facets.outer()]
    span = np.ptp(cell.points, axis=0)
    # No slit and no hanging vertex: what has one neighbour is the outside of the box.
    walls = 2.0 * span.prod() * (1.0 / span).sum()
    assert facet_measures(cell.points, outer).sum() == pytest.approx(walls, rel=1e-9)
    counter = cell.named_facets(COUNTER)
    np.testing.assert_allclose(cell.points[counter][..., -1], cell.points[:, -1].max(), atol=1e-9)
    assert facet_measures(cell.points, counter).sum() == pytest.approx(run.area, rel=1e-9)


def check_film(run: Run, state: State) -> None:
    """The ledger of film area closes, and each facet is covered once."""
    film = state.film
    assert state.balance.film_error < 1e-6
    assert len(film.fractions) == len(film.thickness) == state.surface.size
    assert film.fractions.min() >= 0.0
    np.testing.assert_allclose(film.fractions.sum(axis=1), 1.0, rtol=1e-9)


Check = Callable[[Run, State], None]


CHECKS: tuple[Check, ...] = (
    check_charge,
    check_salt,
    check_advance,
    check_currents,
    check_dissipation,
    check_power,
    check_box,
    check_mesh,
    check_film,
)


def check_run(run: Run, steps: Iterable[State]) -> None:
    """Every state of a run to its end, all of them frames."""
    scenario, count = run.scenario, 0
    for state in steps:
        assert state.is_snapshot
        count += 1
        for check in CHECKS:
            check(run, state)
    assert state.net_areal_charge == pytest.approx(
        np.sign(scenario.protocol.current_density or 0.0) * (scenario.protocol.capacity or 0.0)
    )
    assert count > 2
