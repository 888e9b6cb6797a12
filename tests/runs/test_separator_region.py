"""Runs of a cell with a region ``separator``: check, files, pictures, export, resuming."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from helpers.boxes import box
from helpers.cells_for_results import flux, state_of
from helpers.tiny import tiny
from rich.console import Console

from deposition.check.check import check_scenario
from deposition.mesh.cell import ELECTROLYTE, LITHIUM, SEPARATOR, Cell
from deposition.recorders.snapshots import snapshot_of
from deposition.render.films import film_colours
from deposition.render.legend import metal_entries
from deposition.render.panel import draw_panel, draw_separator
from deposition.render.scale import Scale
from deposition.render.scene import render_scene
from deposition.results.arrays import REGION, from_grids, to_grids
from deposition.results.result import Result
from deposition.results.snapshot import Snapshot
from deposition.runs.run import resume, run
from deposition.scenario import Scenario
from deposition.simulation.initial import begin

QUIET = Console(quiet=True)
SHORT = ("protocol.capacity=0.03 mAh/cm^2", "output.checkpoint=1e-9 s")
POROUS = ("geometry.parameters.separator=6", "separator.porosity=0.4", "counter.motion=fixed")


def layered(dim: int) -> Cell:
    """2 µm of lithium, 5 µm (3D: 1 µm) of electrolyte, and a separator up to 10 µm."""
    free = 5.0 if dim == 2 else 1.0
    low, high = (0.0,) * (dim - 1) + (-2.0,), (4.0,) * (dim - 1) + (10.0,)
    regions = {LITHIUM: lambda x: x[:, -1] < 0.0, SEPARATOR: lambda x: x[:, -1] > free}
    return replace(box(low, high, [4] * (dim - 1) + [12], regions), porosity=0.4)


@pytest.fixture(params=[2, 3])
def shot(request: pytest.FixtureRequest) -> Snapshot:
    """The snapshot of such a cell, with fields in all its electrolyte."""
    return shot_of(layered(request.param))


def shot_of(cell: Cell) -> Snapshot:
    state = state_of(cell)
    wet = cell.vertices_of(ELECTROLYTE)
    fields = replace(
        state.fields,
        concentration=np.where(wet, 1000.0 + cell.points[:, -1], np.nan),
        potential=np.where(wet, 1e-3 * cell.points[:, -1], np.nan),
    )
    return snapshot_of(replace(state, fields=fields), flux)


# --- check ----------------------------------------------------------------------------------------


def test_check_describes_the_separator(tmp_path: Path) -> None:
    facts = "\n".join(check_scenario(tiny(tmp_path, *POROUS)).facts)
    assert "separator of 48 µm², porosity 0.4, with 0.231 of the salt" in facts
    assert "separator of" not in "\n".join(check_scenario(tiny(tmp_path)).facts)


def test_the_wagner_number_is_that_of_the_electrolyte_at_the_surface(tmp_path: Path) -> None:
    def wagner(*settings: str) -> str:
        facts = check_scenario(tiny(tmp_path, "interface=fixed", *settings)).facts
        return next(line for line in facts if line.startswith("Wa ="))

    free, porous = wagner(), wagner("separator.porosity=0.4")
    assert free != porous
    assert wagner(*POROUS) == free
    assert wagner('geometry.tags={electrolyte="separator"}', "separator.porosity=0.4") == porous


def test_check_foresees_depletion_through_both_layers(tmp_path: Path) -> None:
    """With a separator of 60 µm the limiting current is lower than that of free electrolyte."""
    fast = ("interface=fixed", "geometry.parameters={height = 8, separator = 60}")
    porous = ("separator.porosity=0.4", "counter.motion=fixed")
    high = ("protocol.current_density=30 mA/cm^2", "protocol.capacity=5 mAh/cm^2")
    warned = "\n".join(check_scenario(tiny(tmp_path, *fast, *porous, *high)).warnings)
    free = "\n".join(
        check_scenario(tiny(tmp_path, *fast, *porous[1:], "separator.porosity=1", *high)).warnings
    )
    assert "exceeds the limiting current density" in warned
    assert "exceeds the limiting current density" not in free


# --- files ----------------------------------------------------------------------------------------


def test_the_region_is_in_the_files_of_the_electrolyte(shot: Snapshot) -> None:
    grids = to_grids(shot)
    again = from_grids(grids).electrolyte
    assert grids["electrolyte"].field_data[f"{REGION}: {SEPARATOR}"] == 2
    np.testing.assert_array_equal(again.region, shot.electrolyte.region)
    np.testing.assert_array_equal(again.separator, shot.electrolyte.separator)
    middle = shot.electrolyte.points[shot.electrolyte.separator].mean(axis=1)[:, -1]
    assert len(middle) and middle.min() > (5.0 if shot.dim == 2 else 1.0)


def test_a_cell_without_one_has_no_region_in_them() -> None:
    low = {LITHIUM: lambda x: x[:, 1] < 0.0}
    plain = shot_of(box((0.0, -2.0), (4.0, 10.0), [4, 12], low))
    grids = to_grids(plain)
    assert REGION not in grids["electrolyte"].cell_data
    assert len(from_grids(grids).electrolyte.separator) == 0


# --- pictures -------------------------------------------------------------------------------------


def test_the_separator_is_drawn_and_named(shot: Snapshot) -> None:
    plain = replace(shot, electrolyte=replace(shot.electrolyte, region=None, regions=()))
    labels = [[e.get_label() for e in metal_entries([s], [s])] for s in (shot, plain)]
    assert "separator" in labels[0] and "separator" not in labels[1]
    if shot.dim == 2:
        _, axes = plt.subplots()
        before = len(axes.get_children())
        draw_separator(axes, plain)
        assert len(axes.get_children()) == before
        draw_separator(axes, shot)
        assert len(axes.get_children()) == before + 2
        assert draw_panel(axes, shot, shot, Scale.of([shot]), film_colours([])) is not None
        plt.close()


@pytest.mark.process
def test_it_is_outlined_in_3d() -> None:
    shot = shot_of(layered(3))
    plain = replace(shot, electrolyte=replace(shot.electrolyte, region=None, regions=()))
    images = [
        render_scene(each, Scale.of([shot]), film_colours(["LiF", "LiI", "none"]), 300).image
        for each in (shot, plain)
    ]
    assert (images[0] != images[1]).any()


# --- runs -----------------------------------------------------------------------------------------


@pytest.mark.solve
def test_a_run_is_resumed_with_its_separator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Extended in two parts it ends as in one, and its files have the region."""
    scenario = tiny(tmp_path, *POROUS, *SHORT)
    run(scenario, tmp_path / "whole", console=QUIET)
    half = scenario_of(tmp_path, "protocol.capacity=0.015 mAh/cm^2")
    run(half, tmp_path / "parts", console=QUIET)
    resume(tmp_path / "parts", console=QUIET, overrides=["protocol.capacity=0.03 mAh/cm^2"])
    whole, parts = (Result.open(tmp_path / name) for name in ("whole", "parts"))
    last = parts.snapshot(-1)
    assert len(last.electrolyte.separator) == len(whole.snapshot(-1).electrolyte.separator) > 0
    for result in (whole, parts):
        assert result.summary["salt_error"] < 1e-10
        assert result.summary["faraday_error"] < 1e-10
    assert parts.summary["height_max_um"] == pytest.approx(whole.summary["height_max_um"], 0.02)


def scenario_of(folder: Path, *changes: str) -> Scenario:
    """The tiny cell under a separator, changed."""
    return tiny(folder, *POROUS, *SHORT, *changes)


def test_a_mesh_of_the_region_begins_uniform(tmp_path: Path) -> None:
    start = begin(scenario_of(tmp_path))
    wet = start.cell.vertices_of(ELECTROLYTE)
    assert np.isnan(start.concentration[~wet]).all()
    assert np.ptp(start.concentration[wet]) == 0.0
