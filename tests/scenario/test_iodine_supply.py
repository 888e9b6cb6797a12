"""Supply of iodine: LDH and regeneration at the counter electrode, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.tiny import tiny
from rich.console import Console

from deposition.common.errors import ScenarioError
from deposition.laws.ion_exchange import in_platelets
from deposition.results.element_table import largest_errors, read_elements
from deposition.runs.run import resume, run
from deposition.scenario.counter import Positive
from deposition.verification.bench import states

IODIDE = (
    'electrolyte.dissolved.I-={concentration = "1 mol/m^3", diffusivity = "1e-10 m^2/s", '
    "charge = -1, trace = true}"
)
NITRATE = IODIDE.replace("I-", "NO3-").replace('"1 mol', '"30 mol')
LDH = 'ldh={dose = "10 kg/m^3", selectivity = 74, rate_constant = "1e-2 1/s"}'


def test_the_sites_are_the_iodide_of_the_paper(tmp_path: Path) -> None:
    ldh = tiny(tmp_path, IODIDE, NITRATE, LDH).ldh
    assert ldh is not None
    assert ldh.exchanger.sites == pytest.approx(28.4, rel=2e-3)
    # 1.2 wt% iodide are left of 36.0: mol/kg
    released = (0.360 - 0.012) / 0.126904
    assert released == pytest.approx(2.74, abs=0.03)
    assert ldh.exchanger.equilibrium(10.0, 27.4) == pytest.approx(0.9645, abs=5e-4)


def test_all_modes_of_platelets_fill_them() -> None:
    weights, rates = in_platelets(1e-16, 1e-6)
    assert weights.sum() == pytest.approx(1.0, abs=1e-15)
    assert np.all(np.diff(rates) > 0.0)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ([IODIDE, NITRATE, LDH.replace('dose = "10 kg/m^3", ', "")], ["E021", "ldh.dose"]),
        ([IODIDE, NITRATE, LDH.replace("10 kg", "-10 kg")], ["ldh.dose"]),
        ([IODIDE, NITRATE, LDH.replace(', rate_constant = "1e-2 1/s"', "")], ["E906"]),
        ([IODIDE, NITRATE, LDH, "ldh.radius=1 um"], ["E906"]),
        ([IODIDE, LDH], ["E907", '"NO3-" is not dissolved']),
        ([IODIDE, NITRATE.replace("-1,", "-2,"), LDH], ["E908", "charges -2 and -1"]),
    ],
)
def test_wrong_statements(tmp_path: Path, overrides: list[str], words: list[str]) -> None:
    with pytest.raises(ScenarioError) as error:
        tiny(tmp_path, *overrides)
    for word in words:
        assert word in str(error.value)


SHUTTLE = (
    IODIDE,
    IODIDE.replace("I-", "I3-"),
    "reactions=[{law = 'iodide-at-counter', rate_constant = '1e-4 m/s'}]",
)
POSITIVE = (
    "counter={kind = 'positive', open_circuit_potential = 'LFP', capacity = '2 mAh/cm^2', "
    "lithiation = 0.5, exchange_current_density = '100 A/m^2'}"
)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (SHUTTLE, ["E909", '"lithium"', "stays iodide"]),
        ((*SHUTTLE, "counter.kind=reservoir", "counter.motion=fixed"), ["E909", '"reservoir"']),
        ((*SHUTTLE, POSITIVE, "counter.lithiation=0.985"), ["E910", "2.8"]),
        ((*SHUTTLE, POSITIVE, "reactions.1.on=['lithium']"), ["reactions.1.on"]),
    ],
)
def test_only_an_oxidising_counter_electrode_regenerates(
    tmp_path: Path, overrides: tuple[str, ...], words: list[str]
) -> None:
    with pytest.raises(ScenarioError) as error:
        tiny(tmp_path, *overrides)
    for word in words:
        assert word in str(error.value)


@pytest.mark.solve
@pytest.mark.parametrize("trace", ["true", "false"])
def test_a_run_conserves_both_elements_and_resumes_alike(tmp_path: Path, trace: str) -> None:
    quiet = Console(quiet=True)
    scenario = tiny(tmp_path, IODIDE, NITRATE.replace("true", trace), LDH)
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    run(scenario, whole, console=quiet, pictures=False)
    run(scenario, stopped, console=quiet, pictures=False, until=lambda state: state.step == 3)
    resume(stopped, console=quiet, pictures=False)
    assert (stopped / "elements.csv").read_bytes() == (whole / "elements.csv").read_bytes()
    rows = read_elements(whole / "elements.csv")
    assert max(largest_errors(rows).values()) < 1e-10
    first, last = rows[0].contents, rows[-1].contents
    exchanged = first["I"].stored - last["I"].stored
    assert exchanged > 0.3 * first["I"].stored
    assert last["N"].stored - first["N"].stored == pytest.approx(exchanged)
    assert last["I"].dissolved - first["I"].dissolved == pytest.approx(exchanged)


@pytest.mark.solve
@pytest.mark.parametrize("trace", ["true", "false"])
def test_regeneration_ends_where_the_electrode_no_longer_oxidises_iodide(
    tmp_path: Path, trace: str
) -> None:
    """A small electrode fills up to U(x) = E_0; what iodine is left then ends as iodide."""
    scenario = tiny(
        tmp_path,
        *(one.replace("trace = true", f"trace = {trace}") for one in SHUTTLE[:2]),
        "reactions=[{law = 'iodide-at-counter', rate_constant = '1e-3 m/s'}, "
        "{law = 'iodine-on-lithium', rate_constant = '1e-6 m/s', on = ['lithium']}]",
        POSITIVE.replace("2 mAh", "0.02 mAh"),
        "counter.lithiation=0.965",
        "interface=fixed",
        "protocol={rest = '90 s'}",
        "time={first_step = '1 s', max_step = '5 s'}",
    )
    assert isinstance(scenario.counter, Positive)
    law = scenario.counter.potential
    run_of = list(states(scenario))
    found = [float(law.potential(s.fields.lithiation)[0]) for s in run_of[1:]]
    assert found[0] > 3.05 and len(run_of) > 15
    assert found[-1] == pytest.approx(3.0, abs=0.03)
    iodide, triiodide = np.nanmean(run_of[-1].fields.dissolved, axis=0)
    assert triiodide < 1e-3 * iodide
    assert found[-5] == pytest.approx(found[-1], abs=1e-3)
