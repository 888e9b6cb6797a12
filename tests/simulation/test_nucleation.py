"""Seeds of lithium on a bare collector: their shape, their places, and what is refused."""

from __future__ import annotations

from math import pi
from pathlib import Path

import numpy as np
import pytest
from helpers.growing import COLLECTOR

from deposition.common.errors import ScenarioError
from deposition.mesh.cell import LITHIUM
from deposition.mesh.surface import label_components
from deposition.scenario import Scenario
from deposition.simulation.initial import Start, begin
from deposition.verification.bench import states

BOX = """
SetFactory("OpenCASCADE");
DefineConstant[ width = {5}, height = {4}, base = {0.5} ];
Box(1) = {0, 0, 0, 5, 5, 4};
Box(2) = {0, 0, -0.5, 5, 5, 0.5};
BooleanFragments{ Volume{1}; Delete; }{ Volume{2}; Delete; }
e = 1e-3;
Physical Volume("electrolyte") = {Volume In BoundingBox {-e, -e, -e, 5 + e, 5 + e, 4 + e}};
Physical Volume("collector") = {Volume In BoundingBox {-e, -e, -0.5 - e, 5 + e, 5 + e, e}};
Physical Surface("counter") = {Surface In BoundingBox {-e, -e, 4 - e, 5 + e, 5 + e, 4 + e}};
"""


@pytest.fixture
def seeded(tmp_path: Path):
    """The start of a small collector, 5 µm wide, with seeds."""
    path = tmp_path / "seeded.toml"
    path.write_text(COLLECTOR)

    def load(seeds: str, *changes: str) -> Scenario:
        return Scenario.load(
            path, ["mesh.surface_size=0.2 um", *changes, f"geometry.seeds={{{seeds}}}"]
        )

    return load


def bodies(start: Start) -> list[float]:
    """Volumes of the pieces of lithium, from left to right."""
    cell = start.cell
    label = label_components(cell, cell.in_region(LITHIUM))
    middle = cell.points[cell.simplices].mean(axis=1)[:, 0]
    pieces = range(int(label.max(initial=-1)) + 1)
    order = sorted(pieces, key=lambda k: float(middle[label == k].mean()))
    return [float(cell.volumes[label == k].sum()) for k in order]


@pytest.mark.process
def test_half_discs_at_stated_sites_and_a_quarter_at_the_wall(seeded) -> None:
    start = begin(seeded('radius = "0.6 um", sites = [["0 um", "0 um"], ["3 um", "0 um"]]'))
    whole = pi * 0.6**2
    assert bodies(start) == pytest.approx([whole / 4, whole / 2], rel=0.02)
    assert start.cell.volumes.min() > 0.0


@pytest.mark.process
def test_half_balls_in_3d(seeded, tmp_path: Path) -> None:
    (tmp_path / "box.geo").write_text(BOX)
    size = (f"geometry.file={tmp_path / 'box.geo'}", "mesh.surface_size=0.3 um")
    settings = seeded('radius = "1 um", sites = [["2.5 um", "2.5 um", "0 um"]]', *size)
    assert bodies(begin(settings)) == pytest.approx([2 * pi / 3], rel=0.08)


@pytest.mark.process
def test_random_sites_depend_on_the_seed_alone(seeded) -> None:
    def volume_and_middle(seed: int, *changes: str) -> tuple[int, float]:
        start = begin(seeded(f'radius = "0.4 um", spacing = "2 um", seed = {seed}', *changes))
        cell, own = start.cell, start.cell.in_region(LITHIUM)
        x = cell.points[cell.simplices[own]].mean(axis=1)[:, 0]
        return len(bodies(start)), float(np.average(x, weights=cell.volumes[own]))

    number, middle = volume_and_middle(1)
    assert number == round(5 / 2)
    assert volume_and_middle(1, "mesh.coarse_size=1 um")[1] == pytest.approx(middle, abs=0.05)
    assert abs(volume_and_middle(2)[1] - middle) > 0.1


@pytest.mark.solve
def test_seeds_grow_from_what_they_are(seeded) -> None:
    """The charge of a step adds to the lithium of the seeds."""
    settings = seeded('radius = "0.6 um", sites = [["2.5 um", "0 um"]]', "sei.growth=[]")
    first, *_, last = states(
        settings.with_({"protocol": {"current_density": "5 A/m^2", "capacity": "0.01 mAh/cm^2"}})
    )
    gained = last.cell.volume(LITHIUM) - first.cell.volume(LITHIUM)
    dense = 0.01 * 4.850 * 5.0
    assert first.cell.volume(LITHIUM) == pytest.approx(pi * 0.18, rel=0.02)
    assert gained == pytest.approx(dense, rel=2e-3)
    assert np.isfinite(last.voltage)


@pytest.mark.solve
def test_the_first_deposit_beside_a_seed_is_thick_enough_for_the_mesh(seeded) -> None:
    """A thinner one would be lost in the first cut, and its volume forced upon the seed: the
    invariants, which each state is held to, then fail."""
    settings = seeded(
        'radius = "0.9 um", sites = [["2.5 um", "0 um"]]',
        "mesh.surface_size=0.4 um",
        "sei.growth=[]",
        "sei.composition={LiF = 0.8, Li2O = 0.2}",
        "sei.patch_size=1 um",
        "sei.seed=49",
        'protocol={current_density = "2 A/m^2", capacity = "0.01 mAh/cm^2"}',
    )
    first, second, *_ = run = list(states(settings))
    assert run[-1].balance.faraday_error <= 1e-9
    thick = (second.cell.volume(LITHIUM) - first.cell.volume(LITHIUM)) / 5.0
    assert thick >= 0.5 * 0.02 * 0.4, "µm: of the order of 0.02 h"


@pytest.mark.parametrize(
    ("seeds", "code"),
    [
        ('radius = "1 um"', "E921"),
        ('radius = "1 um", sites = [["2 um", "0 um"]], spacing = "2 um", seed = 1', "E921"),
        ('radius = "1 um", spacing = "2 um"', "E921"),
        ('radius = "0.5 um", sites = [["2 um", "1 um"]]', "E922"),
        ('radius = "0.5 um", sites = [["9 um", "0 um"]]', "E922"),
        ('radius = "0.5 um", sites = [["2 um", "0 um"], ["3.2 um", "0 um"]]', "E923"),
        ('radius = "0.3 um", sites = [["2 um", "0 um"]]', "E924"),
        ('radius = "0.5 um", sites = [["2 um", "0 um", "0 um"]]', "E927"),
        ('radius = "0.5 um", spacing = "0.5 um", seed = 1', "E928"),
        ('radius = "0.5 um", spacing = "1 mm", seed = 1', "E928"),
        ('radius = "5.9 um", sites = [["2 um", "0 um"]]', "E929"),
    ],
)
def test_seeds_that_are_refused(seeded, seeds: str, code: str) -> None:
    with pytest.raises(ScenarioError, match=code):
        begin(seeded(seeds))


def test_seeds_need_a_bare_collector(seeded) -> None:
    site = 'radius = "1 um", sites = [["3 um", "0 um"]]'
    with pytest.raises(ScenarioError, match="E926"):
        begin(seeded(site, "geometry.file=flat.geo"))


def test_a_cut_that_fails_says_what_to_change(seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deposition.interface.remesh.remesh", lambda task: None)
    with pytest.raises(ScenarioError, match="E925"):
        begin(seeded('radius = "0.6 um", sites = [["3 um", "0 um"]]'))
