"""Full cells end where the balance of lithium says: anode-free, short of lithium, and in excess."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from deposition import Result, Scenario, run
from deposition.common.constants import MAH_PER_CM2
from deposition.common.errors import ScenarioError
from deposition.scenario.counter import Positive
from deposition.simulation.initial import begin
from deposition.simulation.negative_electrode import n_to_p, n_to_p_text

COARSE = (
    "geometry.parameters.width=6",
    "mesh.surface_size=1 um",
    "mesh.coarse_size=5 um",
    "mesh.counter_size=5 um",
    "geometry.parameters.height=40",
)


def cell(*overrides: str) -> Scenario:
    """``anode-free-be`` in a narrow, coarse box."""
    return Scenario.load("anode-free-be", [*COARSE, *overrides])


def ran(scenario: Scenario, folder: Path) -> Result:
    return run(scenario, folder, console=Console(quiet=True), pictures=False)


@pytest.mark.solve
def test_an_anode_free_cell_gives_back_what_it_plated(tmp_path: Path) -> None:
    scenario = cell("protocol.repeat=1")
    result = ran(scenario, tmp_path / "free")
    assert result["n_to_p"] == 0.0 and result["ended_by"] == "lithium_exhausted"
    counter = scenario.counter
    assert isinstance(counter, Positive)
    x, charge = result.history["lithiation"], result.history["capacity_mAh_cm2"]
    balance = x - counter.lithiation + charge * MAH_PER_CM2 / counter.capacity
    assert abs(balance).max() < 1e-9
    # The surface is re-cut to rounding: nothing of what was plated is left.
    assert abs(result["capacity_mAh_cm2"]) < 1e-5 * charge.max()


@pytest.mark.solve
@pytest.mark.parametrize(("capacity", "ended_by"), [("2 mAh/cm^2", "lithium_exhausted"),
                                                    ("0.4 mAh/cm^2", "voltage_limit")])  # fmt: skip
def test_a_discharge_ends_with_the_lithium_or_at_the_voltage(
    tmp_path: Path, capacity: str, ended_by: str
) -> None:
    """4 µm above the last element are 0.82 mAh/cm²: N/P of 0.41 and of 2.06."""
    scenario = Scenario.load(
        "anode-free-be",
        [
            *COARSE[1:4],
            'geometry={file = "flat.geo", parameters = {width = 6, height = 20, base = 4.5}}',
            "mesh.surface_size=0.5 um",
            f"counter.capacity={capacity}",
            "counter.lithiation=0.3",
            "protocol={current_density = '-2 mA/cm^2', minimum_voltage = '3.4 V'}",
        ],
    )
    start = begin(scenario)
    ratio, counter = n_to_p(scenario, start.cell), scenario.counter
    assert ratio is not None and isinstance(counter, Positive)
    assert (ratio < 0.69) == (ended_by == "lithium_exhausted"), n_to_p_text(scenario, start.cell)
    result = ran(scenario, tmp_path / "cell")
    assert result["ended_by"] == ended_by and result["n_to_p"] == pytest.approx(ratio)
    given = -result["capacity_mAh_cm2"] * MAH_PER_CM2
    x = float(result.history["lithiation"].to_numpy()[-1])
    assert x == pytest.approx(counter.lithiation + given / counter.capacity, abs=1e-9)
    if ended_by == "lithium_exhausted":
        assert given == pytest.approx(ratio * counter.capacity, rel=0.02)


def test_an_n_to_p_that_the_geometry_does_not_have() -> None:
    assert begin(cell("counter.n_to_p=0"))
    with pytest.raises(ScenarioError, match=r"µm more lithium.*E940"):
        begin(cell("counter.n_to_p=2"))
    with pytest.raises(ScenarioError, match="E939"):
        begin(cell("counter.n_to_p=2", "interface=fixed", "protocol={rest = '1 s'}"))
    with pytest.raises(ScenarioError, match=r"n_to_p = -1.*E025"):
        cell("counter.n_to_p=-1")
