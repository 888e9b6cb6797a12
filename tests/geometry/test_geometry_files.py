"""Geometry files: untrusted scripts, and mesh formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import gmsh
import meshio
import numpy as np
import pytest
from helpers.boxes import box_on, even, flat_cell
from helpers.scripts import FLAT, SIZES, read

from deposition.common import package_data as shipped
from deposition.common.errors import GeometryError
from deposition.geometry import gmsh_process, load_cell, mesh_estimate, read_geometry
from deposition.geometry.gmsh_session import gmsh_model, open_file
from deposition.geometry.script import check_script
from deposition.mesh.cell import Cell, Floats, Ints, facet_measures
from deposition.mesh.surface import extract_surface
from deposition.scenario import Scenario

# Scripts that Gmsh does not complete -----------------------------------------------------------

FOR_EVER = "For i In {0 : 1e15}\nEndFor\n"
TOO_LARGE = "x() = {1 : 2e9};\n"


@pytest.mark.process
def test_an_endless_script_is_ended_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmsh_process, "TIME_LIMIT", 3.0)
    with pytest.raises(GeometryError, match=r"case\.geo: .* 3 s\..*E100"):
        read(tmp_path, FLAT + FOR_EVER)
    assert read(tmp_path, FLAT).volume("electrolyte") > 0.0


@pytest.mark.slow
def test_the_memory_of_a_script_is_limited(tmp_path: Path) -> None:
    with pytest.raises(GeometryError, match=r"case\.geo: .*(4 GB.*E100|E121)"):
        read(tmp_path, FLAT + TOO_LARGE)
    assert read(tmp_path, FLAT).volume("electrolyte") > 0.0


# Scripts that do more than describe geometry -----------------------------------------------------

DANGEROUS = {
    "plain": 'SystemCall "touch {mark}";',
    "another name": 'System "touch {mark}";',
    "in the background": 'NonBlockingSystemCall "touch {mark}";',
    "comment between": 'SystemCall/* */"touch {mark}";',
    "after a nested comment": '/* /* */ SystemCall "touch {mark}"; /* */',
    "after a backslash": 'a = "x\\"; SystemCall "touch {mark}"; b = "";',
    "glued to a number": 'a = 1e5;SystemCall "touch {mark}";',
    "string in a loop": "For i In {{0:1}} a = \"\nSystem 'touch {mark}';\n\"; EndFor",
    "comment in a loop": 'For i In {{0:1}} /*\nSystem "touch {mark}";\n*/ EndFor',
    "after a long string": 'a = "' + 1100 * "x" + "; SystemCall 'touch {mark}';\";",
    "after a lone carriage return": '// \rSystemCall "touch {mark}";',
    "onelab": 'OnelabRun("a", "touch {mark}");',
    "field": 'Field[1] = ExternalProcess;\nField[1].CommandLine = "touch {mark}";',
    "writes": 'Printf("x") > "{mark}";',
    "appends": 'Printf("x", (1 + 2)) >> "{mark}";',
    "saves": 'Save "{mark}";',
    "prints": 'Print "{mark}";',
    "merges": 'Merge "{mark}.geo";',
    "includes": 'Include "../other.geo";',
    "includes by name": 'x = "other.geo";\nInclude x;',
    "plugin": "Plugin(NewView).Run;",
    "ends the program": "Exit;",
}


@pytest.mark.parametrize("case", DANGEROUS)
def test_a_script_that_does_more_than_geometry_is_rejected(tmp_path: Path, case: str) -> None:
    mark = tmp_path / "mark"
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "other.geo").write_text("x = 1;\n")
    text = FLAT + DANGEROUS[case].format(mark=mark) + "\n"
    with pytest.raises(GeometryError, match=r"case\.geo, line \d+: .*--trust.*E141"):
        read(folder, text)
    assert not mark.exists()


def test_the_options_file_of_a_script_is_checked(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    (tmp_path / "case.geo.opt").write_text(f'SystemCall "touch {mark}";\n')
    with pytest.raises(GeometryError, match=r"case\.geo\.opt, line 1: SystemCall .*E141"):
        read(tmp_path, FLAT)
    assert not mark.exists()


@pytest.mark.process
def test_included_files_are_checked(tmp_path: Path) -> None:
    (tmp_path / "more.geo").write_text('\n\nSystemCall "true";\n')
    with pytest.raises(GeometryError, match=r"more\.geo, line 3: SystemCall .*E141"):
        read(tmp_path, 'Include "more.geo";\n' + FLAT)
    (tmp_path / "more.geo").unlink()
    with pytest.raises(GeometryError, match=r'line 1: .*"more\.geo".*E140'):
        read(tmp_path, 'Include "more.geo";\n' + FLAT)
    (tmp_path / "more.geo").write_text("width = 20;\n")
    assert read(tmp_path, 'Include "more.geo";\n' + FLAT).points[:, 0].max() == pytest.approx(20)


@pytest.mark.process
def test_commands_in_comments_and_strings_are_accepted(tmp_path: Path) -> None:
    harmless = (
        '// SystemCall "x";\n/* Save\n Merge */\nPrintf("SystemCall");\nIf ((1) > 2)\nEndIf\n'
    )
    assert read(tmp_path, harmless + FLAT).dim == 2


@pytest.mark.process
def test_trust_lets_a_script_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    read(tmp_path, FLAT + f'SystemCall "touch {mark}";', trust=True)
    assert mark.exists()


@pytest.mark.parametrize("file", shipped.geometries().values(), ids=lambda file: file.name)
def test_shipped_geometries_need_no_trust(file: Path) -> None:
    check_script(file)


# Meshes ------------------------------------------------------------------------------------------


def write_msh(file: Path, version: float) -> None:
    with gmsh_model():
        open_file(shipped.geometries()["be-dead-li.geo"])
        gmsh.option.setNumber("Mesh.MeshSizeMax", 3)
        gmsh.option.setNumber("Mesh.MshFileVersion", version)
        gmsh.model.mesh.generate(2)
        gmsh.write(str(file))


@pytest.mark.process
@pytest.mark.parametrize("version", [2.2, 4.1])
def test_gmsh_meshes_keep_their_names(tmp_path: Path, version: float) -> None:
    write_msh(tmp_path / "mesh.msh", version)
    cell = read_geometry(tmp_path / "mesh.msh", SIZES)
    assert set(cell.regions) == {"electrolyte", "lithium", "dead_lithium"}
    assert cell.volume("dead_lithium") == pytest.approx(30)
    assert facet_measures(cell.points, cell.named_facets("sei:hot_spot")).sum() == pytest.approx(6)
    assert facet_measures(cell.points, cell.named_facets("counter")).sum() == pytest.approx(40)


@pytest.mark.parametrize("suffix", [".vtu", ".xdmf"])
def test_meshes_without_names_take_them_from_element_data(tmp_path: Path, suffix: str) -> None:
    cell = read_geometry(shipped.geometries()["be.geo"], SIZES)
    file = tmp_path / f"mesh{suffix}"
    empty = [np.zeros(len(cell.simplices), int), np.zeros(len(cell.facets), int)]
    data = {name: [(cell.region == i).astype(int), empty[1]] for i, name in enumerate(cell.regions)}
    for i, name in enumerate(cell.boundaries):
        data[name] = [empty[0], (cell.boundary == i).astype(int)]
    points = np.column_stack([cell.points, np.zeros(len(cell.points))])
    blocks = [("triangle", cell.simplices), ("line", cell.facets)]
    meshio.Mesh(points, blocks, cell_data=data).write(file)
    again = read_geometry(file, SIZES)
    assert again.volume("lithium") == pytest.approx(120)
    for name in cell.boundaries:
        assert len(again.named_facets(name)) == len(cell.named_facets(name))


def test_named_sets_of_a_mesh_are_names(tmp_path: Path) -> None:
    cell = read_geometry(shipped.geometries()["flat.geo"], SIZES)
    sets = {name: [np.flatnonzero(cell.region == i), []] for i, name in enumerate(cell.regions)}
    sets["counter"] = [[], np.arange(len(cell.facets))]
    points = np.column_stack([cell.points, np.zeros(len(cell.points))])
    blocks = [("triangle", cell.simplices), ("line", cell.facets)]
    meshio.Mesh(points, blocks, cell_sets=sets).write(tmp_path / "mesh.inp")
    assert read_geometry(tmp_path / "mesh.inp", SIZES).volume("lithium") == pytest.approx(120)


def test_families_of_a_med_file_are_names(tmp_path: Path) -> None:
    cell = read_geometry(shipped.geometries()["flat.geo"], SIZES)
    blocks = [("triangle", cell.simplices), ("line", cell.facets)]
    data = {"cell_tags": [-1 - cell.region, np.full(len(cell.facets), -9)]}
    mesh = meshio.Mesh(cell.points, blocks, cell_data=data)
    mesh.cell_tags = {-9: ["counter"], **{-1 - i: [name] for i, name in enumerate(cell.regions)}}
    mesh.write(tmp_path / "mesh.med")
    again = read_geometry(tmp_path / "mesh.med", SIZES)
    assert again.volume("lithium") == pytest.approx(120)
    assert len(again.named_facets("counter")) == len(cell.named_facets("counter"))


def test_a_mesh_has_no_parameters(tmp_path: Path) -> None:
    write_msh(tmp_path / "mesh.msh", 4.1)
    with pytest.raises(GeometryError, match=r"width.*E123"):
        read_geometry(tmp_path / "mesh.msh", SIZES, {"width": 20})


@pytest.mark.process
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"hello"),
        ("a.msh", b'SystemCall "touch mark";'),
        ("a.vtu", b"<xml"),
        ("a.msh", b"$MeshFormat\n4.1 0 8\n$EndMeshFormat\n"),
        ("a.geo", b"\x00\x01\xff"),
        ("a.geo", b""),
    ],
)
def test_a_file_that_is_no_geometry_is_an_error(
    tmp_path: Path, name: str, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GeometryError, match=name):
        read_geometry(tmp_path / name, SIZES)
    assert capsys.readouterr().out + capsys.readouterr().err == ""


def lithium_and_electrolyte() -> Cell:
    """A small cell with named regions, to be written to a file."""
    return flat_cell(2.0, 2.0, columns=2, layers=2)


def written(file: Path, cell: Cell) -> Path:
    """Write a cell to a format without names: one block per name, and element data of that name."""
    parts = [("triangle", cell.simplices[cell.in_region(name)]) for name in cell.regions]
    parts += [("line", cell.facets[cell.boundary == i]) for i in range(len(cell.boundaries))]
    names = (*cell.regions, *cell.boundaries)
    data = {
        name: [
            np.full(len(corners), name == other, int)
            for other, (_, corners) in zip(names, parts, strict=True)
        ]
        for name in names
    }
    points = np.column_stack([cell.points, np.zeros(len(cell.points))])
    meshio.Mesh(points, parts, cell_data=data).write(file)
    return file


def with_boundary(cell: Cell, name: str, facets: Ints) -> Cell:
    """Add a named boundary of facets (k, d)."""
    code = np.full(len(facets), len(cell.boundaries))
    return replace(
        cell,
        facets=np.concatenate([cell.facets, facets]),
        boundary=np.concatenate([cell.boundary, code]),
        boundaries=(*cell.boundaries, name),
    )


def with_element(cell: Cell, corners: Ints) -> Cell:
    """Add an element (d + 1,) to the first region."""
    return replace(
        cell,
        simplices=np.concatenate([cell.simplices, [corners]]),
        region=np.append(cell.region, 0),
    )


def test_overlapping_elements_are_an_error(tmp_path: Path) -> None:
    cell = lithium_and_electrolyte()
    crowded = with_element(cell, cell.simplices[cell.region == 0][0])
    with pytest.raises(GeometryError, match="E128"):
        read_geometry(written(tmp_path / "mesh.vtu", crowded), SIZES)


def test_a_degenerate_element_is_an_error(tmp_path: Path) -> None:
    cell = lithium_and_electrolyte()
    bottom = np.flatnonzero(cell.points[:, 1] == cell.points[:, 1].min())
    with pytest.raises(GeometryError, match=r"1 elements.* at x 0.*E109"):
        read_geometry(written(tmp_path / "mesh.vtu", with_element(cell, bottom)), SIZES)


def test_a_boundary_across_the_elements_is_an_error(tmp_path: Path) -> None:
    cell = lithium_and_electrolyte()
    ends = [[cell.points.sum(axis=1).argmin(), cell.points.sum(axis=1).argmax()]]
    torn = with_boundary(cell, "sei:LiF", np.array(ends))
    with pytest.raises(GeometryError, match=r'"sei:LiF".*E112'):
        read_geometry(written(tmp_path / "mesh.vtu", torn), SIZES)


def test_two_films_on_one_facet_are_an_error(tmp_path: Path) -> None:
    cell = lithium_and_electrolyte()
    facets = extract_surface(cell).facets[extract_surface(cell).working]
    cell = with_boundary(with_boundary(cell, "sei:LiF", facets), "sei:Li2O", facets)
    with pytest.raises(GeometryError, match=r'"sei:LiF" .*"sei:Li2O" at.*E119'):
        read_geometry(written(tmp_path / "mesh.vtu", cell), SIZES)


def test_lithium_without_an_interface_to_the_electrolyte_is_an_error(tmp_path: Path) -> None:
    def region(centres: Floats) -> np.ndarray:
        between = np.where(centres[:, 1] < 1.0, "dead_lithium", "electrolyte")
        return np.where(centres[:, 1] < 0.0, "lithium", between)

    cell = box_on(even([0.0, -1.0], [2.0, 2.0], [2, 3]), region)
    with pytest.raises(GeometryError, match="E116"):
        read_geometry(written(tmp_path / "mesh.vtu", cell), SIZES)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("quad", "type quad.*E136"),
        ("line", "E103"),
        ("vertex", "E102"),
    ],
)
def test_a_mesh_of_other_elements_is_an_error(tmp_path: Path, kind: str, words: str) -> None:
    points = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    corners = np.arange(4).reshape(-1, {"quad": 4, "line": 2, "vertex": 1}[kind])
    meshio.Mesh(points, [(kind, corners)]).write(tmp_path / "mesh.vtu")
    with pytest.raises(GeometryError, match=words):
        read_geometry(tmp_path / "mesh.vtu", SIZES)


def test_a_script_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "shut.geo").symlink_to("/proc/self/mem")  # opens, but cannot be read from its start
    with pytest.raises(GeometryError, match=r"shut\.geo: .*Input/output error.*E142"):
        read_geometry(tmp_path / "shut.geo", SIZES)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GeometryError, match=r"none\.geo.*E122"):
        read_geometry(tmp_path / "none.geo", SIZES)


def test_duplicate_points_are_merged_and_unused_ones_dropped(tmp_path: Path) -> None:
    cell = read_geometry(shipped.geometries()["flat.geo"], SIZES)
    twice = np.concatenate([cell.points[cell.simplices].reshape(-1, 2), [[99.0, 99.0]]])
    points = np.column_stack([twice, np.zeros(len(twice))])
    corners = np.arange(3 * len(cell.simplices)).reshape(-1, 3)[:, [0, 2, 1]]
    where = {tuple(p): i for i, p in enumerate(twice.tolist())}
    lines = np.array([[where[tuple(p)] for p in cell.points[f].tolist()] for f in cell.facets])
    wall = np.zeros(len(lines), int)
    data = {name: [(cell.region == i).astype(int), wall] for i, name in enumerate(cell.regions)}
    data["counter"] = [np.zeros(len(corners), int), wall + 1]
    mesh = meshio.Mesh(points, [("triangle", corners), ("line", lines)], cell_data=data)
    mesh.write(tmp_path / "mesh.vtu")
    again = read_geometry(tmp_path / "mesh.vtu", SIZES)
    assert len(again.points) == len(cell.points)
    assert np.all(again.volumes > 0)
    assert len(again.named_facets("counter")) == len(cell.named_facets("counter"))


# Units of length and bounds ----------------------------------------------------------------------

SCALED = """um = {unit};
Point(1) = {{0, -2*um, 0}}; Point(2) = {{20*um, -2*um, 0}}; Point(3) = {{20*um, 0, 0}};
Point(4) = {{20*um, 10*um, 0}}; Point(5) = {{0, 10*um, 0}}; Point(6) = {{0, 0, 0}};
Line(1) = {{1, 2}}; Line(2) = {{2, 3}}; Line(3) = {{3, 4}}; Line(4) = {{4, 5}}; Line(5) = {{5, 6}};
Line(6) = {{6, 1}}; Line(7) = {{6, 3}};
Curve Loop(1) = {{1, 2, -7, 6}}; Plane Surface(1) = {{1}};
Curve Loop(2) = {{7, 3, 4, 5}}; Plane Surface(2) = {{2}};
Physical Surface("lithium") = {{1}}; Physical Surface("electrolyte") = {{2}};
Physical Curve("counter") = {{4}};
"""


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Scenario]:
    """A scenario with a geometry of its own, ``text``, as a script or as its mesh."""

    def of(
        text: str, unit: str = "um", suffix: str = ".geo", interface: str = "moving"
    ) -> Scenario:
        (tmp_path / "case.geo").write_text(text)
        if suffix != ".geo":
            gmsh_mesh(tmp_path / "case.geo", tmp_path / f"case{suffix}")
        changes = (
            f"geometry.file={tmp_path / 'case'}{suffix}",
            f"geometry.unit={unit}",
            f"interface={interface}",
            "mesh.surface_size=0.5 um",
            "mesh.coarse_size=2 um",
            "protocol.capacity=0.02 mAh/cm^2",
        )
        return Scenario.load("tafel", changes)

    return of


def gmsh_mesh(script: Path, mesh: Path) -> None:
    """Write the mesh that Gmsh makes of a script, 14 elements along its longest side."""
    with gmsh_model():
        gmsh.merge(str(script))
        box = gmsh.model.getBoundingBox(-1, -1)
        for bound in ("Min", "Max"):
            gmsh.option.setNumber(f"Mesh.MeshSize{bound}", (box[3] - box[0]) / 14)
        gmsh.model.mesh.generate(2)
        gmsh.write(str(mesh))


@pytest.mark.process
@pytest.mark.parametrize(("unit", "factor"), [("m", 1e-6), ("mm", 1e-3), ("nm", 1e3), ("um", 1.0)])
@pytest.mark.parametrize("suffix", [".geo", ".msh"])
def test_a_geometry_in_another_unit_is_the_same_cell(
    own: Callable[..., Scenario], unit: str, factor: float, suffix: str
) -> None:
    cell = load_cell(own(SCALED.format(unit=factor), unit, suffix))
    assert cell.volume("electrolyte") == pytest.approx(200.0)
    assert cell.volume("lithium") == pytest.approx(40.0)
    assert np.ptp(cell.points, axis=0) == pytest.approx([20.0, 12.0])


@pytest.mark.process
@pytest.mark.parametrize("suffix", [".geo", ".msh"])
def test_a_box_in_metres_is_refused_with_the_unit_that_makes_it_right(
    own: Callable[..., Scenario], suffix: str
) -> None:
    with pytest.raises(GeometryError) as error:
        load_cell(own(SCALED.format(unit=1e-6), suffix=suffix))
    for words in ("2e-05 x 1.2e-05 µm", "0.5 µm", 'geometry.unit = "m"', "20 x 12 µm", "E147"):
        assert words in str(error.value)


@pytest.mark.process
@pytest.mark.parametrize("suffix", [".geo", ".msh"])
def test_a_box_in_nanometres_has_too_many_elements_as_a_script_and_as_a_mesh(
    own: Callable[..., Scenario], suffix: str
) -> None:
    with pytest.raises(GeometryError, match=r'limit of 50000.*geometry.unit = "nm".*E143'):
        load_cell(own(SCALED.format(unit=1e3), suffix=suffix))


@pytest.mark.process
def test_a_mesh_that_is_not_remeshed_is_held_against_its_own_elements(
    own: Callable[..., Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    large = own(SCALED.format(unit=1e3), suffix=".msh", interface="fixed")
    count = len(load_cell(large).simplices)
    monkeypatch.setitem(mesh_estimate.MOST_CELLS, 2, count - 1)
    with pytest.raises(GeometryError, match=f"{count} elements, more than.*E146"):
        load_cell(large)
