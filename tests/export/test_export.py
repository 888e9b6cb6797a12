"""Exports: read back by VTK, meshio and Gmsh to the last digit; errors."""

from __future__ import annotations

import ast
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import h5py
import meshio
import numpy as np
import pytest
import pyvista
from helpers.cells_for_results import bump, flat, flux, state_of
from typer.testing import CliRunner
from vtkmodules.vtkIOHDF import vtkHDFReader

from deposition.cli import app
from deposition.common import package_data as shipped
from deposition.common.errors import ExportError, ResultsError
from deposition.common.provenance import provenance
from deposition.export import export
from deposition.export.formats import FORMATS, SCENE
from deposition.export.names import without_slash
from deposition.export.paraview import Limits, current_colours
from deposition.export.snapshots import chosen
from deposition.recorders.vtk import VtkSeries
from deposition.results.arrays import SERIES
from deposition.results.pvd import read_pvd
from deposition.results.result import ResultsFolder
from deposition.results.vtu import Grid, read_vtu, write_vtu

TIMES = (0.0, 60.0, 125.5)
ARRAYS = ("vtk", "xdmf", "msh", "med")
MESHES = ("inp", "mesh", "ply", "obj", "off")


@pytest.fixture(params=[2, 3])
def dim(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def record(folder: Path, dim: int) -> Path:
    """A result of three states; the second has another mesh, the third one region more."""
    scale = np.array([1.1, 0.7, 1.3])[-dim:]

    def dead(x: np.ndarray) -> np.ndarray:
        return (x[:, 0] > 12 / (4 - dim) ** 2) & (x[:, -1] > 1) & (x[:, -1] < 2)

    cells = (flat(dim), flat(dim, bump(dim)), flat(dim, bump(dim), dead=dead))
    with ResultsFolder.create(folder / "made") as results:
        results.write_provenance(provenance(["run", "made"]))
        series = VtkSeries(results.path, flux)
        for step, (cell, time) in enumerate(zip(cells, TIMES, strict=True)):
            moved = cell.with_points(cell.points * scale / 3.0)
            series.record(state_of(moved, step, time, 36.0 * time, 0.02 + 0.001 * step))
        series.close()
    return folder / "made"


@pytest.fixture
def made(tmp_path: Path, dim: int) -> Path:
    return record(tmp_path, dim)


def grids(folder: Path, series: str) -> list[Grid]:
    """The recorded grids of a series."""
    return [read_vtu(folder / file) for _, file in read_pvd(folder / f"{series}.pvd")]


def vtkhdf_steps(path: Path) -> list[tuple[float, pyvista.UnstructuredGrid]]:
    """Time and grid of every state, as VTK reads them."""
    reader = vtkHDFReader()
    reader.SetFileName(str(path))
    reader.UpdateInformation()
    steps = []
    for index in range(reader.GetNumberOfSteps()):
        reader.SetStep(index)
        reader.Update()
        steps.append((reader.GetTimeValue(), pyvista.wrap(reader.GetOutput()).copy()))
    return steps


def assert_same(mesh: pyvista.UnstructuredGrid, grid: Grid) -> None:
    """Points, cells, arrays and single numbers are those recorded, exactly."""
    assert np.array_equal(mesh.points, grid.points)
    assert np.array_equal(mesh.cells_dict[mesh.celltypes[0]], grid.simplices)
    for data, expected in (
        (mesh.point_data, grid.point_data),
        (mesh.cell_data, grid.cell_data),
        (mesh.field_data, {name: [value] for name, value in grid.field_data.items()}),
    ):
        names = {name if name in data else without_slash(name): name for name in expected}
        assert set(names) <= set(data.keys())
        for name, recorded in names.items():
            assert np.array_equal(data[name], expected[recorded]), name


def test_vtkhdf_holds_every_state_exactly(made: Path) -> None:
    files = export(made, "vtkhdf")
    assert [file.name for file in files] == [f"{series}.vtkhdf" for series in SERIES]
    for series, file in zip(SERIES, files, strict=True):
        assert file.parent == made / "export"
        steps = vtkhdf_steps(file)
        assert tuple(time for time, _ in steps) == TIMES
        recorded = grids(made, series)
        sizes = {grid.simplices.shape for grid in recorded}
        assert len(sizes) > 1, "the mesh must change for this test to say anything"
        for (_, mesh), grid in zip(steps, recorded, strict=True):
            assert_same(mesh, grid)


def test_vtkhdf_names_keep_their_units_without_a_slash(made: Path) -> None:
    files = export(made, "vtkhdf")
    with h5py.File(files[0]) as file:
        assert set(file["VTKHDF/PointData"]) == {"Concentration [mol m^-3]", "Potential [V]"}
        assert set(file["VTKHDF/CellData"]) == {"Li+ flux [mol m^-2 s^-1]"}
        assert file["VTKHDF"].attrs["Version"].tolist() == [2, 0]
        assert "Capacity [mAh cm^-2]" in file["VTKHDF/FieldData"]


def test_vtkhdf_codes_a_region_before_its_first_state_as_absent(tmp_path: Path) -> None:
    made, name = record(tmp_path, 2), "Region: dead_lithium"
    first = grids(made, "bodies")[0]
    fewer = {key: value for key, value in first.field_data.items() if key != name}
    write_vtu(made / "vtk" / "bodies_000000.vtu", replace(first, field_data=fewer))
    (file,) = export(made, "vtkhdf", series=["bodies"])
    assert [mesh.field_data[name][0] for _, mesh in vtkhdf_steps(file)] == [-1, 2, 2]


def test_snapshots_are_selected(tmp_path: Path) -> None:
    made = record(tmp_path, 2)
    (file,) = export(made, "vtkhdf", series=["surface"], snapshots="1:")
    assert [time for time, _ in vtkhdf_steps(file)] == list(TIMES[1:])
    names = [file.name for file in export(made, "vtu", series=["surface"], snapshots="first,-1")]
    assert names == ["surface_000000.vtu", "surface_000002.vtu"]


def test_the_old_keyword_frames_works_with_a_warning(tmp_path: Path) -> None:
    made = record(tmp_path, 2)
    with pytest.warns(FutureWarning, match=r"frames is now called snapshots.*0\.3"):
        (file,) = export(made, "vtu", series=["surface"], frames="0")
    assert file.name == "surface_000000.vtu"


def test_the_old_option_frames_works_with_a_warning_and_is_hidden(tmp_path: Path) -> None:
    words = ["export", str(record(tmp_path, 2)), "--format", "vtu", "--series", "surface"]
    result = CliRunner().invoke(app, [*words, "--frames", "0"])
    assert result.exit_code == 0, result.output
    assert [Path(line).name for line in result.stdout.split()] == ["surface_000000.vtu"]
    warning = "Warning: --frames is now called --snapshots; the old name works until version 0.3"
    assert result.stderr.splitlines() == [warning]
    assert "--frames" not in CliRunner().invoke(app, ["export", "--help"]).stdout


@pytest.mark.parametrize(
    ("text", "indices"),
    [("all", [0, 1, 2, 3]), ("last", [3]), ("-1, 0,0", [0, 3]), ("::2", [0, 2]), ("1:-1", [1, 2])],
)
def test_words_indices_and_ranges_select_snapshots(text: str, indices: list[int]) -> None:
    assert chosen(text, 4) == indices


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "E707"), ("1.5", "E707"), ("some", "E707"), ("1:2:3:4", "E707"), ("4", "E709"),
        ("-5", "E709"), ("0:3:0", "E708"), ("9:", "E706"),
    ],
)  # fmt: skip
def test_an_invalid_selection_of_snapshots_is_refused(text: str, code: str) -> None:
    with pytest.raises(ExportError, match=code) as refused:
        chosen(text, 4)
    assert repr(text) in str(refused.value)


def test_vtu_and_legacy_vtk_hold_all(made: Path) -> None:
    for name in ("vtu", "vtk"):
        for series, file in zip(SERIES, export(made, name), strict=True):
            assert_same(pyvista.read(file), grids(made, series)[-1])


@pytest.mark.parametrize("name", ["xdmf", "msh", "med"])
def test_meshio_reads_points_cells_and_arrays_exactly(name: str, made: Path) -> None:
    for series, file in zip(SERIES, export(made, name), strict=True):
        grid, mesh = grids(made, series)[-1], meshio.read(file)
        assert np.array_equal(mesh.points, grid.points)
        assert np.array_equal(mesh.cells[0].data, grid.simplices)
        for array, expected in grid.point_data.items():
            assert np.array_equal(mesh.point_data[_in(name, array)], expected), array
        for array, expected in grid.cell_data.items():
            assert np.array_equal(mesh.cell_data[_in(name, array)][0], expected), array


def _in(name: str, array: str) -> str:
    """Name of an array in the format."""
    return without_slash(array) if name == "med" else array


@pytest.mark.parametrize("name", MESHES)
def test_mesh_formats_hold_points_and_cells_exactly(name: str, made: Path) -> None:
    files = export(made, name)
    assert files
    for file in files:
        grid, mesh = read_vtu(made / "vtk" / f"{file.stem}.vtu"), meshio.read(file)
        assert np.array_equal(mesh.points, grid.points)
        assert np.array_equal(mesh.cells[0].data, grid.simplices)


def test_stl_is_the_same_surface(tmp_path: Path) -> None:
    made = record(tmp_path, 3)
    (file,) = export(made, "stl", series=["surface"])
    grid = grids(made, "surface")[-1]
    corners = meshio.read(file)
    triangles = corners.points[corners.cells[0].data]
    assert np.allclose(triangles, grid.points[grid.simplices], rtol=1e-12)


def test_gmsh_itself_opens_the_mesh(tmp_path: Path) -> None:
    gmsh = pytest.importorskip("gmsh")
    (file,) = export(record(tmp_path, 2), "msh", series=["electrolyte"])
    gmsh.initialize(interruptible=False)
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        gmsh.open(str(file))
        tags = gmsh.view.getTags()
        names = {gmsh.view.option.getString(tag, "Name") for tag in tags}
        count = len(gmsh.model.mesh.getNodes()[0])
    finally:
        gmsh.finalize()
    assert {"Concentration [mol/m^3]", "Li+ flux [mol/m^2/s]"} <= names
    assert count == len(read_vtu(tmp_path / "made/vtk/electrolyte_000002.vtu").points)


def test_every_format_is_read_back_by_a_test() -> None:
    assert set(FORMATS) == {"vtkhdf", "paraview", "vtu", *ARRAYS, *MESHES, "stl"}


def test_every_format_is_in_the_documentation_and_the_help() -> None:
    page = (shipped.PACKAGE.parent / "docs" / "export.md").read_text(encoding="utf-8")
    help_text = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["export", "--help"]).stdout
    for name in FORMATS:
        assert f"`{name}`" in page, name
        assert name in help_text, name


def test_overwriting_a_result_removes_its_exports(tmp_path: Path) -> None:
    made = record(tmp_path, 2)
    for name in FORMATS:
        export(made, name)
    (made / "export" / "mine.txt").write_text("kept")
    ResultsFolder.create(made, overwrite=True).close()
    assert [file.name for file in _all(made / "export")] == ["mine.txt"]


def test_a_series_that_a_format_cannot_hold_is_left_out_or_refused(tmp_path: Path) -> None:
    made = record(tmp_path, 2)
    names = {file.stem[: -len("_000002")] for file in export(made, "stl")}
    assert names == {"electrolyte", "bodies"}
    with pytest.raises(ExportError, match=r"stl .* surface: .* lines.*E710"):
        export(made, "stl", series=["surface", "bodies"], output=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unknown_name_suggests_the_nearest(tmp_path: Path) -> None:
    made = record(tmp_path, 2)
    with pytest.raises(ExportError, match=r'Did you mean "vtkhdf".*E705'):
        export(made, "vtkhfd")
    with pytest.raises(ExportError, match=r'Did you mean "surface".*E700'):
        export(made, "vtu", series=["surfaces"])
    with pytest.raises(ResultsError, match=r"E460"):
        export(tmp_path / "nowhere", "vtu")
    with pytest.raises(ExportError, match=r"E704"):
        export(made, "paraview", snapshots="0")


def test_a_target_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    made = record(tmp_path, 2)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ExportError, match=r"E701"):
        export(made, "vtu", output=tmp_path / "file")
    with pytest.raises(ExportError, match=r"/proc/none: .*E702"):
        export(made, "vtu", output=Path("/proc/none"))
    (tmp_path / "full" / "surface_000002.vtu").mkdir(parents=True)
    with pytest.raises(ExportError, match=r"surface_000002\.vtu.*E703"):
        export(made, "vtu", output=tmp_path / "full")
    assert len(list((tmp_path / "full").iterdir())) == 1


@pytest.mark.parametrize("name", ["vtkhdf", "xdmf"])
def test_a_failed_export_keeps_the_files_of_the_last_one(name: str, tmp_path: Path) -> None:
    made = record(tmp_path, 2)
    before = {file.name: file.read_bytes() for file in _all(export(made, name)[0].parent)}
    (made / "vtk" / "bodies_000002.vtu").write_text("cut short")
    with pytest.raises(ResultsError, match=r"bodies_000002\.vtu.*E467"):
        export(made, name, snapshots="0:")
    assert {file.name: file.read_bytes() for file in _all(made / "export")} == before


def _all(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def test_the_command_prints_the_files(tmp_path: Path) -> None:
    made = record(tmp_path, 2)
    words = ["export", str(made), "--format", "vtk", "--series", "surface, bodies"]
    result = CliRunner().invoke(app, [*words, "--snapshots", "0"])
    assert result.exit_code == 0, result.output
    written = [Path(line).name for line in result.stdout.split()]
    assert written == ["surface_000000.vtk", "bodies_000000.vtk"]
    failed = CliRunner().invoke(app, ["export", str(made), "--format", "vkt"])
    assert failed.exit_code == 1
    assert "Did you mean" in failed.stderr


def test_several_results_get_one_folder_each(tmp_path: Path) -> None:
    made, out = record(tmp_path, 2), tmp_path / "out"
    shutil.copytree(made, tmp_path / "other")
    words = ["export", str(made), str(tmp_path / "other"), "--format", "vtu", "--series", "bodies"]
    result = CliRunner().invoke(app, [*words, "--output", str(out)])
    assert result.exit_code == 0, result.output
    written = {str(file.relative_to(out)) for file in out.rglob("*.vtu")}
    assert written == {"made/bodies_000002.vtu", "other/bodies_000002.vtu"}
    missing = CliRunner().invoke(app, ["export", str(made), str(tmp_path / "nowhere")])
    assert missing.exit_code == 1
    assert not (made / "export").exists(), "all results are opened before the first file is written"


def test_the_paraview_scene_compiles_and_names_the_recorded_arrays(made: Path, dim: int) -> None:
    (scene,) = export(made, "paraview")
    assert scene.name == SCENE
    tree = ast.parse(scene.read_text(encoding="utf-8"))
    compile(tree, scene.name, "exec")
    known = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                known[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    assert known["DIMENSION"] == dim
    assert (scene.parent / known["RESULT"]).resolve() == made.resolve()
    assert Path(known["RESULT_WAS"]) == made.resolve()
    text = scene.read_text(encoding="utf-8")
    for series in SERIES:
        assert f'opened("{series}")' in text
        assert (made / f"{series}.pvd").is_file()
    electrolyte, surface = grids(made, "electrolyte")[0], grids(made, "surface")[0]
    assert known["CONCENTRATION"][0] in electrolyte.point_data
    assert known["CURRENT"][0] in surface.cell_data
    assert [name for _, name, _ in known["REGION"][1]] == ["lithium", "dead_lithium"]
    values = known["CONCENTRATION"][1][::4]
    recorded = np.concatenate(
        [grid.point_data["Concentration [mol/m^3]"] for grid in grids(made, "electrolyte")]
    )
    assert values[0] == pytest.approx(recorded.min(), rel=1e-2)
    assert values[-1] == pytest.approx(recorded.max(), rel=1e-2)


def test_limits_exclude_outliers() -> None:
    limits = Limits()
    limits.take(np.append(np.linspace(0.0, 1.0, 9999), 1e9))
    limits.take(np.linspace(0.5, 2.0, 100))
    assert limits.ends == pytest.approx((0.0, 2.0), abs=0.01)


def test_colours_of_currents_of_both_signs_are_centred_at_zero() -> None:
    assert current_colours(-3.0, 5.0)[1:] == (-5.0, 5.0)
    assert current_colours(-0.01, 5.0)[1:] == (0.0, 5.0)
    assert current_colours(-5.0, 0.01)[1:] == (-5.0, 0.0)


@pytest.mark.skipif(shutil.which("pvpython") is None, reason="there is no pvpython (ParaView)")
def test_paraview_draws_the_scene(made: Path) -> None:
    (scene,) = export(made, "paraview")
    # Some builds draw through X alone.
    display = ["xvfb-run", "-a"] if shutil.which("xvfb-run") else []
    words = [*display, "pvpython", "--force-offscreen-rendering", scene.name, "picture.png"]
    done = subprocess.run(words, cwd=scene.parent, capture_output=True, text=True, check=False)
    assert (scene.parent / "picture.png").is_file(), done.stderr
