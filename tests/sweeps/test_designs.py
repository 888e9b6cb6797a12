"""Designs other than a grid, statistics over seeds, and members without a launcher."""

from __future__ import annotations

import csv
import math
import shlex
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from helpers import tiny
from helpers.messages import note
from matplotlib.figure import Figure
from typer.testing import CliRunner

from deposition.cli import app
from deposition.common.errors import SweepError
from deposition.common.provenance import provenance
from deposition.results.result import ResultsFolder
from deposition.scenario import Scenario
from deposition.sweeps import figure as figures
from deposition.sweeps.axes import Axis, parse_settings
from deposition.sweeps.designs import (
    Design,
    Range,
    design_of,
    grid,
    latin_hypercube,
    listed,
    random_design,
)
from deposition.sweeps.outcome import Row, has_checkpoint, is_complete
from deposition.sweeps.statistics import Statistics, statistics_of
from deposition.sweeps.task import Task

RANGES = [Range("electrolyte.t_plus", 0.2, 0.5, ""), Range("sei.patch_size", 2.0, 8.0, "um")]


def design(text: str | None, vary: Sequence[str] = (), settings: Sequence[str] = ()) -> Design:
    """The design of a command line."""
    axes, _ = parse_settings(settings)
    return design_of(text, vary, 0, axes)


def numbers(values: tuple[str, ...]) -> list[float]:
    return sorted(float(value.split()[0]) for value in values)


def test_a_latin_hypercube_has_one_value_in_each_part_of_every_range() -> None:
    found = latin_hypercube(RANGES, 10, 3)
    assert len(found.rows) == 10
    for axis, one in zip(found.axes, RANGES, strict=True):
        share = (np.array(numbers(axis.values)) - one.low) / (one.high - one.low)
        assert np.array_equal(np.floor(share * 10), np.arange(10))
    assert found.rows == latin_hypercube(RANGES, 10, 3).rows, "the seed decides"
    assert found.rows != latin_hypercube(RANGES, 10, 4).rows
    assert all(value.endswith(" um") for value in found.axes[1].values)


def test_a_random_design_is_uniform_in_its_ranges() -> None:
    found = random_design(RANGES, 4000, 0)
    for axis, one in zip(found.axes, RANGES, strict=True):
        column = [axis.key for axis in found.axes].index(axis.key)
        values = np.array([float(row[column].split()[0]) for row in found.rows])
        width = one.high - one.low
        assert values.min() >= one.low and values.max() <= one.high
        assert values.mean() == pytest.approx(one.low + width / 2, abs=0.02 * width)
        assert values.std() == pytest.approx(width / math.sqrt(12), rel=0.03)


def test_a_list_is_read_from_csv(tmp_path: Path) -> None:
    file = tmp_path / "design.csv"
    file.write_text(
        '\ufeffelectrolyte.t_plus,sei.composition\n0.3,"{LiF = 0.4, matrix = 0.6}"\n\n 0.4 ,x\n',
        encoding="utf-8",
    )
    found = design(str(file))
    assert [axis.key for axis in found.axes] == ["electrolyte.t_plus", "sei.composition"]
    assert found.rows == (("0.3", "{LiF = 0.4, matrix = 0.6}"), ("0.4", "x"))
    assert not found.is_grid
    repeated = design(str(file), settings=["sei.seed=1:3"])
    assert len(repeated.rows) == 6
    assert repeated.members()[5].overrides[2] == "sei.seed=3"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "E765"),
        (b"\xff\xfe\xfa", "E765"),
        (b"", "E766"),
        (b"a.b,c\n", "E766"),
        (b"a.b,a.b\n1,2\n", "E767"),
        (b"a.b,\n1,2\n", "E767"),
        (b"a.b,c\n1\n", "E768"),
        (b"a.b,c\n1,\n", "E768"),
    ],
)
def test_a_list_of_another_form_is_refused(
    tmp_path: Path, content: bytes | None, code: str
) -> None:
    file = tmp_path / "design.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SweepError, match=code):
        listed(file)


@pytest.mark.parametrize(
    ("text", "vary", "code"),
    [
        (None, ["a.b=1:2"], "E770"),
        ("latin-hypercub:5", ["a.b=1:2"], 'Did you mean "latin-hypercube".*E771'),
        ("random:0", ["a.b=1:2"], "E772"),
        ("random:many", ["a.b=1:2"], "E772"),
        ("latin-hypercube:99999", ["a.b=1:2"], "E772"),
        ("random:5", [], "E773"),
        ("random:5", ["a.b=1:2", "a.b=3:4"], "E773"),
        ("random:5", ["a.b=2:1"], "E769"),
        ("random:5", ["a.b=1"], "E769"),
        ("random:5", ["a.b=x:y"], "E769"),
        ("random:5", ["a.b=0:inf"], "E769"),
        ("random:5", ["=1:2"], "E769"),
    ],
)
def test_a_wrong_design_is_refused(text: str | None, vary: list[str], code: str) -> None:
    with pytest.raises(SweepError, match=code):
        design(text, vary)


def test_a_setting_varies_once_and_a_sweep_has_an_end() -> None:
    with pytest.raises(SweepError, match="E762"):
        design("random:5", ["a.b=1:2"], ["a.b=1,2"])
    with pytest.raises(SweepError, match="E774"):
        parse_settings(["sei.seed=1:1000000000"])
    with pytest.raises(SweepError, match="E774"):
        parse_settings(["sei.seed=5:1"])
    many = [Axis(key, tuple(map(str, range(200)))) for key in "abc"]
    with pytest.raises(SweepError, match="E764"):
        grid(many)
    with pytest.raises(SweepError, match="E763"):
        grid(many[:1]).times(grid(many[1:2])).members()


def test_a_range_of_integers_is_an_axis() -> None:
    axes, shared = parse_settings(["sei.seed=8:11", "x.y=5:5"])
    assert axes == [Axis("sei.seed", ("8", "9", "10", "11"))]
    assert axes[0].is_seed
    assert shared == ["x.y=5"]


def test_statistics_are_those_known_by_hand() -> None:
    """Mean 5, standard deviation √(32/7) of 2 4 4 4 5 5 7 9; t of 7 degrees of freedom 2.364624."""
    one = Statistics.of({}, "x", [2, 4, 4, 4, 5, 5, 7, 9])
    assert (one.count, one.mean) == (8, 5.0)
    assert one.deviation == pytest.approx(math.sqrt(32 / 7))
    assert one.high - one.mean == pytest.approx(2.364624 * math.sqrt(32 / 7 / 8), rel=1e-6)
    assert one.mean - one.low == pytest.approx(one.high - one.mean)
    single = Statistics.of({}, "x", [3.0])
    assert single.mean == 3.0 and math.isnan(single.deviation) and math.isnan(single.low)


def rows_of(*settings: str) -> list[Row]:
    """Rows with the value 1, 2, 3, …; the last one has failed."""
    axes, _ = parse_settings(settings)
    members = grid(axes).members()
    return [
        Row(
            member,
            {"roughness_rms_um": float(number), "completed": True, "ended_by": "capacity"},
            "short circuit" if number == len(members) else "",
        )
        for number, member in enumerate(members, start=1)
    ]


def test_statistics_are_taken_over_the_seeds_alone_and_without_failures() -> None:
    found = statistics_of(rows_of("electrolyte.t_plus=0.3,0.4", "sei.seed=1:3"))
    assert [(one.values, one.quantity, one.count, one.mean) for one in found] == [
        ({"electrolyte.t_plus": "0.3"}, "roughness_rms_um", 3, 2.0),
        ({"electrolyte.t_plus": "0.4"}, "roughness_rms_um", 2, 4.5),
    ]


def drawn(monkeypatch: pytest.MonkeyPatch, rows: list[Row]) -> Figure:
    shown: list[Figure] = []
    monkeypatch.setattr(figures, "save", lambda figure, path: shown.append(figure))
    figures.draw(rows, "roughness_rms_um", Path("x.png"))
    return shown[0]


@pytest.mark.picture
def test_the_band_of_a_figure_is_the_confidence_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rows_of("electrolyte.t_plus=0.3,0.4", "sei.seed=1:3")
    axes = drawn(monkeypatch, rows).axes[0]
    dots, mean = axes.lines
    assert len(dots.get_xdata()) == 6  # type: ignore[arg-type]
    assert list(mean.get_ydata()) == [2.0, 4.5]  # type: ignore[arg-type]
    one, _ = statistics_of(rows)
    edges = np.asarray(axes.collections[0].get_paths()[0].vertices)
    assert {one.low, one.high} <= {float(y) for x, y in edges if x == 0.3}


@pytest.mark.picture
def test_figures_of_seeds_alone_of_maps_of_means_and_of_designs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    axes = drawn(monkeypatch, rows_of("sei.seed=1:5")).axes[0]
    assert axes.get_xlabel() == "seed"
    assert axes.lines[1].get_ydata()[0] == 2.5  # type: ignore[index]
    maps = drawn(monkeypatch, rows_of("a.b=1,2", "a.c=1,2", "sei.seed=1:2"))
    assert sorted(text.get_text() for text in maps.axes[0].texts) == ["1.5", "3.5", "5.5", "7"]
    members = latin_hypercube(RANGES, 6, 0).members()
    rows = [Row(m, {"roughness_rms_um": float(n)}, "") for n, m in enumerate(members)]
    panels = drawn(monkeypatch, rows).axes
    assert [panel.get_xlabel() for panel in panels] == ["t_plus", "patch_size (µm)"]
    assert [len(panel.lines[0].get_xdata()) for panel in panels] == [6, 6]  # type: ignore[arg-type]


def call(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["sweep", *words])
    note(result.output)
    return result.exit_code, result.stdout, result.stderr


def test_the_command_of_each_member_is_printed_and_its_number_checked(tmp_path: Path) -> None:
    words = [str(tmp_path / "a b.toml"), "--set", "sei.seed=1:3", "--set", "title=one, two"]
    tiny.write(tmp_path, name="a b")
    out = str(tmp_path / "out")
    code, printed, _ = call(*words[:3], "--output", out, "--print-commands")
    assert code == 0
    lines = [shlex.split(line) for line in printed.splitlines()]
    assert [line[:3] for line in lines] == [["deposition", "sweep", words[0]]] * 3
    assert [line[-2:] for line in lines] == [["--member", str(k)] for k in (1, 2, 3)]
    for number in ("0", "4"):
        code, _, err = call(*words[:3], "--output", out, "--member", number)
        assert code == 1
        assert "the members 1 to 3" in err and "[E776]" in err
    code, _, err = call(*words[:3], "--member", "1", "--collect")
    assert code == 1
    assert "--member and --collect exclude each other" in err and "[E777]" in err


@pytest.mark.process
def test_members_are_run_one_by_one_and_collected(tmp_path: Path) -> None:
    """As in an array of jobs; the pictures are left out, a member that is there is kept."""
    file = tiny.write(tmp_path)
    out = tmp_path / "out"
    words = ["sweep", file, "--set", "sei.seed=1:2", "--set", "protocol.capacity=0.02 mAh/cm^2"]
    words += ["--output", out]
    assert tiny.call(tmp_path, *words, "--member", "2").returncode == 0
    assert [folder.name for folder in out.iterdir() if folder.name != "logs"] == ["seed=2"]
    assert not list(out.glob("*/flux_map.png")) and not list(out.glob("*/growth.*"))
    partly = tiny.call(tmp_path, *words, "--collect")
    assert partly.returncode == 1
    assert "seed=1: no complete result" in partly.stderr
    assert tiny.call(tmp_path, *words, "--member", "1", "--pictures").returncode == 0
    assert (out / "seed=1" / "flux_map.png").is_file()
    before = (out / "seed=2" / "provenance.json").read_bytes()
    assert tiny.call(tmp_path, *words, "--member", "2").returncode == 0
    assert (out / "seed=2" / "provenance.json").read_bytes() == before
    whole = tiny.call(tmp_path, *words, "--collect")
    assert whole.returncode == 0, whole.stderr
    with open(out / "statistics.csv", newline="") as opened:
        found = {row["quantity"]: row for row in csv.DictReader(opened)}
    assert found["roughness_rms_um"]["runs"] == "2"
    assert (out / "sweep.png").is_file()


def test_a_growth_axis_that_was_found_is_no_other_scenario(tmp_path: Path) -> None:
    """Cells drawn sideways were run again by every sweep."""
    scenario = Scenario.load(tiny.write(tmp_path), [])
    recorded = scenario.with_valid(geometry=scenario.geometry.with_valid(growth_axis="+x"))
    with ResultsFolder.create(tmp_path / "one") as results:
        results.write_provenance(provenance([]))
        results.write_scenario(recorded.resolved_toml())
        results.write_summary({"scenario": "one", "completed": True})
    assert is_complete(tmp_path / "one", scenario)
    assert not has_checkpoint(tmp_path / "one", scenario)
    (tmp_path / "one" / "checkpoint.npz").touch()
    assert has_checkpoint(tmp_path / "one", scenario)


def test_a_task_is_the_same_on_the_other_side() -> None:
    task = Task("be", ("a.b=1", "name=x"), "/out/x", True, False)
    assert Task.parse(task.words[-1]) == task
    assert task.run_words == [
        "run", "be", "--set", "a.b=1", "--set", "name=x", "--output", "/out", "--trust"
    ]  # fmt: skip
