"""What a run writes reads back, in VTK and in meshio, with the documented names, units, numbers."""

from __future__ import annotations

import io
import logging
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import meshio
import numpy as np
import pytest
import pyvista
from helpers.cells_for_results import FILMS, SLOPES, bump, film_on, flat, flux, state_of
from helpers.states import changed
from rich.console import Console

from deposition.analysis.dissipation import Heat, dissipation
from deposition.analysis.morphology import Reference
from deposition.common.clock import as_clock
from deposition.common.errors import ResultsError
from deposition.laws.electrolyte import Ohmic
from deposition.mesh.cell import Cell, metal_volume
from deposition.mesh.surface import extract_surface
from deposition.protocol import ConstantCurrent, ConstantVoltage, ProtocolPlan, ProtocolStep
from deposition.recorders.history import History
from deposition.recorders.invariant_monitor import InvariantMonitor
from deposition.recorders.log import RunLog
from deposition.recorders.pace import Pace, worst_quality
from deposition.recorders.progress import ProgressBar, ProgressLines
from deposition.recorders.snapshots import snapshot_of
from deposition.recorders.vtk import VtkSeries
from deposition.results.arrays import from_grids, to_grids
from deposition.results.pvd import read_pvd
from deposition.results.vtu import Grid, read_vtu, write_vtu
from deposition.simulation.state import Balance, State

POINT_ARRAYS = {"Concentration [mol/m^3]", "Potential [V]"}
SURFACE_ARRAYS = {
    "Current density [A/m^2]",
    "Film resistance [ohm cm^2]",
    "Film thickness [nm]",
    "Charge passed [mAh/cm^2]",
    "Film component",
    "Film fraction LiF",
    "Film fraction LiI",
    "Film fraction none",
    "Film volume per area LiF [nm]",
    "Film volume per area LiI [nm]",
    "Film volume per area none [nm]",
    "Electrode",
    "Body",
}
CELL_TYPES = {"electrolyte": ("triangle", "tetra"), "surface": ("line", "triangle")}


MECHANISMS = ("ohmic", "concentration", "film", "charge_transfer", "capillarity")
WHOLE = ProtocolPlan((ProtocolStep(ConstantCurrent(5.0), capacity=36000.0),))
"""Plates 1 mAh/cm²."""


def run_of(dim: int, folder: Path) -> None:
    """Three states, the second of which is no frame."""
    series = VtkSeries(folder, flux)
    series.record(state_of(flat(dim)))
    series.record(state_of(flat(dim, bump(dim)), 1, 60.0, 1800.0, is_snapshot=False))
    series.record(state_of(flat(dim, bump(dim)), 2, 120.0, 3600.0))
    series.close()


@pytest.fixture(params=[2, 3])
def dim(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def recorded(dim: int, tmp_path: Path) -> Path:
    run_of(dim, tmp_path)
    return tmp_path


def test_vtk_reads_the_series_with_times(dim: int, recorded: Path) -> None:
    for series in ("electrolyte", "surface", "bodies"):
        reader = pyvista.get_reader(recorded / f"{series}.pvd")
        assert reader.time_values == [0.0, 120.0]
        reader.set_active_time_value(120.0)
        block = reader.read()[0]
        assert block.n_cells > 0
        assert block.field_data["Capacity [mAh/cm^2]"][0] == pytest.approx(0.1)
        assert block.field_data["Voltage [V]"][0] == pytest.approx(0.02)
        assert block.field_data["Step"][0] == 2


def test_vtk_and_meshio_read_the_electrolyte(dim: int, recorded: Path) -> None:
    path = recorded / "vtk" / "electrolyte_000002.vtu"
    vtk, other = pyvista.read(path), meshio.read(path)
    assert set(vtk.point_data.keys()) == set(other.point_data) == POINT_ARRAYS
    assert set(vtk.cell_data.keys()) == set(other.cell_data) == {"Li+ flux [mol/m^2/s]"}
    assert [block.type for block in other.cells] == [CELL_TYPES["electrolyte"][dim - 2]]
    slope = np.array(SLOPES[dim])
    for points, values in (
        (vtk.points, vtk.point_data["Concentration [mol/m^3]"]),
        (other.points, other.point_data["Concentration [mol/m^3]"]),
    ):
        assert np.allclose(values, 1000.0 + points[:, :dim] @ slope, rtol=1e-14)
        assert points.shape[1] == 3
        assert dim == 3 or (points[:, 2] == 0).all()
    simplices = other.cells[0].data
    middle = other.point_data["Concentration [mol/m^3]"][simplices].mean(axis=1)
    expected = -1e-10 * np.tile(slope, (len(simplices), 1)) * 1e6  # ∇c per µm is 1e6 per m
    expected[:, -1] -= 1e-12 * middle * 1e3  # ∇φ = 1e-3 V/µm
    for values in (vtk.cell_data["Li+ flux [mol/m^2/s]"], *other.cell_data["Li+ flux [mol/m^2/s]"]):
        assert np.allclose(values[:, :dim], expected, rtol=1e-9)
        assert values.shape[1] == 3


def test_vtk_and_meshio_read_the_surface(dim: int, recorded: Path) -> None:
    path = recorded / "vtk" / "surface_000000.vtu"
    vtk, other = pyvista.read(path), meshio.read(path)
    assert set(vtk.cell_data.keys()) == set(other.cell_data) == SURFACE_ARRAYS
    assert [block.type for block in other.cells] == [CELL_TYPES["surface"][dim - 2]]
    surface = extract_surface(flat(dim))
    for values, expected in {
        "Current density [A/m^2]": state_of(flat(dim)).current_density,
        "Film resistance [ohm cm^2]": np.full(surface.size, 6.0),
        "Film thickness [nm]": np.full(surface.size, 20.0),
        "Charge passed [mAh/cm^2]": np.arange(surface.size) / 3.6e4,
        "Film component": np.argmax(film_on(surface).fractions, axis=1),
        "Electrode": surface.electrode,
    }.items():
        assert np.allclose(vtk.cell_data[values], expected)
        assert np.allclose(other.cell_data[values][0], expected)
    assert [vtk.field_data[f"Film component: {name}"][0] for name in FILMS] == [0, 1, 2]
    assert other.field_data["Electrode: counter"][0] == 3


def test_vtk_and_meshio_read_the_bodies(dim: int, recorded: Path) -> None:
    path = recorded / "vtk" / "bodies_000002.vtu"
    vtk, other = pyvista.read(path), meshio.read(path)
    lithium = vtk.field_data["Region: lithium"][0]
    assert lithium == other.field_data["Region: lithium"][0] == 1
    assert (vtk.cell_data["Region"] == lithium).all()
    assert (other.cell_data["Body"][0] == 0).all()
    volume = flat(dim, bump(dim)).volume("lithium")
    sizes = vtk.compute_cell_sizes()
    assert sizes.cell_data["Area" if dim == 2 else "Volume"].sum() == pytest.approx(volume)


def test_initial_surface_is_recorded_once(recorded: Path) -> None:
    first = read_vtu(recorded / "initial_surface.vtu")
    same = read_vtu(recorded / "vtk" / "surface_000000.vtu")
    assert np.array_equal(first.points, same.points)
    assert np.array_equal(first.simplices, same.simplices)


def test_only_frames_are_written_and_the_last_state_whatever_it_is(tmp_path: Path) -> None:
    series = VtkSeries(tmp_path, flux)
    steps = [state_of(flat(2), step, 10.0 * step, is_snapshot=step in (0, 2)) for step in range(5)]
    for state in steps:
        series.record(state)
    assert [time for time, _ in read_pvd(tmp_path / "bodies.pvd")] == [0.0, 20.0]
    series.close()
    assert [time for time, _ in read_pvd(tmp_path / "bodies.pvd")] == [0.0, 20.0, 40.0]
    assert len(list((tmp_path / "vtk").glob("*.vtu"))) == 9
    assert not list(tmp_path.rglob("*.part"))


def test_a_crash_while_writing_leaves_the_files_before_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = VtkSeries(tmp_path, flux)
    series.record(state_of(flat(2)))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("deposition.common.atomic_files.os.fsync", full)
    with pytest.raises(ResultsError, match="No space left on device"):
        series.record(state_of(flat(2), 1, 1.0))
    assert [file for _, file in read_pvd(tmp_path / "bodies.pvd")] == ["vtk/bodies_000000.vtu"]
    assert not list(tmp_path.rglob("*000001*"))


def test_grids_and_back_is_the_same_snapshot(dim: int, tmp_path: Path) -> None:
    before = snapshot_of(state_of(flat(dim, bump(dim)), 7, 42.0, 1234.5), flux)
    for name, grid in to_grids(before).items():
        write_vtu(tmp_path / f"{name}.vtu", grid)
    names = ("electrolyte", "surface", "bodies")
    after = from_grids({name: read_vtu(tmp_path / f"{name}.vtu") for name in names})
    assert (after.step, after.time, after.voltage, after.void_area) == (7, 42.0, 0.02, 0.25)
    assert after.capacity == pytest.approx(1234.5, rel=1e-14)
    assert after.surface.films == FILMS
    assert after.bodies.regions == before.bodies.regions
    for part in names:
        one, two = getattr(before, part), getattr(after, part)
        for field, values in vars(one).items():
            if isinstance(values, np.ndarray):
                assert values.dtype == getattr(two, field).dtype, field
                assert np.allclose(values, getattr(two, field), rtol=1e-14, atol=0), field


def test_a_snapshot_knows_its_box_and_names(dim: int) -> None:
    shot = snapshot_of(state_of(flat(dim, bump(dim), collector=True)), flux)
    assert shot.dim == dim
    assert shot.bounds[:, 0].tolist() == [0.0, 20.0 if dim == 2 else 4.0]
    assert shot.bounds[:, -1].tolist() == [-2.0, 10.0 if dim == 2 else 4.0]
    volumes = np.abs(shot.bodies.as_cell().volumes)
    assert volumes[shot.bodies.named("collector")].sum() == pytest.approx(20 if dim == 2 else 16)
    assert not shot.bodies.named("dead_lithium:elsewhere").any()
    assert (shot.surface.film[shot.surface.on("counter")] == FILMS.index("none")).all()


def test_reading_something_else_as_vtu_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.vtu"
    for content in ("", "<VTKFile/>", "<VTKFile><UnstructuredGrid/></VTKFile>"):
        path.write_text(content)
        with pytest.raises(ResultsError, match=r"cannot read .*x\.vtu"):
            read_vtu(path)
    with pytest.raises(ResultsError, match="cannot read"):
        read_vtu(tmp_path / "missing.vtu")


def test_a_file_without_our_arrays_is_refused() -> None:
    grid = Grid(np.zeros((3, 3)), np.array([[0, 1, 2]]))
    with pytest.raises(ResultsError, match="no array"):
        from_grids({"electrolyte": grid, "surface": grid, "bodies": grid})


def history_of(cell: Cell, path: Path) -> History:
    state = state_of(cell)
    return History(path, Reference.of(cell, state.surface, state.film))


def test_history_has_a_row_a_step_and_units_in_its_names(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    history = history_of(flat(2), path)
    history.record(state_of(flat(2)))
    history.record(state_of(flat(2, bump(2)), 1, 60.0, 3600.0, 0.031))
    # Read before it is closed: a row is on disk as soon as it is recorded.
    table = np.genfromtxt(path, delimiter=",", names=True)
    history.close()
    assert len(table) == 2
    last = {name: float(table[name][1]) for name in table.dtype.names or ()}
    expected = {
        "step": 1,
        "protocol_step": 1,
        "time_s": 60.0,
        "time_step_s": 2.0,
        "capacity_mAh_cm2": 0.1,
        "voltage_V": 0.031,
        "current_density_A_m2": 20.0,
        "current_min_A_m2": 5.5,
        "current_max_A_m2": 24.5,
        "height_mean_um": 0.75,
        "height_max_um": 3.0,
        "height_min_um": 0.0,
        "roughness_rms_um": 3 * np.sqrt(3) / 4,
        "peak_to_valley_um": 3.0,
        "roughness_factor": 1.3,
        "lithium_area_um2": metal_volume(flat(2, bump(2))),
        "void_area_um2": 0.25,
        "c_min_mol_m3": 970.0,
        "c_max_mol_m3": 1040.0,
        **{f"power_{name}_W_m2": 0.0 for name in MECHANISMS},
        "faraday_error": 1e-5,
        "salt_error": 2e-12,
        "salt_correction": 3e-4,
        "pocket_salt_correction": 6e-4,
        "volume_correction": 4e-3,
        "film_error": 5e-7,
        "dead_lithium_error": 3e-8,
        "dead_lithium_net_current": 4e-15,
        "vertices": 21 * 13,
        "newton_iterations": 4,
        "seconds": 0.5,
        "solve_seconds": 0.0,
        "mmg_seconds": 0.0,
    }
    ratio = last.pop("current_p99_over_mean")
    assert last == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert ratio == pytest.approx(24.5 / np.average(*_working_current(flat(2, bump(2)))))


def _working_current(cell: Cell) -> tuple[np.ndarray, None, np.ndarray]:
    surface = extract_surface(cell)
    working = surface.working
    return 5.0 + surface.midpoint[working, 0], None, surface.area[working]


def test_history_in_3d_calls_a_void_a_volume(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    history = history_of(flat(3), path)
    history.record(state_of(flat(3)))
    history.close()
    header = path.read_text().splitlines()[0].split(",")
    assert "void_volume_um3" in header
    assert "void_area_um2" not in header


def test_history_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"cannot write .*history\.csv"):
        history_of(flat(2), tmp_path / "missing" / "history.csv")


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "vtk").write_text("mine")
    with pytest.raises(ResultsError, match=r"cannot make .*vtk: File exists"):
        VtkSeries(tmp_path, flux)
    with pytest.raises(ResultsError, match=r"cannot write .*run\.log: No such file"):
        RunLog(tmp_path / "missing" / "run.log", WHOLE)


@pytest.mark.parametrize("content", ["", "<VTKFile><DataSet/></VTKFile>"])
def test_reading_something_else_as_pvd_says_so(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.pvd").write_text(content)
    with pytest.raises(ResultsError, match=r"cannot read .*x\.pvd as a \.pvd series"):
        read_pvd(tmp_path / "x.pvd")


def test_worst_quality_is_one_for_a_regular_simplex() -> None:
    triangle = flat(2)
    none = np.empty((0, 2), dtype=np.int64)
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])
    regular = Cell(
        corners, np.array([[0, 1, 2]]), np.zeros(1, np.int64), ("x",), none, none[:, 0], ()
    )
    assert worst_quality(regular) == pytest.approx(1.0)
    assert worst_quality(triangle) == pytest.approx(4 * np.sqrt(3) * 0.5 / 4)
    flattened = triangle.with_points(triangle.points * [1.0, 1e-6])
    assert worst_quality(flattened) < 1e-5


def test_worst_quality_of_a_regular_tetrahedron_is_one() -> None:
    corners = np.array([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    none = np.empty((0, 3), dtype=np.int64)
    regular = Cell(
        corners, np.array([[0, 1, 2, 3]]), np.zeros(1, np.int64), ("x",), none, none[:, 0], ()
    )
    assert worst_quality(regular) == pytest.approx(1.0)


def test_time_left_follows_the_charge(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 110.0])
    monkeypatch.setattr("deposition.recorders.pace.time.monotonic", lambda: next(clock))
    pace = Pace(WHOLE)
    first = pace.line(state_of(flat(2)))
    assert "left ?" in first
    second = pace.line(state_of(flat(2), 1, 60.0, 3600.0))
    assert pace.seconds_left() == pytest.approx(90.0)
    quality = worst_quality(flat(2))
    assert second == (
        f"0.1000 of 1 mAh/cm²  20 mV  salt ≥ 970 mol/m³  mesh ≥ {quality:.2f}  step 1 (2 s)  "
        "left 1:30"
    )


def test_the_facts_of_a_long_run_fit_a_terminal() -> None:
    state = state_of(flat(2), 12345, 1e5, 3.3333e4, -0.1234567)
    assert len(Pace(WHOLE).facts(state)) < 78


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0:00"), (3723, "1:02:03"), (59.6, "1:00"), (float("nan"), "?")]
)
def test_clock(seconds: float, text: str) -> None:
    assert as_clock(seconds) == text


def test_without_a_terminal_there_are_plain_lines_first_and_last() -> None:
    screen = io.StringIO()
    recorder = ProgressLines(Console(file=screen, width=40), "be", WHOLE)
    assert isinstance(recorder, ProgressLines)
    for step in range(4):
        recorder.record(state_of(flat(2), step, 60.0 * step, 3600.0 * step))
    recorder.close()
    recorder.close()
    lines = screen.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("be: 0.0000 of 1 mAh/cm²")
    assert lines[1].startswith("be: 0.3000 of 1 mAh/cm²")
    assert "\x1b" not in screen.getvalue()


def test_on_a_terminal_there_is_a_bar() -> None:
    screen, threads = io.StringIO(), threading.active_count()
    recorder = ProgressBar(Console(file=screen, force_terminal=True, width=80), "be [a]", WHOLE)
    assert isinstance(recorder, ProgressBar)
    recorder.record(state_of(flat(2), 3, 180.0, 9000.0))
    assert threading.active_count() == threads, "a thread would take the signals meant for the run"
    recorder.close()
    for whole in ("be [a]", "25%", "left ?", "0.2500 of 1 mAh/cm²", "mesh ≥", "step 3 (2 s)"):
        assert whole in screen.getvalue(), "on a terminal of the usual width"


def test_a_quiet_console_shows_nothing() -> None:
    screen = io.StringIO()
    for terminal, kind in ((True, ProgressBar), (False, ProgressLines)):
        console = Console(file=screen, force_terminal=terminal, quiet=True)
        recorder = kind(console, "be", WHOLE)
        recorder.record(state_of(flat(2)))
        recorder.close()
    assert screen.getvalue() == ""


def test_run_log_keeps_states_and_what_the_package_says(tmp_path: Path) -> None:
    package = logging.getLogger("deposition")
    before = (list(package.handlers), package.level)
    log = RunLog(tmp_path / "run.log", WHOLE)
    log.record(state_of(flat(2)))
    logging.getLogger("deposition.interface_state").warning("the step was halved")
    log.close()
    logging.getLogger("deposition.interface_state").warning("too late")
    first, second = (tmp_path / "run.log").read_text(encoding="utf-8").splitlines()
    assert "INFO 0.0000 of 1 mAh/cm²" in first
    assert second.endswith("WARNING the step was halved")
    assert (list(package.handlers), package.level) == before


def test_recorded_state_may_lack_a_film(tmp_path: Path) -> None:
    """A single film component is a table of one column, not a row."""
    state = state_of(flat(2))
    film = replace(state.film, fractions=np.ones((state.surface.size, 1)), films=("LiF",))
    grids = to_grids(snapshot_of(changed(state, film=film), flux))
    assert from_grids(grids).surface.fractions.shape == (state.surface.size, 1)


def test_where_only_the_time_is_known_progress_is_that_of_time() -> None:
    pace = Pace(ProtocolPlan((ProtocolStep(ConstantVoltage(0.01), duration=240.0),)))
    facts = pace.facts(state_of(flat(2), 1, 60.0, 3.6e3))
    assert facts.startswith("0.1000 mAh/cm², 60 of 240 s  ")
    assert pace.done(state_of(flat(2), 1, 60.0, 3.6e3)) == pytest.approx(0.25)


JOULE = dissipation(Ohmic(0.35), 298.15)


def watched(*states: State, heat: Heat | None = None) -> str:
    """What is said of these states."""
    screen = io.StringIO()
    watch = InvariantMonitor(Console(file=screen, width=200), "be [a]", heat or JOULE)
    for state in states:
        watch.record(state)
    watch.close()
    return screen.getvalue()


def even(dim: int, **changes: Any) -> State:
    """A state whose currents cancel."""
    state = state_of(flat(dim))
    counter, area = state.surface.on("counter"), state.surface.area
    others = ~counter & state.surface.working
    current = np.where(others, 1.0 / area[others].sum(), 0.0)
    current[counter] = -1.0 / area[counter].sum()
    return changed(state, current_density=current, **changes)


def test_a_balance_that_is_not_kept_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    broken = even(2, step=7, balance=Balance(faraday_error=1e-3, film_error=float("nan")))
    said = watched(even(2), broken, broken)
    assert said.count("Warning") == 2
    assert "film_error is nan" in said and "faraday_error is 1.0e-03 after step 7" in said
    assert "not reliable from here on: refine the mesh" in caplog.text
    # The film balance is exact on every mesh.
    assert "not reliable from here on: report it" in caplog.text


def test_salt_that_interpolation_lost_is_said_though_it_was_restored() -> None:
    for lost, said in ((9e-3, False), (0.5, True)):
        text = watched(even(2, step=3, balance=Balance(salt_correction=lost)))
        assert ("salt_correction is 5.0e-01 after step 3, more than 0.01" in text) == said
        assert said or text == ""


def test_a_net_current_into_floating_metal_in_any_step_is_said() -> None:
    said = watched(even(2, step=3, balance=Balance(dead_lithium_net_current=2e-10)))
    assert "dead_lithium_net_current is 2.0e-10 after step 3, more than 1e-10" in said


@pytest.mark.parametrize("dim", [2, 3])
def test_a_net_current_into_floating_metal_is_said(dim: int) -> None:
    good = even(dim)
    one = int(np.flatnonzero(good.surface.on("lithium"))[0])
    electrode = np.where(np.arange(good.surface.size) == one, 2, good.surface.electrode)
    surface = replace(good.surface, electrode=electrode)
    potential = np.where(surface.on("dead_lithium"), -1e-3, good.metal_potential)
    assert "floating_current" in watched(changed(good, surface=surface, metal_potential=potential))
    insulated = np.where(surface.on("dead_lithium"), np.nan, good.metal_potential)
    assert watched(changed(good, surface=surface, metal_potential=insulated)) == ""


@pytest.mark.parametrize("dim", [2, 3])
def test_other_laws_that_are_broken_are_said(dim: int) -> None:
    good = even(dim)
    assert watched(good) == ""
    assert "current_sum" in watched(changed(good, current_density=good.current_density + 1e-3))
    assert "current_sum" not in watched(changed(good, current_density=0.0 * good.current_density))
    heat = np.array([2.0, -2.0])
    assert "negative_dissipation is 1.0e+00" in watched(good, heat=lambda state: heat)
    flattened = good.cell.with_points(good.cell.points * np.r_[np.zeros(1), np.ones(dim - 1)])
    assert "degenerate_simplices" in watched(changed(good, cell=flattened))
    aside = good.cell.with_points(good.cell.points + np.r_[0.1, np.zeros(dim - 1)])
    top = good.cell.points[:, -1] == good.cell.points[:, -1].max()
    taller = good.cell.with_points(good.cell.points + 0.5 * np.eye(dim)[-1] * top[:, None])
    assert "outside_bounding_box is 1.0e-01" in watched(good, changed(good, cell=aside))
    assert watched(good, changed(good, cell=taller)) == ""
