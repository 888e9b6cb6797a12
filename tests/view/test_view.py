"""The viewer without a browser: what its page, its scene and its plots are given."""

from __future__ import annotations

import base64
import builtins
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.recorded import record, solid_states, states
from typer.testing import CliRunner

from deposition.cli import app
from deposition.common.errors import MissingRequirement, ResultsError
from deposition.render.fields import ELECTROLYTE, FIELDS
from deposition.results.result import Result
from deposition.view.plots import along_height, along_surface, history_plot, line_plot
from deposition.view.scene import Scene, Wanted
from deposition.view.serve import view
from deposition.view.states import States, centres, values_at
from deposition.view.words import plain, unit_of


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return Result.open(record(tmp_path_factory.mktemp("flat") / "be", states(count=3)))


@pytest.fixture(scope="module")
def solid(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return Result.open(record(tmp_path_factory.mktemp("solid") / "be-3d", solid_states()))


def test_labels_are_plain_text() -> None:
    assert [plain(field.label) for field in FIELDS.values()] == [
        "Li⁺ flux over its mean",
        "Salt concentration (mol m⁻³)", "Electrolyte potential (mV)", "Li⁺ flux (µmol m⁻² s⁻¹)",
        "Current density (mA cm⁻²)", "Film resistance (Ω cm²)", "Film thickness (nm)",
        "Charge passed (mAh cm⁻²)",
    ]  # fmt: skip
    assert unit_of("Film resistance (Ω cm$^2$)") == "Ω cm²"


class TestStates:
    def test_each_is_read_once_and_limits_cover_the_run(self, flat: Result) -> None:
        some = States(flat)
        assert some.count == 3
        assert some[1] is some[1]
        low, high = some.limits("charge")
        assert low <= 0.0 < high
        assert "mAh/cm²" in some.caption(2)

    def test_a_reload_sees_what_was_recorded_since(self, tmp_path: Path) -> None:
        folder = record(tmp_path / "be", states(count=2))
        some = States(Result.open(folder))
        assert some.count == 2
        record(tmp_path / "other", states(count=3))
        for file in (tmp_path / "other").rglob("*.[pv][vt]?"):
            (folder / file.relative_to(tmp_path / "other")).write_bytes(file.read_bytes())
        assert some.count == 2
        some.reload()
        assert some.count == 3

    @pytest.mark.parametrize("name", ["flat", "solid"])
    def test_values_at_a_point(self, name: str, request: pytest.FixtureRequest) -> None:
        snapshot = request.getfixturevalue(name).snapshot(-1)
        part = snapshot.electrolyte
        vertex = part.points[part.simplices].mean(axis=1)[0]
        nearest = np.argmin(np.linalg.norm(part.points - vertex, axis=1))
        rows = dict(values_at(snapshot, vertex))
        assert rows["in"] == "electrolyte"
        assert rows["Salt concentration"] == f"{part.concentration[nearest]:.4g} mol m⁻³"
        inside = snapshot.bodies.points[snapshot.bodies.simplices].mean(axis=1)[0]
        assert dict(values_at(snapshot, inside))["in"] in ("lithium", "dead lithium")
        assert "Salt concentration" not in dict(values_at(snapshot, inside))
        assert dict(values_at(snapshot, snapshot.bounds[1] + 1.0))["in"] == "outside"
        element = centres(snapshot)[3]
        found = dict(values_at(snapshot, element))["Current density, nearest surface"]
        assert found == f"{snapshot.surface.current_density[3] / 10.0:.4g} mA cm⁻²"


class TestPlots:
    @pytest.mark.parametrize("name", ["flat", "solid"])
    def test_a_profile_is_the_field_above_metal(
        self, name: str, request: pytest.FixtureRequest
    ) -> None:
        snapshot = request.getfixturevalue(name).snapshot(-1)
        middle = snapshot.bounds.mean(axis=0)
        heights, values = along_height(snapshot, "concentration", middle)
        known = values[np.isfinite(values)]
        c = snapshot.electrolyte.concentration
        assert 50 < len(known) <= len(heights)
        assert c.min() - 1e-6 <= known.min() <= known.max() <= c.max() + 1e-6
        assert np.isnan(values[0]), "the lowest point is in the metal"

    @pytest.mark.parametrize("name", ["flat", "solid"])
    def test_values_along_the_surface_are_in_order(
        self, name: str, request: pytest.FixtureRequest
    ) -> None:
        snapshot = request.getfixturevalue(name).snapshot(-1)
        where, values = along_surface(snapshot, "current", snapshot.bounds.mean(axis=0))
        assert len(where) == len(values) > 5
        assert np.all(np.diff(where) >= 0.0)

    @pytest.mark.picture
    @pytest.mark.parametrize("field", ["flux", "current"])
    def test_plots_are_addresses_of_pictures(self, flat: Result, field: str) -> None:
        snapshot = flat.snapshot(-1)
        for address in (
            history_plot(flat, "voltage_V", 60.0),
            line_plot(snapshot, field, snapshot.bounds.mean(axis=0)),
        ):
            kind, _, data = address.partition(";base64,")
            assert kind == "data:image/svg+xml"
            assert b"<svg" in base64.b64decode(data)


@pytest.mark.picture
@pytest.mark.parametrize("name", ["flat", "solid"])
@pytest.mark.parametrize("field", list(FIELDS))
def test_a_scene_shows_the_field_and_its_threshold(
    name: str, field: str, request: pytest.FixtureRequest
) -> None:
    result = request.getfixturevalue(name)
    some, snapshot = States(result), result.snapshot(-1)
    scene = Scene(snapshot.dim)
    try:
        limits = some.limits(field)
        probe = snapshot.bounds.mean(axis=0)
        scene.draw(snapshot, Wanted(field, limits, limits, 0.5, probe))
        scene.look()
        whole = scene.plotter.screenshot(return_img=True)
        assert {"metal", "coloured", "probe"} <= set(scene.plotter.actors)
        nothing = (1e3 * limits[1] + 1.0, 1e3 * limits[1] + 2.0)  # beyond the peaks too
        scene.draw(snapshot, Wanted(field, limits, nothing, 0.5, probe))
        assert "coloured" not in scene.plotter.actors
        assert np.any(whole != scene.plotter.screenshot(return_img=True))
        plain_part = "surface" if FIELDS[field].place == ELECTROLYTE else "electrolyte"
        assert plain_part in scene.plotter.actors or snapshot.dim == 3
    finally:
        scene.close()


class TestMessages:
    def test_a_missing_package_is_named(
        self, flat: Result, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        load = builtins.__import__

        def without_trame(name: str, *rest: Any) -> Any:
            if name.partition(".")[0] == "trame":
                raise ImportError(f"No module named {name!r}")
            return load(name, *rest)

        monkeypatch.setattr(builtins, "__import__", without_trame)
        with pytest.raises(MissingRequirement, match=r"extra view: pip install.*E860"):
            view(flat)

    def test_a_port_in_use_is_named(self, flat: Result) -> None:
        pytest.importorskip("trame", reason="the extra view is not installed")
        with socket.socket() as other:
            other.bind(("localhost", 0))
            other.listen()
            port = other.getsockname()[1]
            with pytest.raises(ResultsError, match=rf"port {port} .*E861"):
                view(flat, port)

    def test_an_unknown_result_is_one_message(self, tmp_path: Path) -> None:
        done = CliRunner().invoke(app, ["view", str(tmp_path / "nothing")])
        assert done.exit_code == 1
        assert "E460" in done.output
        assert CliRunner().invoke(app, ["view", "be", "--port", "70000"]).exit_code == 2
