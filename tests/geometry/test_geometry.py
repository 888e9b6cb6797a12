"""Geometry scripts: the cell that results, and the message for each invalid geometry.

The contract of names is the only way to distinguish metal from electrolyte, so that each violation
has its own message; the tests assert its code and the names and positions in it.
"""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace

import gmsh
import numpy as np
import pytest
from helpers.scripts import BE, FLAT, SIZES, read

from deposition.common import package_data as shipped
from deposition.common.errors import GeometryError
from deposition.geometry import MeshSizes, load_cell, read_geometry
from deposition.geometry.gmsh_session import gmsh_model
from deposition.geometry.script import parameters_of
from deposition.mesh.cell import COUNTER, facet_measures
from deposition.mesh.surface import extract_surface

# Shipped geometries ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["be.geo", "be-dead-li.geo", "c-i-be.geo", "flat.geo"])
def test_shipped_geometries_share_one_box(name: str) -> None:
    cell = read_geometry(shipped.geometries()[name], SIZES)
    assert np.allclose(cell.points.min(axis=0), [0, -3])
    assert np.allclose(cell.points.max(axis=0), [40, 44])
    assert cell.volume("lithium") == pytest.approx(120)
    dead = 30.0 if "dead" in name else 0.0
    assert cell.volume("dead_lithium") == pytest.approx(dead)
    assert cell.volume("electrolyte") == pytest.approx(1760 - dead)


def test_positions_of_the_hot_spots() -> None:
    cell = read_geometry(shipped.geometries()["be.geo"], SIZES)
    spots = cell.points[cell.named_facets("sei:hot_spot")]
    assert np.allclose(spots[..., 1], 0)
    inside = np.zeros(len(spots), dtype=bool)
    for low, high in ((2, 3), (9, 10), (14, 15), (20.5, 21.5), (29, 30), (35, 36)):
        here = (spots[..., 0] >= low - 1e-9).all(axis=1) & (spots[..., 0] <= high + 1e-9).all(
            axis=1
        )
        assert np.ptp(spots[here], axis=1)[:, 0].sum() == pytest.approx(1.0)
        inside |= here
    assert inside.all()


def test_positions_of_the_iodide_regions() -> None:
    cell = read_geometry(shipped.geometries()["c-i-be.geo"], SIZES)
    facets = cell.named_facets("sei:LiI")
    x = cell.points[facets][..., 0]
    assert facet_measures(cell.points, facets).sum() == pytest.approx(16)
    assert np.all((x <= 8 + 1e-9) | (x >= 32 - 1e-9))


def test_a_3d_geometry_follows_the_same_contract() -> None:
    cell = read_geometry(shipped.geometries()["be-3d.geo"], MeshSizes(1.0, 4.0))
    surface = extract_surface(cell)
    assert cell.dim == 3
    assert np.all(cell.volumes > 0)
    assert surface.area[surface.on("lithium")].sum() == pytest.approx(256)
    assert surface.area[surface.on("counter")].sum() == pytest.approx(256)
    spots = cell.named_facets("sei:hot_spot")
    assert facet_measures(cell.points, spots).sum() == pytest.approx(20)
    sphere = 4 / 3 * np.pi * 1.5**3
    assert 0.8 * sphere < cell.volume("dead_lithium") < sphere


def test_edges_grow_from_the_surface_to_the_coarse_size() -> None:
    cell = read_geometry(shipped.geometries()["be.geo"], MeshSizes(0.2, 3.0, 1.3))
    surface = extract_surface(cell)
    working = surface.area[surface.working]
    assert np.all((working > 0.15) & (working < 0.3))
    length = np.linalg.norm(np.diff(cell.points[cell.all_facets.vertices], axis=1)[:, 0], axis=1)
    height = np.abs(cell.points[cell.all_facets.vertices].mean(axis=1)[:, 1])
    target = np.minimum(0.2 + 0.3 * height, 3.0)
    assert 0.8 < np.median(length / target) < 1.2
    assert np.quantile(length / target, 0.99) < 1.8
    assert surface.area[surface.on(COUNTER)].min() > 2.0


@pytest.mark.parametrize(("stated", "counter"), [(None, 0.5), (1e-6, 1.0), (4e-6, None)])
def test_a_scenario_states_its_sizes_in_metres(stated: float | None, counter: float | None) -> None:
    file = shipped.geometries()["flat.geo"]
    scenario = SimpleNamespace(
        geometry=SimpleNamespace(
            file=file, parameters={"width": 10}, unit="um", growth_axis="", tags={}, trust=False
        ),
        mesh=SimpleNamespace(
            surface_size=0.5e-6, coarse_size=4e-6, counter_size=stated, gradation=1.3
        ),
        interface="moving",
        drawing=None,
    )
    cell = load_cell(scenario)
    same = read_geometry(file, MeshSizes(0.5, 4.0, 1.3, counter), {"width": 10})
    assert np.array_equal(cell.points, same.points)
    assert np.array_equal(cell.simplices, same.simplices)


@pytest.mark.parametrize(
    ("sizes", "code"),
    [((0.0, 1.0, 1.3), "E350"), ((2.0, 1.0, 1.3), "E350"), ((0.1, 1.0, 1.0), "E351")],
    ids=["zero", "swapped", "flat"],
)
def test_invalid_sizes_are_rejected(sizes: tuple[float, float, float], code: str) -> None:
    with pytest.raises(GeometryError, match=code):
        MeshSizes(*sizes)


# Parameters --------------------------------------------------------------------------------------


@pytest.mark.process
def test_parameters_replace_the_constants_of_the_script(tmp_path: Path) -> None:
    cell = read(tmp_path, FLAT, parameters={"width": 20, "height": 10})
    assert np.allclose(cell.points.max(axis=0), [20, 10])


@pytest.mark.process
def test_string_parameters_of_a_script(tmp_path: Path) -> None:
    text = (
        'DefineConstant[ film = "LiF" ];\n' + FLAT + 'Physical Curve(StrCat["sei:", film]) = {1};'
    )
    assert "sei:LiF" in read(tmp_path, text).boundaries
    assert "sei:LiI" in read(tmp_path, text, parameters={"film": "LiI"}).boundaries


@pytest.mark.process
def test_parameters_are_reset_for_the_next_script(tmp_path: Path) -> None:
    read(tmp_path, FLAT, parameters={"width": 20})
    assert read(tmp_path, FLAT).points[:, 0].max() == pytest.approx(40)


@pytest.mark.process
@pytest.mark.parametrize(
    ("parameters", "text", "words"),
    [
        (
            {"widht": 20},
            FLAT,
            ["geometry.parameters.widht: ", "width, height, base", 'Did you mean "width"?', "E137"],
        ),
        ({"width": "20"}, FLAT, ["geometry.parameters.width = '20'", "number", "E130"]),
        ({"width": 20}, FLAT.replace("Point(1)", "width = 30;\nPoint(1)"), ["width", "E130"]),
    ],
    ids=["unknown", "wrong type", "overwritten"],
)
def test_a_parameter_without_effect_is_an_error(
    tmp_path: Path, parameters: dict[str, object], text: str, words: list[str]
) -> None:
    with pytest.raises(GeometryError) as error:
        read(tmp_path, text, parameters=parameters)
    assert all(word in str(error.value) for word in words)


def test_the_parameters_of_a_script_are_read_from_its_text(tmp_path: Path) -> None:
    file = tmp_path / "case.geo"
    file.write_text(
        "// DefineConstant[ no = 1 ];\n"
        'DefineConstant[ a = {1, Name "b = 2, c"}, d, e = Max(1, 2) ];\n'
        'Include "more.geo";\n'
    )
    (tmp_path / "more.geo").write_text("DefineConstant[\n  f = 3\n];\n")
    assert [parameter.name for parameter in parameters_of(file)] == ["a", "d", "e", "f"]


def test_bounds_of_parameters_are_read_and_enforced(tmp_path: Path) -> None:
    bounded = "DefineConstant[ width = {10, Min -2.5, Max 1e2}, e = {1, Min width/2}, f = 3 ];\n"
    (tmp_path / "case.geo").write_text(bounded)
    width, *others = parameters_of(tmp_path / "case.geo")
    assert (width.lowest, width.highest) == (-2.5, 100.0)
    assert all((p.lowest, p.highest) == (-math.inf, math.inf) for p in others)
    pattern = r"^geometry\.parameters\.width = 100\.1 .*case\.geo .*Min -2\.5, Max 100 \[E138\]$"
    with pytest.raises(GeometryError, match=pattern):
        read(tmp_path, bounded + FLAT, parameters={"width": 100.1})


def test_the_electrolyte_of_the_bump_is_higher_than_the_bump() -> None:
    lowest = {p.name: p.lowest for p in parameters_of(shipped.geometries()["bump.geo"])}
    assert lowest["height"] > 4.0


# The contract of names ---------------------------------------------------------------------------

TRIANGLE = """
Point(90) = {{10, {y}, 0}};
Point(91) = {{11, {y}, 0}};
Point(92) = {{10, {y} + 1, 0}};
Line(90) = {{90, 91}};
Line(91) = {{91, 92}};
Line(92) = {{92, 90}};
Curve Loop(9) = {{90, 91, 92}};
Plane Surface(9) = {{9}};
"""

BROKEN = {
    "no electrolyte": (
        FLAT.replace('"electrolyte"', '"collector"'),
        ["E110", '"electrolyte"', "collector, lithium"],
    ),
    "no metal": (
        FLAT.replace('Physical Surface("lithium") = {2}', 'Physical Surface("electrolyte") += {2}'),
        ["E111", '"lithium", "collector" or "dead_lithium"', "electrolyte"],
    ),
    "no counter": (
        FLAT.replace('Physical Curve("counter") = {3};', ""),
        ["E113", '"counter"', "none"],
    ),
    "unknown region": (
        FLAT.replace('"electrolyte"', '"electrolite"'),
        [
            "E125",
            "surface 1 (x 0 to 40, y 0 to 44 µm)",
            '"electrolite"',
            'Did you mean "electrolyte"?',
        ],
    ),
    "unknown boundary": (
        FLAT.replace('"counter"', '"Counter"'),
        [
            "E127",
            "curve 3 (x 0 to 40, y 44 µm)",
            '"Counter"',
            'Did you mean "counter"?',
            "sei:NAME",
        ],
    ),
    "film without a name": (FLAT + 'Physical Curve("sei:") = {1};', ["E127", "curve 1", '"sei:"']),
    "region with a number only": (
        FLAT.replace('Physical Surface("lithium")', "Physical Surface(77)"),
        ["E125", "surface 2", "geometry.tags"],
    ),
    "region on a curve": (
        FLAT + 'Physical Curve("lithium") = {1};',
        ["E126", "curve 1", '"lithium"'],
    ),
    "metal drawn as a boundary only": (
        FLAT.replace('Physical Surface("lithium") = {2}', 'Physical Curve("lithium") = {1}'),
        ["E126", "curve 1", '"lithium"', "Draw the lithium as a region"],
    ),
    "group of a curve that does not exist": (
        FLAT.replace('("counter") = {3}', '("counter") = {99}'),
        ["E145", '"counter" holds curve 99', "Curve In BoundingBox"],
    ),
    "boundary on a surface": (
        FLAT.replace('"electrolyte"', '"counter"'),
        ["E124", "surface 1", '"counter"'],
    ),
    "name on a point": (FLAT + 'Physical Point("counter") = {3};', ["E107", "point 3", "curves"]),
    "two regions": (
        FLAT + 'Physical Surface("collector") = {2};',
        ["E106", "surface 2", '"lithium" and "collector"'],
    ),
    "two films": (
        BE + 'Physical Curve("sei:LiF") = {hot[]};',
        ["E108", "curve 2 (x 2 to 3, y 0 µm)", '"sei:hot_spot" and "sei:LiF"'],
    ),
    "untagged surface": (
        FLAT.replace('Physical Surface("lithium") = {2};', ""),
        ["E105", "surface 2 (x 0 to 40, y -3 to 0 µm)"],
    ),
    "film on a wall": (
        FLAT + 'Physical Curve("sei:LiF") = {2};',
        ["E118", '"sei:LiF"', "x 40, y 0 to 44 µm"],
    ),
    "counter inside": (
        FLAT.replace('("counter") = {3}', '("counter") = {1}'),
        ["E114", '"counter"', "y 0 µm"],
    ),
    "counter on metal": (
        FLAT.replace('("counter") = {3}', '("counter") = {6}'),
        ["E115", '"counter"', '"lithium"', "y -3 µm"],
    ),
    "short circuit": (
        FLAT.replace('("counter") = {3}', '("counter") = {2}'),
        ["E117", "x 40, y 0 µm"],
    ),
    "dead lithium that is not isolated": (
        FLAT.replace(
            "Plane Surface(2) = {2};", f"{TRIANGLE.format(y=-2)}Plane Surface(2) = {{2, 9}};"
        )
        + 'Physical Surface("dead_lithium") = {9};',
        ["E120", "dead_lithium", "x 10 to 11, y -2 to -1 µm"],
    ),
}


@pytest.mark.process
@pytest.mark.parametrize("case", BROKEN)
def test_a_violated_contract_is_an_error(tmp_path: Path, case: str) -> None:
    text, words = BROKEN[case]
    with pytest.raises(GeometryError) as error:
        read(tmp_path, text)
    message = str(error.value)
    assert message.startswith(str(tmp_path / "case.geo"))
    assert [word for word in words if word not in message] == []


@pytest.mark.process
def test_sei_on_the_counter_electrode(tmp_path: Path) -> None:
    cell = read(tmp_path, FLAT + 'Physical Curve("sei:LiF") = {3};')
    counter, film = (np.sort(cell.named_facets(name), axis=1) for name in ("counter", "sei:LiF"))
    assert len(counter) > 0
    assert np.array_equal(np.unique(counter, axis=0), np.unique(film, axis=0))


@pytest.mark.process
def test_names_of_dead_lithium_and_collector(tmp_path: Path) -> None:
    text = FLAT.replace('"lithium"', '"collector"')
    assert read(tmp_path, text).volume("collector") == pytest.approx(120)
    dead = shipped.geometries()["be-dead-li.geo"].read_text()
    cell = read(tmp_path, dead.replace('"dead_lithium"', '"dead_lithium:left"'))
    assert "dead_lithium:left" in cell.regions
    assert cell.volume("dead_lithium") == pytest.approx(30)


# Geometry that cannot be meshed ------------------------------------------------------------------

OCC = 'SetFactory("OpenCASCADE");\n'
NAMES = (
    '\nPhysical Surface("electrolyte") = {1};\nPhysical Surface("lithium") = {2};\n'
    'Physical Curve("counter") = {3};\n'
)
MALFORMED = {
    "self-intersecting": (
        FLAT.replace("(3) = {width,", "(3) = {0,").replace("(4) = {0,", "(4) = {width,"),
        ["E133", "curves 2 and 4", "x 20, y 22 µm"],
    ),
    "overlapping": (
        OCC + "Rectangle(1) = {0, 0, 0, 10, 10};\nRectangle(2) = {-1, -3, 0, 12, 4};" + NAMES,
        ["E133"],
    ),
    "one inside the other": (
        OCC + "Rectangle(1) = {0, 0, 0, 10, 10};\nRectangle(2) = {3, 3, 0, 1, 1};" + NAMES,
        ["E132"],
    ),
    "beside each other": (
        OCC + "Rectangle(1) = {0, 0, 0, 10, 10};\nRectangle(2) = {0, -3, 0, 10, 3};" + NAMES,
        ["E133", "curves 1 and 7"],
    ),
    "overlapping volumes": (
        OCC + "Box(1) = {0, 0, 0, 4, 4, 4};\nBox(2) = {0, 0, -1, 4, 4, 2};\n"
        'Physical Volume("electrolyte") = {1};\nPhysical Volume("lithium") = {2};\n'
        'Physical Surface("counter") = {6};',
        ["E132"],
    ),
    "curves only": (
        "Point(1) = {0, 0, 0};\nPoint(2) = {1, 0, 0};\nLine(1) = {1, 2};",
        ["E131", "curves"],
    ),
    "nothing": ("x = 1;", ["E131"]),
    "tilted": (FLAT.replace("height, 0}", "height, 3}"), ["E104", "z = 0 to 3 µm"]),
    "quadrangles": (FLAT + "Recombine Surface{1};", ["E135", "surface 1", "Quadrilateral"]),
    "hidden": (
        FLAT + "Hide{Surface{2};}\nMesh.MeshOnlyVisible = 1;",
        ["E134", "surface 2"],
    ),
    "syntax": ("x = 1;\nPoint(1) = {0, 0,;", ["E121", "line 2", "syntax error"]),
    "its own error": (FLAT + 'Error("too narrow");', ["E121", "too narrow"]),
}


@pytest.mark.process
@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_geometry_is_an_error(tmp_path: Path, case: str) -> None:
    text, words = MALFORMED[case]
    with pytest.raises(GeometryError) as error:
        read(tmp_path, text)
    assert [word for word in [str(tmp_path), *words] if word not in str(error.value)] == []


@pytest.mark.process
def test_a_block_floating_in_another_overlaps(tmp_path: Path) -> None:
    """Its curves intersect no others, so that only the meshes reveal the overlap."""
    extra = TRIANGLE.format(y=10) + 'Physical Surface("dead_lithium") = {9};'
    with pytest.raises(GeometryError, match=r"x 10 to 11, y 10 to 11 µm.*E129"):
        read(tmp_path, FLAT + extra)


@pytest.mark.process
def test_a_mesh_that_is_too_large_is_rejected_before_meshing(tmp_path: Path) -> None:
    (tmp_path / "case.geo").write_text(FLAT)
    with pytest.raises(GeometryError, match=r"40 x 47 µm.*mesh\.surface_size.*E143"):
        read_geometry(tmp_path / "case.geo", MeshSizes(surface=0.001, coarse=4.0))


@pytest.mark.process
def test_gmsh_discards_a_script_that_failed(tmp_path: Path) -> None:
    """Otherwise it would read the rest of the invalid line before the next script."""
    with pytest.raises(GeometryError, match=r"syntax error.*E121"):
        read(tmp_path, 'Foo[ Str["a", "b"] ]; Point(77) = {5, 5, 5}; Point(78) = {5, 5, 5};')
    assert read(tmp_path, FLAT).volume("electrolyte") == pytest.approx(1760)


def test_a_last_line_that_gmsh_would_drop_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "case.geo"
    file.write_text(FLAT + 'x = 1; Physical Curve("sei:LiF") = {1};')
    with pytest.raises(GeometryError, match="E139"):
        read_geometry(file, SIZES)


@pytest.mark.process
def test_other_gmsh_models_are_kept(tmp_path: Path) -> None:
    with gmsh_model():
        pass
    gmsh.model.add("other")
    before = gmsh.model.list()
    try:
        read(tmp_path, FLAT)
        with pytest.raises(GeometryError):
            read(tmp_path, "Foo;")
        assert gmsh.model.list() == before
        assert gmsh.model.getCurrent() == "other"
    finally:
        gmsh.model.setCurrent("other")
        gmsh.model.remove()


@pytest.mark.process
def test_options_are_reset_for_the_next_script(tmp_path: Path) -> None:
    plain = read(tmp_path, FLAT)
    own = read(tmp_path, FLAT + "Mesh.ElementOrder = 2;\nMesh.MeshSizeFactor = 0.2;\nMesh 2;")
    after = read(tmp_path, FLAT)
    assert len(plain.points) == len(own.points) == len(after.points)
