"""Dead lithium in the pores of a layer: law, balances, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from deposition.check.check import check_scenario
from deposition.common.errors import DepositionError
from deposition.laws.porous_lithium import PorousLithium
from deposition.results.inventory_table import read_inventory
from deposition.runs.run import resume, run
from deposition.scenario import Scenario
from deposition.simulation.initial import begin
from deposition.transport.porous_lithium import PorousStep

LAW = PorousLithium(content=23080.0, specific_area=1e6, rate_constant=7.3e-7)
NAME = "mossy-li-iodine"
SMALL = (
    "geometry.parameters={width = 2, height = 1, base = 1, separator = 4}",
    "mesh={surface_size = '1 um', coarse_size = '1 um', counter_size = '1 um'}",
    "protocol={rest = '20 min'}",
    "time.max_step=200 s",
)


def test_grains_of_one_size_vanish_after_a_time_that_is_known() -> None:
    """d(s^(1/3))/dt = -βc: all is gone at 1/(βc), and no step goes beyond."""
    c, end = np.array([10.0]), 1.0 / (LAW.consumption * 10.0)
    at = np.array([0.0, 0.25, 0.5, 1.0, 3.0]) * end
    left = np.array([LAW.left(np.array([LAW.content]), c, t)[0][0] for t in at])
    exact = LAW.content * np.maximum(0.0, 1.0 - at / end) ** 3
    np.testing.assert_allclose(left, exact, rtol=1e-12, atol=1e-9)
    halves = LAW.left(LAW.left(np.array([LAW.content]), c, at[1])[0], c, at[1])[0]
    np.testing.assert_allclose(halves, left[2], rtol=1e-12)


def test_the_rate_begins_as_area_times_rate_constant() -> None:
    """k a c of triiodide per volume, and twice that of lithium."""
    step = PorousStep(LAW, np.array([2.0]), np.array([LAW.content]))
    rate, _ = step.rate(np.array([10.0]), 1e-3)
    assert rate[0] == pytest.approx(2.0 * LAW.rate_constant * LAW.specific_area * 10.0, rel=1e-6)


def test_what_lithium_loses_is_twice_what_iodine_takes() -> None:
    rng = np.random.default_rng(1)
    lithium, volume = LAW.content * rng.random(50), rng.random(50)
    step, c = PorousStep(LAW, volume, lithium), 20.0 * rng.random(50)
    rate, slope = step.rate(c, 5000.0)
    lost = volume * (lithium - step.left(c, 5000.0)) / 5000.0
    np.testing.assert_allclose(lost, 2.0 * rate, rtol=1e-12, atol=1e-12)
    shift = 1e-4
    ahead, behind = step.rate(c + shift, 5000.0)[0], step.rate(c - shift, 5000.0)[0]
    smooth = np.cbrt(lithium / LAW.content) > LAW.consumption * 5000.0 * (c + shift)
    assert smooth.any() and not smooth.all()
    np.testing.assert_allclose(slope[smooth], ((ahead - behind) / (2 * shift))[smooth], rtol=1e-5)
    assert np.all(slope >= 0.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (["reactions=[]", "electrolyte.dissolved.I3-.trace=false"], ["E528", "trace I3-"]),
        (["reactions=[]", "electrolyte.dissolved.I-.charge=-2"], ["E528", "trace I-"]),
        (["separator.dead_lithium.fraction=0.6"], ["E529", "0.6 and porosity = 0.45"]),
        (["geometry.parameters.separator=0"], ["E530"]),
        (["separator.dead_lithium.fraction=0"], ["dead_lithium.fraction"]),
        (["separator.dead_lithium.specific_area=1e6 m"], ["dead_lithium.specific_area"]),
    ],
)
def test_what_is_refused(changes: list[str], words: list[str]) -> None:
    with pytest.raises(DepositionError) as error:
        begin(Scenario.load(NAME, changes))
    for word in words:
        assert word in str(error.value)


def test_the_numbers_of_a_layer() -> None:
    facts = " ".join(check_scenario(Scenario.load(NAME)).facts)
    for words in ("layer of 20 µm: 1.24 mAh/cm²", "Thiele modulus 3.11", "1.44 h of kinetics"):
        assert words in facts
    closed = [*SMALL, "counter.kind=lithium", "counter.motion=fixed"]
    warnings = check_scenario(Scenario.load(NAME, closed)).warnings
    assert any("dead lithium in the layer and is then iodide" in one for one in warnings)
    assert not check_scenario(Scenario.load(NAME, SMALL)).warnings


@pytest.mark.solve
def test_a_run_balances_lithium_and_iodine_and_resumes_alike(tmp_path: Path) -> None:
    quiet, scenario = Console(quiet=True), Scenario.load(NAME, SMALL)
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    result = run(scenario, whole, console=quiet, pictures=False)
    run(scenario, stopped, console=quiet, pictures=False, until=lambda state: state.step == 5)
    resume(stopped, console=quiet, pictures=False)
    assert (stopped / "inventory.csv").read_bytes() == (whole / "inventory.csv").read_bytes()
    rows = read_inventory(whole / "inventory.csv")
    first, last = rows[0].inventory.dead_metal, rows[-1].inventory.dead_metal
    assert 0.1 * first < last < 0.9 * first
    assert result.summary["lithium_error"] < 1e-10
    assert result.summary["element_error"] < 1e-8
    snapshot = result.snapshot(-1).electrolyte
    lithium = snapshot.porous_lithium
    assert lithium is not None and lithium.min() >= 0.0
    in_layer = np.unique(snapshot.separator)
    face = snapshot.points[in_layer, 1] > 4.9
    assert lithium[in_layer][face].max() < lithium[in_layer][~face].min()


@pytest.mark.solve
def test_the_layer_stays_while_lithium_moves_below_it(tmp_path: Path) -> None:
    """Plating, a rest and stripping cut the mesh anew; the positive electrode regenerates."""
    changes = [
        "interface=moving",
        "geometry.parameters={width = 2, height = 4, base = 2, separator = 3}",
        "counter={kind = 'positive', open_circuit_potential = 'LFP', capacity = '2 mAh/cm^2', "
        "lithiation = 0.5, exchange_current_density = '100 A/m^2'}",
        "reactions=[{law = 'iodine-on-lithium', rate_constant = '1e-6 m/s', on = ['lithium']}, "
        "{law = 'iodide-at-counter', rate_constant = '1e-4 m/s'}]",
        "protocol={steps = [{current_density = '1 mA/cm^2', duration = '10 min'}, "
        "{current_density = '-1 mA/cm^2', duration = '5 min'}]}",
    ]
    scenario = Scenario.load(NAME, [*SMALL[1:2], *changes, "time.max_step=100 s"])
    result = run(scenario, tmp_path / "moving", console=Console(quiet=True), pictures=False)
    rows = read_inventory(result.folder / "inventory.csv")
    dead = [row.inventory.dead_metal for row in rows]
    assert 0.0 < dead[-1] < 0.8 * dead[0] and np.all(np.diff(dead) <= 0.0)
    assert result.summary["lithium_error"] < 1e-9
    assert result.summary["element_error"] < 1e-8
    first, last = (result.snapshot(k).electrolyte for k in (0, -1))
    layers = [np.unique(one.points[one.separator].reshape(-1, 2), axis=0) for one in (first, last)]
    np.testing.assert_allclose(layers[0], layers[1], atol=1e-9)
    assert not np.array_equal(first.points, last.points)
