"""The table of a sweep as Parquet."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from helpers.messages import note
from pyarrow import parquet
from typer.testing import CliRunner

from deposition.cli import app
from deposition.common.errors import MissingRequirement
from deposition.sweeps.axes import parse_settings
from deposition.sweeps.designs import grid
from deposition.sweeps.outcome import Row
from deposition.sweeps.table import write_table, write_typed_table

SETTINGS = ("electrolyte.t_plus=0.3,0.5", "mesh.surface_size=1 um,2 um")


def rows() -> list[Row]:
    summary = {
        "steps": 5, "roughness_rms_um": 0.1 + 0.2, "completed": True,
        "height_mean_by_film_um": {"LiF": 1, "matrix": 2.5},
    }  # fmt: skip
    one, two, three, four = grid(parse_settings(SETTINGS)[0]).members()
    return [
        Row(one, summary, ""),
        Row(two, {**summary, "steps": 7, "height_mean_by_film_um": {"LiF": 1.5}}, ""),
        Row(three, {}, "short circuit"),
        Row(four, {**summary, "completed": False}, ""),
    ]


def test_numbers_keep_their_type_and_every_digit_and_what_is_missing_is_null(
    tmp_path: Path,
) -> None:
    path = write_typed_table(rows(), tmp_path / "sweep.parquet")
    table = parquet.read_table(path)
    assert {field.name: str(field.type) for field in table.schema} == {
        "label": "string",
        "electrolyte.t_plus": "double",
        "mesh.surface_size": "string",
        "failure": "string",
        "steps": "int64",
        "roughness_rms_um": "double",
        "completed": "bool",
        "height_mean_by_film_um[LiF]": "double",
        "height_mean_by_film_um[matrix]": "double",
    }
    found = table.to_pydict()
    assert found["electrolyte.t_plus"] == [0.3, 0.3, 0.5, 0.5]
    assert found["mesh.surface_size"] == ["1 um", "2 um", "1 um", "2 um"]
    assert found["failure"] == ["", "", "short circuit", ""]
    assert found["steps"] == [5, 7, None, 5]
    assert found["roughness_rms_um"] == [0.1 + 0.2, 0.1 + 0.2, None, 0.1 + 0.2]
    assert found["completed"] == [True, True, None, False]
    assert found["height_mean_by_film_um[LiF]"] == [1.0, 1.5, None, 1.0]


def test_the_columns_are_those_of_the_csv_table(tmp_path: Path) -> None:
    csv = write_table(rows(), tmp_path / "sweep.csv").read_text().splitlines()
    path = write_typed_table(rows(), tmp_path / "sweep.parquet")
    assert parquet.read_table(path).column_names == csv[0].split(",")


def test_without_pyarrow_the_table_of_an_earlier_sweep_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_typed_table(rows(), tmp_path / "sweep.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingRequirement, match=r"no sweep\.parquet.*E081"):
        write_typed_table(rows(), path)
    assert not path.exists()


@pytest.mark.picture
def test_a_sweep_without_pyarrow_has_all_else_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["sweep", "c-i-be-ln", "--set", "sei.seed=1,2", "--collect", "--output", str(tmp_path)]
    with_it = CliRunner().invoke(app, words)
    assert "sweep.parquet" in with_it.stdout and "[E081]" not in with_it.stderr
    assert (tmp_path / "sweep.parquet").is_file()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    without = CliRunner().invoke(app, words)
    note(without.stderr)
    assert "sweep.parquet" not in without.stdout and "[E081]" in without.stderr
    assert (tmp_path / "sweep.csv").is_file() and (tmp_path / "sweep.png").is_file()
