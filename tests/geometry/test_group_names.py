"""Groups with numbers that the scenario maps to names, and groups that other programs add."""

from __future__ import annotations

import warnings
from pathlib import Path

import gmsh
import meshio
import numpy as np
import pytest
from helpers.boxes import flat_cell
from helpers.scripts import FLAT, SIZES, read
from helpers.tiny import tiny

from deposition.common.errors import GeometryError, ScenarioError
from deposition.geometry import read_geometry
from deposition.geometry.gmsh_session import gmsh_model, open_file
from deposition.mesh.cell import Cell, facet_measures
from deposition.scenario import Scenario

NUMBERED = {"1": ("electrolyte",), "2": ("lithium",), "3": ("counter",)}


def numbered(file: Path, field: str = "medit:ref", **more: np.ndarray) -> Path:
    """A box whose regions have the numbers 1 and 2, its counter electrode 3, and its walls 4."""
    cell = flat_cell(4.0, 3.0, columns=4, layers=3)
    walls = cell.all_facets.vertices[(cell.all_facets.simplices[:, 1] < 0)]
    known = {tuple(sorted(facet)) for facet in cell.facets}
    walls = np.array([facet for facet in walls if tuple(sorted(facet)) not in known])
    lithium = cell.in_region("lithium")
    blocks = [("triangle", cell.simplices), ("line", np.concatenate([cell.facets, walls]))]
    data = {
        field: [
            np.where(lithium, 2, 1),
            np.concatenate([np.full(len(cell.facets), 3), np.full(len(walls), 4)]),
        ]
    }
    for name, values in more.items():
        data[name] = [values[0] * np.ones(len(corners), int) for _, corners in blocks]
    points = np.column_stack([cell.points, np.zeros(len(cell.points))])
    meshio.Mesh(points, blocks, cell_data=data).write(file)
    return file


def is_the_box(cell: Cell) -> None:
    """The box of ``numbered``."""
    assert set(cell.regions) == {"electrolyte", "lithium"} and cell.boundaries == ("counter",)
    assert cell.volume("electrolyte") == pytest.approx(12.0)
    assert facet_measures(cell.points, cell.named_facets("counter")).sum() == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("name", "field"),
    [("a.mesh", "medit:ref"), ("a.vtu", "MaterialIDs"), ("a.xdmf", "name_to_read")],
)
def test_numbers_of_a_mesh_are_mapped(tmp_path: Path, name: str, field: str) -> None:
    file = numbered(tmp_path / name, field)
    with pytest.raises(GeometryError, match=r"E105.*|.*no physical group.*geometry\.tags"):
        read_geometry(file, SIZES)
    is_the_box(read_geometry(file, SIZES, tags=NUMBERED))


def test_which_numbers_is_said_where_a_file_has_several(tmp_path: Path) -> None:
    file = numbered(tmp_path / "a.vtu", "one", other=np.array([5]))
    with pytest.raises(GeometryError, match=r"a\.vtu: .* 2 integer fields .*: one, other.*E156"):
        read_geometry(file, SIZES, tags=NUMBERED)
    # One of them is that of a known format.
    is_the_box(
        read_geometry(
            numbered(tmp_path / "b.vtu", "medit:ref", other=np.array([5])), SIZES, tags=NUMBERED
        )
    )


@pytest.mark.process
@pytest.mark.parametrize("version", [2.2, 4.1])
def test_physical_groups_without_names_are_mapped(tmp_path: Path, version: float) -> None:
    text = FLAT.replace('Surface("electrolyte")', "Surface(1)")
    text = text.replace('Surface("lithium")', "Surface(2)").replace('Curve("counter")', "Curve(1)")
    tags = {"1": ("electrolyte", "counter"), "2": ("lithium",)}
    of_script = read(tmp_path, text, tags=tags)
    with gmsh_model():
        open_file(tmp_path / "case.geo")
        gmsh.option.setNumber("Mesh.MshFileVersion", version)
        gmsh.model.mesh.generate(2)
        gmsh.write(str(tmp_path / "mesh.msh"))
    for cell in (of_script, read_geometry(tmp_path / "mesh.msh", SIZES, tags=tags)):
        assert cell.volume("lithium") == pytest.approx(120.0)
        counter = facet_measures(cell.points, cell.named_facets("counter")).sum()
        assert counter == pytest.approx(40.0)


@pytest.mark.process
def test_names_of_another_program_are_mapped(tmp_path: Path) -> None:
    text = FLAT.replace('"electrolyte"', '"fluid"').replace('"counter"', '"cathode"')
    cell = read(tmp_path, text, tags={"fluid": ("electrolyte",), "cathode": ("counter",)})
    assert cell.volume("electrolyte") == pytest.approx(40.0 * 44.0)


@pytest.mark.process
def test_an_entry_that_no_group_answers_to_is_an_error(tmp_path: Path) -> None:
    words = (
        r'case\.geo: geometry\.tags\.9 = "counter": no group of curves .*curves: 3, counter\..*E155'
    )
    with pytest.raises(GeometryError, match=words):
        read(tmp_path, FLAT, tags={"9": ("counter",)})
    with pytest.raises(GeometryError, match=r"no group of surfaces .*: 1, 2, .*E155"):
        read(tmp_path, FLAT, tags={"counter": ("lithium",)})


EXTRA = """
Physical Surface("all", 50) = {1, 2};
Physical Curve("walls", 51) = {2};
Physical Curve(52) = {6};
Physical Point("origin", 53) = {1};
Physical Point(54) = {2};
"""


@pytest.mark.process
def test_groups_that_other_programs_add_are_ignored_with_a_warning(tmp_path: Path) -> None:
    ignored = r'case\.geo: .*"origin", 54 \(point 2\), "walls", 52 \(curve 6\), "all"\. State'
    with pytest.warns(UserWarning, match=ignored):
        cell = read(tmp_path, FLAT + EXTRA)
    plain = read(tmp_path, FLAT)
    assert (cell.regions, cell.boundaries) == (plain.regions, plain.boundaries)
    np.testing.assert_array_equal(cell.points, plain.points)


def test_sets_that_other_programs_add_are_ignored(tmp_path: Path) -> None:
    cell = flat_cell(4.0, 3.0, columns=4, layers=3)
    sets = {name: [np.flatnonzero(cell.region == i), []] for i, name in enumerate(cell.regions)}
    sets["counter"] = [[], np.arange(len(cell.facets))]
    sets["Set-1"] = [np.arange(len(cell.simplices)), np.arange(len(cell.facets))]
    points = np.column_stack([cell.points, np.zeros(len(cell.points))])
    blocks = [("triangle", cell.simplices), ("line", cell.facets)]
    meshio.Mesh(points, blocks, cell_sets=sets).write(tmp_path / "mesh.inp")
    with pytest.warns(UserWarning, match=r'ignored: "Set-1"'):
        is_the_box(read_geometry(tmp_path / "mesh.inp", SIZES))


@pytest.mark.process
@pytest.mark.parametrize(
    ("group", "code"),
    [
        ('Physical Curve("sei :LiF") = {1};', "E127"),
        ('Physical Surface("dead_lithium:") = {2};', "E125"),
    ],
)
def test_a_misspelt_name_is_not_taken_for_a_foreign_one(
    tmp_path: Path, group: str, code: str
) -> None:
    with pytest.raises(GeometryError, match=code):
        read(tmp_path, FLAT + group)


def test_the_table_is_checked_and_written(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r'"litium" is no name .*Did you mean "lithium".*E271'):
        tiny(tmp_path, "geometry.tags.1=litium")
    with pytest.raises(ScenarioError, match="E270"):
        tiny(tmp_path, "geometry.tags.1=2")
    scenario = tiny(tmp_path, 'geometry.tags={-1 = "lithium", a = ["counter", "sei:LiF"]}')
    (tmp_path / "again.toml").write_text(scenario.resolved_toml())
    assert Scenario.load(tmp_path / "again.toml").geometry.tags == {
        "-1": ("lithium",),
        "a": ("counter", "sei:LiF"),
    }


def test_no_warning_without_foreign_groups(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_geometry(numbered(tmp_path / "a.mesh"), SIZES, tags=NUMBERED)
