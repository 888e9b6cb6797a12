"""``run``, ``resume``, ``simulate`` and ``Result`` as a script or a notebook uses them."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.tiny import tiny, write

from deposition import Result, Scenario, resume, run, simulate
from deposition.common.errors import DepositionError, PluginError, ResultsError, ScenarioError
from deposition.results.arrays import CONCENTRATION, CURRENT, REGION
from deposition.simulation.state import State

WRITTEN = 1e-8
"""Rounding of the numbers in history.csv."""

SHORT = "protocol.capacity=0.03 mAh/cm^2"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A tiny run by the path of its file, as text."""
    folder = tmp_path_factory.mktemp("tiny")
    file = write(folder)
    return run(str(file), str(folder / "out"), quiet=True)


@pytest.mark.solve
class TestResult:
    def test_its_numbers(self, done: Result) -> None:
        assert done["completed"] is True
        assert done["capacity_mAh_cm2"] == pytest.approx(0.1)
        assert done.summary["scenario"] == done.name == "tiny"
        with pytest.raises(KeyError, match="no_such"):
            done["no_such"]

    def test_its_history_is_a_table_where_pandas_is(
        self, done: Result, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pandas = pytest.importorskip("pandas")
        table = done.history
        assert isinstance(table, pandas.DataFrame)
        assert len(table) == done["steps"] + 1
        assert table["time_s"].iloc[-1] == pytest.approx(done["time_s"])

        load = builtins.__import__

        def without_pandas(name: str, *rest: Any) -> Any:
            if name == "pandas":
                raise ImportError(name)
            return load(name, *rest)

        monkeypatch.setattr(builtins, "__import__", without_pandas)
        columns = done.history
        assert isinstance(columns, dict)
        np.testing.assert_array_equal(columns["time_s"], table["time_s"])

    def test_a_snapshot_as_arrays_and_as_meshes(self, done: Result) -> None:
        snapshot, meshes = done.snapshot(-1), done.meshes(-1)
        assert set(meshes) == {"electrolyte", "surface", "bodies"}
        mesh = meshes["electrolyte"]
        np.testing.assert_array_equal(mesh.points[:, :2], snapshot.electrolyte.points)
        np.testing.assert_array_equal(mesh[CONCENTRATION], snapshot.electrolyte.concentration)
        area = np.abs(mesh.compute_cell_sizes()["Area"]).sum()
        assert area == pytest.approx(64.0, rel=0.1)
        np.testing.assert_array_equal(meshes["surface"][CURRENT], snapshot.surface.current_density)
        assert meshes["bodies"].cell_data[REGION].size == meshes["bodies"].n_cells
        with pytest.raises(ResultsError, match="E462"):
            done.meshes(99)

    def test_a_result_is_opened_by_text(self, done: Result) -> None:
        again = Result.open(done.folder.name, str(done.folder.parent))
        assert isinstance(again, Result)
        assert again == Result.open(str(done.folder)) == done

    def test_how_a_notebook_shows_it(self, done: Result, tmp_path: Path) -> None:
        html = done._repr_html_()
        assert "data:image/png;base64," in html
        assert "final cell voltage, V" in html
        (tmp_path / ".deposition").touch()
        empty = Result.open(tmp_path)._repr_html_()
        assert "<img" not in empty and "<table" not in empty
        (tmp_path / "summary.json").write_text("{", encoding="utf-8")
        assert "damaged" in Result.open(tmp_path)._repr_html_()

    @pytest.mark.picture
    def test_its_figure(self, done: Result, tmp_path: Path) -> None:
        figure = done.figure(field="current", dpi=60)
        assert figure._repr_png_().startswith(b"\x89PNG")
        assert figure.save(str(tmp_path / "a.png")).read_bytes() == figure.png
        with pytest.raises(ResultsError, match="currant"):
            done.figure(field="currant")


@pytest.mark.solve
class TestRun:
    def test_quiet_is_quiet(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        run(tiny(tmp_path, SHORT), tmp_path / "out", quiet=True, pictures=False)
        assert capfd.readouterr() == ("", "")

    def test_a_callback_sees_every_state(self, tmp_path: Path) -> None:
        seen: list[State] = []
        result = run(
            tiny(tmp_path, SHORT),
            tmp_path / "out",
            quiet=True,
            pictures=False,
            callback=seen.append,
        )
        times = [state.time for state in seen]
        np.testing.assert_allclose(times, result.history["time_s"], rtol=WRITTEN)

    def test_an_early_end_is_resumed(self, tmp_path: Path) -> None:
        scenario = tiny(tmp_path)
        whole = run(scenario, tmp_path / "whole", quiet=True, pictures=False)
        early = run(
            scenario, tmp_path / "part", quiet=True, pictures=False, until=lambda s: s.step == 3
        )
        assert early["completed"] is False
        assert early["steps"] == 3
        assert "until" in early["stopped_because"]
        more = resume(early.folder, quiet=True, pictures=False, until=lambda s: s.step >= 5)
        assert (more["completed"], more["steps"]) == (False, 5)
        rest = resume(str(early.folder), quiet=True, pictures=False)
        assert rest["completed"] is True
        np.testing.assert_array_equal(rest.history["voltage_V"], whole.history["voltage_V"])

    def test_an_end_at_the_end_is_no_early_end(self, tmp_path: Path) -> None:
        last = run(tiny(tmp_path, SHORT), tmp_path / "a", quiet=True, pictures=False)["steps"]
        scenario = tiny(tmp_path, SHORT)
        result = run(
            scenario, tmp_path / "b", quiet=True, pictures=False, until=lambda s: s.step == last
        )
        assert result["completed"] is True

    def test_an_error_in_a_callback_is_named(self, tmp_path: Path) -> None:
        def clumsy(state: State) -> None:
            raise ZeroDivisionError("by my hand")

        with pytest.raises(PluginError, match=r"clumsy.*by my hand"):
            run(tiny(tmp_path, SHORT), tmp_path / "out", quiet=True, callback=clumsy)


@pytest.mark.solve
def test_a_loop_of_ones_own_has_the_states_of_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path)
    monkeypatch.chdir(tmp_path)
    scenario = Scenario.load(file, [SHORT])
    history = run(scenario, "out", quiet=True, pictures=False).history
    before = sorted(tmp_path.rglob("*"))
    states = list(simulate(scenario))
    voltages = [state.voltage for state in states]
    np.testing.assert_allclose(voltages, history["voltage_V"], rtol=WRITTEN)
    assert next(simulate(file)).step == 0
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("function", [run, simulate])
def test_what_is_no_scenario(function: Any) -> None:
    with pytest.raises(ScenarioError, match="E509"):
        function(5)
    with pytest.raises(DepositionError, match="Did you mean"):
        function("c-i-be-ll")
