"""A package outside the program brings laws, a reaction and a recorder, named in a scenario."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.tiny import tiny
from rich.console import Console

from deposition import Scenario, resume, run
from deposition.common import plugins
from deposition.common.errors import PluginError, ScenarioError
from deposition.recorders.history import TIMES
from deposition.results.result import Result
from deposition.runs import run as runs

LABORATORY = Path(__file__).resolve().parents[1] / "data" / "plugins"
QUIET = Console(quiet=True)
OWN = (
    "kinetics.law=my_lab.laws:Cubic",
    "kinetics.parameters={beta = 0.2}",
    "electrolyte.law=my_lab.laws:Buffered",
    "electrolyte.parameters={conductivity = 0.4, diffusivity = 2e-10}",
    'electrolyte.dissolved.oxidant={concentration = "1 mol/m^3", diffusivity = "1e-10 m^2/s"}',
    'reactions=[{law = "my_lab.laws:Corrosion", species = "oxidant", rate = 1e-5}]',
    "sei.composition={Li2O = 0.5, medium = 0.5}",
    'sei.growth=[{law = "my_lab.laws:Tunnelling", component = "Li2O", rate_0 = 1e-9, beta = 1e8}]',
    'output.recorders=["my_lab.laws:Voltages"]',
    "output.checkpoint=1e-9 s",
)


@pytest.fixture(autouse=True)
def laboratory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(LABORATORY)
    yield


class Killed(Exception):
    """The process ends at once."""


@pytest.mark.solve
def test_a_run_with_own_classes_is_recorded_and_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = tiny(tmp_path, *OWN)
    whole = run(scenario, tmp_path / "whole", console=QUIET)
    assert whole["completed"] and whole["faraday_error"] < 1e-6
    provenance = json.loads((tmp_path / "whole" / "provenance.json").read_text())
    named = {(one["kind"], one["class"]) for one in provenance["plugins"]}
    assert named == {
        ("kinetics", "my_lab.laws:Cubic"),
        ("electrolytes", "my_lab.laws:Buffered"),
        ("reactions", "my_lab.laws:Corrosion"),
        ("sei_growth", "my_lab.laws:Tunnelling"),
        ("recorders", "my_lab.laws:Voltages"),
    }
    assert all(one["file"].endswith("my_lab/laws.py") for one in provenance["plugins"])
    real = runs.time_loop

    def dying(*given: Any) -> Iterator[Any]:
        for state in real(*given):
            yield state
            if state.step == 3:
                raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(runs, "time_loop", dying)
        patched.setattr("deposition.recorders.checkpoints.Checkpoints.close", lambda self: None)
        with pytest.raises(Killed):
            run(scenario, tmp_path / "killed", console=QUIET)
    resume(tmp_path / "killed", console=QUIET)
    one, other = Result.open(tmp_path / "whole"), Result.open(tmp_path / "killed")
    for name in set(one.history) - set(TIMES):
        np.testing.assert_array_equal(one.history[name], other.history[name], err_msg=name)
    chemical = one.history["chemical_current_density_A_m2"]
    assert np.all(chemical < 0.0) and abs(chemical[-1]) < abs(chemical[0])
    side = one.history["side_charge_mAh_cm2"]
    assert np.all(np.diff(side) > 0.0), "the SEI grows"
    first, last = (other.snapshot(number) for number in (0, -1))
    assert set(first.electrolyte.dissolved) == set(scenario.electrolyte.dissolved) != set()
    for name, initial in scenario.electrolyte.dissolved.items():
        np.testing.assert_allclose(first.electrolyte.dissolved[name], initial.concentration)
        assert np.all(last.electrolyte.dissolved[name] < initial.concentration), "it is consumed"
    assert last.surface.chemical_rate is not None and last.surface.chemical_rate.min() < 0.0
    voltages = np.loadtxt(tmp_path / "killed" / "voltages.txt")
    np.testing.assert_allclose(voltages[:, 2], one.history["voltage_V"], rtol=1e-9)


@pytest.mark.solve
def test_own_classes_change_the_result_and_recorders_are_given_from_python(tmp_path: Path) -> None:
    from my_lab.laws import Voltages  # type: ignore[import-not-found]

    run(tiny(tmp_path), tmp_path / "plain", console=QUIET, recorders=[Voltages])
    assert (tmp_path / "plain" / "voltages.txt").exists()
    found = Result.open(tmp_path / "plain")
    assert "chemical_current_density_A_m2" not in found.history, "without reactions"
    assert found.snapshot(-1).surface.chemical_rate is None
    # Far above i_00 the laws differ: u + 0.2 u³ against 2 sinh(u/2).
    slow = "kinetics.exchange_current_density=1 A/m^2"
    voltages = [
        run(tiny(tmp_path, slow, *law), tmp_path / name, console=QUIET)["cell_voltage_first_V"]
        for name, law in (("slow", ()), ("cubic", OWN[:2]))
    ]
    assert voltages[1] < 0.95 * voltages[0]


@pytest.mark.solve
def test_a_recorder_that_fails_loses_nothing(tmp_path: Path) -> None:
    scenario = tiny(tmp_path, 'output.recorders=["my_lab.laws:Broken"]')
    with pytest.raises(PluginError, match=r"my_lab.laws:Broken.*the third step.*\[E524\]"):
        run(scenario, tmp_path / "broken", console=QUIET)
    history = Result.open(tmp_path / "broken").history
    assert history["step"].tolist() == [0.0, 1.0, 2.0, 3.0]


def test_arrays_of_a_wrong_shape_are_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"WrongShape.*value of residual.*E043"):
        tiny(tmp_path, "kinetics.law=my_lab.laws:WrongShape")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("kinetics.law=buttler-volmer", r'Did you mean "butler-volmer".*Known: .*linear.*E030'),
        ("kinetics.law=no_such_package:Law", r"PYTHONPATH.*E031"),
        ("kinetics.law=my_lab.laws:Nothing", r'"my_lab.laws" has no class "Nothing".*E032'),
        ("kinetics.law=my_lab.laws:Voltages", r"missing: residual, limit.*E034"),
        ("kinetics.law=math:sqrt", r"E034"),
        ('output.recorders=["my_lab.laws:Cubic"]', r"missing: open, record, close.*E034"),
        ('reactions=[{law = "my_lab.laws:Leak"}]', r"my_lab.laws:Leak.*lithium.*E310"),
        ('reactions=[{law = "my_lab.laws:Leak", speed = 1}]', r"speed.*E035"),
        ('reactions=[{species = "water", rate_constant = "1e-6 m/s"}]', r"not dissolved.*E257"),
        ('reactions=[{species = "water"}]', r"rate_constant is missing.*E021"),
        ("kinetics.parameters={beta = 1}", r"parameters.*package.module:Class.*E020"),
        ("electrolyte.parameters={beta = 1}", r"parameters.*package.module:Class.*E020"),
        (
            "electrolyte.dissolved={anion = {concentration = '1 M', diffusivity = '1e-10 m^2/s'}}",
            r"dissolved.*anion is the name of an ion of the salt.*E258",
        ),
        ('reactions=[{species = "water", rate_constant = "1e-6 m/s", on = []}]', r"on.*E259"),
        ('reactions=[{law = "second-order"}]', r"Known: first-order.*E030"),
    ],
)
def test_a_class_that_cannot_serve_is_refused(tmp_path: Path, setting: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as caught:
        tiny(tmp_path, setting)
    assert "Traceback" not in str(caught.value)


def test_a_trace_reacts_with_traces_only(tmp_path: Path) -> None:
    species = 'diffusivity = "1e-10 m^2/s", concentration = "1 mol/m^3"'
    pair = (
        f"electrolyte.dissolved.a={{{species}, trace = true}}",
        'reactions=[{law = "my_lab.laws:Exchange", one = "a", other = "b", rate = 1e-6}]',
    )
    with pytest.raises(ScenarioError, match=r"the trace a reacts.*E265"):
        tiny(tmp_path, *pair, f"electrolyte.dissolved.b={{{species}}}")
    both = tiny(tmp_path, *pair, f"electrolyte.dissolved.b={{{species}, trace = true}}")
    assert all(one.trace for one in both.electrolyte.further_species)


def test_entry_points_are_names_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("cubic", "my_lab.laws:Cubic", "deposition.kinetics")
    monkeypatch.setattr(
        plugins, "entry_points", lambda group: [point] if "kinetics" in group else []
    )
    plugins.entry_point_names.cache_clear()
    try:
        scenario = tiny(tmp_path, "kinetics.law=cubic")
        assert type(scenario.kinetics_law.law).__name__ == "Cubic"  # type: ignore[attr-defined]
        with pytest.raises(ScenarioError, match=r"Installed: cubic.*E030"):
            Scenario.load("be", ["kinetics.law=cubik"])
    finally:
        monkeypatch.undo()
        plugins.entry_point_names.cache_clear()
