"""What no run may break in three dimensions; in the manner of ``test_invariants``."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
from helpers.campaign import examples
from helpers.invariant_checks import Change, Run, check_run, currents, films
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deposition.scenario import Scenario
from deposition.verification.bench import states

WIDTH, HEIGHT, BASE = 4.0, 4.0, 3.0
"""Of the box, µm: electrolyte of HEIGHT on lithium of BASE."""

SCENARIO = """
base = "c-i-be-ln"
title = "A small random cell in three dimensions"

[geometry]
file = "GEOMETRY"

[geometry.parameters]
width = 4
height = 4
base = 3

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
max_advance = 0.16
"""

FLAT = """
SetFactory("OpenCASCADE");
DefineConstant[ width = 4, height = 4, base = 2 ];
Box(1) = {0, 0, 0, width, width, height};
Box(2) = {0, 0, -base, width, width, base};
BooleanFragments{ Volume{1}; Delete; }{ Volume{2}; Delete; }
e = 1e-3;
metal() = Volume In BoundingBox {-e, -e, -base - e, width + e, width + e, e};
electrolyte() = Volume{:};
electrolyte() -= {metal()};
Physical Volume("electrolyte") = {electrolyte()};
Physical Volume("lithium") = {metal()};
Physical Surface("counter") = {Surface In BoundingBox {
  -e, -e, height - e, width + e, width + e, height + e}};
"""

BLOCK = """
SetFactory("OpenCASCADE");
DefineConstant[ width = 4, height = 4, base = 2, left = 1.2, bottom = 0.6, wide = 1.6, high = 1 ];
Box(1) = {0, 0, 0, width, width, height};
Box(2) = {0, 0, -base, width, width, base};
Box(3) = {left, left, bottom, wide, wide, high};
BooleanFragments{ Volume{1}; Delete; }{ Volume{2, 3}; Delete; }
e = 1e-3;
block() = Volume In BoundingBox {
  left - e, left - e, bottom - e, left + wide + e, left + wide + e, bottom + high + e};
metal() = Volume In BoundingBox {-e, -e, -base - e, width + e, width + e, e};
electrolyte() = Volume{:};
electrolyte() -= {metal(), block()};
Physical Volume("electrolyte") = {electrolyte()};
Physical Volume("lithium") = {metal()};
Physical Volume("dead_lithium") = {block()};
Physical Surface("counter") = {Surface In BoundingBox {
  -e, -e, height - e, width + e, width + e, height + e}};
"""


def blocks() -> st.SearchStrategy[list[str]]:
    """Sides of a block of dead lithium clear of the side walls, or nothing."""
    sides = st.tuples(
        st.sampled_from([0.7, 1.2]),  # left
        st.sampled_from([0.5, 1.0]),  # bottom
        st.sampled_from([1.0, 1.6]),  # width
        st.sampled_from([0.8, 1.5]),  # height
    )
    names = ("left", "bottom", "wide", "high")
    block = sides.map(
        lambda values: [f"geometry.parameters.{n}={v}" for n, v in zip(names, values, strict=True)]
    )
    return st.one_of(st.just([]), block)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the scenario and its geometry lie."""
    place = tmp_path_factory.mktemp("solid")
    for name, geometry in (("flat", FLAT), ("block", BLOCK)):
        (place / f"{name}-3d.geo").write_text(geometry)
        (place / f"{name}.toml").write_text(SCENARIO.replace("GEOMETRY", f"{name}-3d.geo"))
    return place


@pytest.mark.slow
@pytest.mark.timeout(1800)
@given(cell=st.tuples(films(), currents(), blocks()))
@settings(
    max_examples=examples(3, 24),
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_invariants(folder: Path, cell: Change) -> None:
    """All states of plating or stripping under random patches, around a block or not."""
    name = "block" if cell[2] else "flat"
    scenario = Scenario.load(folder / f"{name}.toml", chain.from_iterable(cell))
    steps = states(scenario)
    first = next(steps)
    # Where the gap below a block closes, whose sides have two to four elements, the correction
    # comes near to the advance.
    most = 1.5 if cell[2] else 0.3
    run = Run(scenario, first, (WIDTH, WIDTH), HEIGHT, BASE, most)
    check_run(run, chain([first], steps))
