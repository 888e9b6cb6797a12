"""What no run may break in three dimensions; in the manner of ``test_invariants``."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
from helpers.campaign import examples
from helpers.invariant_checks import Run, check_run, currents, films
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deposition.scenario import Scenario
from deposition.verification.bench import states

WIDTH, HEIGHT, BASE = 4.0, 4.0, 2.0
"""Of the box, µm: electrolyte of HEIGHT on lithium of BASE."""

SCENARIO = """
base = "c-i-be-ln"
title = "A small random cell in three dimensions"

[geometry]
file = "flat-3d.geo"

[geometry.parameters]
width = 4
height = 4
base = 2

[mesh]
surface_size = "0.8 um"
coarse_size = "2 um"

[protocol]
capacity = "0.1 mAh/cm^2"

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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the scenario and its geometry lie."""
    place = tmp_path_factory.mktemp("solid")
    (place / "flat-3d.geo").write_text(FLAT)
    (place / "solid.toml").write_text(SCENARIO)
    return place


@pytest.mark.slow
@given(cell=st.tuples(films(), currents()))
@settings(
    max_examples=examples(2, 6),
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_invariants(folder: Path, cell: tuple[list[str], list[str]]) -> None:
    """Plating or stripping a flat square under random patches, all states of five to ten steps."""
    scenario = Scenario.load(folder / "solid.toml", chain.from_iterable(cell))
    steps = states(scenario)
    first = next(steps)
    run = Run(scenario, first, (WIDTH, WIDTH), HEIGHT, BASE)
    check_run(run, chain([first], steps))
