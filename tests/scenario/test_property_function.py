"""Properties of an electrolyte in a scenario: expressions, CSV files, points; ranges; refusals."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.tiny import call, write
from rich.console import Console

from deposition.check.check import check_scenario
from deposition.common.errors import ScenarioError
from deposition.common.units import CONDUCTIVITY
from deposition.runs.run import resume, run
from deposition.scenario import Scenario
from deposition.scenario.property_function import FunctionOf

BASE = """
base = "lipf6-functions"
title = "Own functions"

[geometry.parameters]
width = 8
height = 8

[mesh]
surface_size = "0.5 um"
coarse_size = "2 um"

[protocol]
capacity = "0.01 mAh/cm^2"

[electrolyte]
"""

KAPPA = "c [mol/L], T [degC], kappa [mS/cm]\n0.5,15,7\n1.5,15,8\n\n0.5,35,9\n1.5,35,10\n"


def loaded(folder: Path, electrolyte: str = "", *overrides: str) -> Scenario:
    """The scenario with further settings of its electrolyte."""
    return Scenario.load(write(folder, BASE + electrolyte, "own"), overrides)


def complaint(folder: Path, electrolyte: str) -> str:
    with pytest.raises(ScenarioError) as error:
        loaded(folder, electrolyte)
    return str(error.value)


def test_a_csv_file_is_read_with_its_units_and_written_as_points(tmp_path: Path) -> None:
    (tmp_path / "kappa.csv").write_text("\ufeff" + KAPPA.replace("\n", "\r\n"), encoding="utf-8")
    scenario = loaded(tmp_path, 'conductivity = {table = "kappa.csv"}')
    assert scenario.conductivity == pytest.approx(0.85, rel=1e-3), "half way, at 25 degC"
    (tmp_path / "kappa.csv").unlink()
    (tmp_path / "again.toml").write_text(scenario.resolved_toml())
    again = Scenario.load(tmp_path / "again.toml")
    assert again.resolved_toml() == scenario.resolved_toml()
    assert again.conductivity == scenario.conductivity
    origin = scenario.origin(("electrolyte", "conductivity", "points"))
    assert origin.endswith("own.toml")


def test_a_table_is_beside_the_file_that_states_it(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "kappa.csv").write_text(KAPPA)
    loaded(inner, 'conductivity = {table = "kappa.csv"}')
    (tmp_path / "child.toml").write_text('base = "inner/own.toml"\ntitle = "x"\n')
    assert Scenario.load(tmp_path / "child.toml").conductivity == pytest.approx(0.85, rel=1e-3)


def test_a_later_layer_replaces_the_form_of_a_property(tmp_path: Path) -> None:
    (tmp_path / "kappa.csv").write_text(KAPPA)
    of = loaded(tmp_path, 'conductivity = {table = "kappa.csv"}', "electrolyte.t_plus=0.3")
    assert of.electrolyte_law.transference_at(1000.0) == 0.3
    points = "electrolyte.conductivity.points=[[0.5, 1], [1.5, 3]]"
    unit = "electrolyte.conductivity.unit=S/m"
    for order in ((points, unit), (unit, points)):
        found = loaded(tmp_path, 'conductivity = {table = "kappa.csv"}', *order)
        assert found.conductivity == pytest.approx(2.0)
    constant = loaded(tmp_path, "", "electrolyte.conductivity=7 mS/cm")
    assert constant.conductivity == pytest.approx(0.7)


def test_values_of_the_library_are_taken_where_none_are_stated(tmp_path: Path) -> None:
    text = BASE + (
        'name = "BE"\nlaw = "functions"\nthermodynamic_factor = 1.0\ndiffusivity = "2e-10 m^2/s"\n'
        'concentration_range = ["0.5 mol/L", "2 mol/L"]\n'
    )
    scenario = Scenario.load(write(tmp_path, text, "be-functions"))
    assert scenario.conductivity == pytest.approx(0.35)
    assert scenario.electrolyte_law.transference_at(1.0) == 0.38


@pytest.mark.parametrize(
    ("electrolyte", "code"),
    [
        ('t_plus = {expression = "1", table = "a.csv"}', "E272"),
        ('t_plus = {expresion = "1"}', "E272"),
        ('t_plus = {table = "kappa.csv", unit = "1"}', "E273"),
        ("t_plus = {expression = 1}", "E274"),
        ('t_plus = "0.3"', "E275"),
        ('t_plus = {expression = "0.3", unit = "S/m"}', "E276"),
        ('diffusivity = {points = [[1, 2], [2, 3]], unit = "S/m"}', "E005"),
        ("t_plus = {points = [[1, 2], [2]]}", "E278"),
        ('t_plus = {points = "a"}', "E278"),
        ("t_plus = {points = [[0, 0.2], [1, 0.3]]}", "E284"),
        ("t_plus = {table = 1}", "E287"),
        ('t_plus = {table = "none.csv"}', "E279"),
        ('t_plus = {expression = "sin(c)"}', "E052"),
        ('concentration_range = ["2 mol/L", "1 mol/L"]', "E288"),
        ('conductivity = {expression = "1 - c", unit = "S/m"}', "E245"),
    ],
)
def test_a_wrong_statement_is_one_message(tmp_path: Path, electrolyte: str, code: str) -> None:
    (tmp_path / "kappa.csv").write_text(KAPPA)
    message = complaint(tmp_path, electrolyte)
    assert code in message and "own.toml" in message


def test_values_with_a_dimension_need_a_unit() -> None:
    info: Any = None
    with pytest.raises(ValueError, match="E277"):
        FunctionOf(CONDUCTIVITY).parse({"points": [[1, 2], [2, 3]]}, info)
    with pytest.raises(ValueError, match="E272"):
        FunctionOf(None).parse({}, info)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "E280"),
        ("c [mol/L], kappa [S/m]\n", "E282"),
        ("c [mol/L], kappa [S/m]\n1;2\n", "row 2.*E281"),
        ("c [mol/L], kappa [S/m]\n1,2\n2,nan\n", "row 3.*E281"),
        ("1, 2\n2, 3\n", "E283"),
        ("c [mol/L], kappa [S/m], sigma [S/m]\n1,2,3\n", "E283"),
        ("c [mol/L], T [K]\n1,300\n", "E283"),
        ("c, kappa [S/m]\n1,2\n2,3\n", "E286"),
        ("c [mol/L], kappa [ohm]\n1,2\n2,3\n", "E005"),
        ("c [mol/L], kappa [S/m]\n-1,2\n2,3\n", "E284"),
        ("c [mol/L], kappa [S/m]\n1,2\n", "E056"),
        ("c [mol/L], kappa [S/m]\n1,2\n1,3\n", "E058"),
        (b"c [mol/L], kappa [S/m]\n1,\xff\n", "E279"),
    ],
)
def test_a_wrong_file_is_one_message(tmp_path: Path, content: str | bytes, code: str) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "kappa.csv").write_bytes(data)
    with pytest.raises(ScenarioError, match=f"(?s)kappa|own.*{code}"):
        loaded(tmp_path, 'conductivity = {table = "kappa.csv"}')
    message = complaint(tmp_path, 'conductivity = {table = "kappa.csv"}')
    assert code.rpartition("*")[2] in message
    (tmp_path / "kappa.csv").write_text("c [mol/L], t [K], t_plus [S]\n1,300,0.3\n2,300,0.3\n")
    assert "E285" in complaint(tmp_path, 't_plus = {table = "kappa.csv"}')


def test_a_range_is_needed_with_expressions_alone(tmp_path: Path) -> None:
    own = BASE.replace("lipf6-functions", "lipf6-valoen-reimers") + (
        'name = "mine"\nlaw = "functions"\nconcentration = "1 mol/L"\nt_plus = 0.3\n'
        'thermodynamic_factor = 1.5\ndiffusivity = "3e-10 m^2/s"\n'
    )
    with pytest.raises(ScenarioError, match="E289"):
        Scenario.load(
            write(tmp_path, own + 'conductivity = {expression = "c", unit = "S/m"}', "mine")
        )
    (tmp_path / "kappa.csv").write_text(KAPPA)
    law: Any = Scenario.load(
        write(tmp_path, own + 'conductivity = {table = "kappa.csv"}', "mine")
    ).electrolyte_law
    assert law.measured.concentration == (500.0, 1500.0)
    assert law.measured.temperature == pytest.approx((288.15, 308.15))


def test_check_warns_outside_of_the_range(tmp_path: Path) -> None:
    def warnings(*overrides: str) -> str:
        return "\n".join(check_scenario(loaded(tmp_path, "", *overrides)).warnings)

    assert "measured" not in warnings()
    assert "measured from 0.2 to 2 mol/L" in warnings("electrolyte.concentration=0.1 mol/L")
    assert "measured at 298.15 K" in warnings("temperature=310 K")
    stated = 'electrolyte.temperature_range=["290 K", "320 K"]'
    assert "measured" not in warnings("temperature=310 K", stated)


@pytest.mark.solve
def test_a_run_with_tables_is_extended_without_them_and_warns_beyond_them(tmp_path: Path) -> None:
    nyman: Any = loaded(tmp_path).electrolyte_law
    c = np.linspace(100.0, 1010.0, 20)
    rows = zip(c / 1000.0, 10.0 * nyman.conductivity_at(c), strict=True)
    lines = ["c [mol/L],kappa [mS/cm]", *(f"{x:.6f},{y:.10f}" for x, y in rows)]
    (tmp_path / "kappa.csv").write_text("\n".join(lines))
    ranged = 'concentration_range = ["0.2 mol/L", "1.01 mol/L"]\n'
    scenario = loaded(tmp_path, ranged + 'conductivity = {table = "kappa.csv"}')
    with_table = run(scenario, tmp_path / "out" / "own", console=Console(quiet=True))
    exact = run(loaded(tmp_path), tmp_path / "exact", console=Console(quiet=True))
    # The salt above 1.01 mol/L has the conductivity of there.
    assert with_table["cell_voltage_V"] == pytest.approx(exact["cell_voltage_V"], rel=2e-3)
    assert "measured from 0.2 to 1.01 mol/L" in (tmp_path / "out" / "own" / "run.log").read_text()
    shutil.move(tmp_path / "kappa.csv", tmp_path / "gone.csv")
    extended = resume(
        tmp_path / "out" / "own", ["protocol.capacity=0.012 mAh/cm^2"], console=Console(quiet=True)
    )
    assert extended["capacity_mAh_cm2"] == pytest.approx(0.012, rel=1e-9)


@pytest.mark.process
def test_no_traceback_reaches_the_user(tmp_path: Path) -> None:
    write(tmp_path, BASE + 't_plus = {expression = "1/0"}', "own")
    answer = call(tmp_path, "check", "own.toml")
    assert answer.returncode == 1 and "Traceback" not in answer.stderr
    assert "t_plus cannot be evaluated" in answer.stderr
