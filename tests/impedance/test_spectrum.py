"""Impedance: frequencies, films, recorded states, the Kramers-Kronig test, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.tiny import tiny
from rich.console import Console
from typer.testing import CliRunner, Result

from deposition import Scenario, run
from deposition.cli import app
from deposition.common.errors import ScenarioError
from deposition.impedance.frequencies import checked, logarithmic
from deposition.impedance.kramers_kronig import largest_residual
from deposition.impedance.recorded import impedance_of_result
from deposition.impedance.spectrum import Spectrum, impedance
from deposition.laws.film import film_impedance, film_resistance
from deposition.mesh.surface import SurfaceState
from deposition.results.result import Result as RunResult

FEW = np.array([1e5, 1e3, 10.0, 0.1])


def arcs(frequency: np.ndarray) -> Spectrum:
    """Two R‖C in series with a resistance."""
    omega = 2j * np.pi * frequency
    z = 1e-4 + 2e-3 / (1.0 + omega * 1e-4) + 1e-3 / (1.0 + omega * 0.3)
    return Spectrum(frequency, z, 0.0, 0.0)


def test_frequencies_are_even_on_a_logarithmic_scale() -> None:
    found = logarithmic(1e-3, 1e6, 5)
    assert len(found) == 46
    np.testing.assert_allclose(found[[0, -1]], [1e6, 1e-3])
    np.testing.assert_allclose(np.diff(np.log10(found)), -0.2)


@pytest.mark.parametrize("frequencies", [[0.0], [-1.0, 2.0], [np.nan], [np.inf], []])
def test_frequencies_that_are_none(frequencies: list[float]) -> None:
    with pytest.raises(ScenarioError, match="E881"):
        checked(np.array(frequencies))


def test_a_range_of_frequencies_has_an_order() -> None:
    with pytest.raises(ScenarioError, match="E880"):
        logarithmic(1.0, 0.5)


def test_at_frequency_zero_a_film_is_its_resistance() -> None:
    fractions = np.array([[1.0, 0.0, 0.0], [0.3, 0.7, 0.0], [0.0, 0.2, 0.8]])
    state = SurfaceState(
        fractions, 2e-8 * fractions, np.zeros(3), np.zeros(3, int), ("a", "b", "c")
    )
    conductivity, permittivity = np.array([1e-6, 2e-5, np.inf]), np.array([10.0, 5.0, 10.0])
    transfer = np.full(3, 1e-4 + 0j)
    at_rest = film_impedance(state, conductivity, permittivity, transfer, 0.0)
    np.testing.assert_allclose(at_rest, film_resistance(state, conductivity, 1e-4), rtol=1e-14)
    fast = film_impedance(state, conductivity, permittivity, transfer, 1e12)
    assert np.all(np.abs(fast) < 1e-3 * np.abs(at_rest))


def test_the_relations_of_kramers_and_kronig() -> None:
    whole = arcs(logarithmic())
    assert largest_residual(whole) < 1e-3
    # A cell that drifts during the measurement: real part and imaginary part do not match.
    drifting = whole.impedance.real * 1.05 + 1j * whole.impedance.imag
    drifting[::7] *= 1.1
    assert largest_residual(replace(whole, impedance=drifting)) > 2e-2


@pytest.mark.solve
def test_a_bare_collector_at_rest_has_no_impedance() -> None:
    scenario = Scenario.load("collector-cycle")
    with pytest.raises(ScenarioError, match="E882"):
        impedance(scenario, FEW)
    # Where lithium is plated there is one.
    assert np.all(impedance(scenario, FEW, bias=5.0).impedance.real > 0.0)


@pytest.mark.solve
def test_the_open_circuit_potential_is_a_capacitance() -> None:
    scenario = Scenario.load("lfp-c-i-be-ln", ("mesh.surface_size=1 um",))
    electrode = scenario.electrodes.counter
    slope = electrode.open_circuit.potential(electrode.lithiation)[1]  # type: ignore[union-attr]
    capacity = electrode.capacity  # type: ignore[union-attr]
    low = np.array([1e-5])
    z = impedance(scenario, low).impedance
    assert z.imag[0] == pytest.approx(slope / (2.0 * np.pi * low[0] * capacity), rel=1e-4)


@pytest.mark.solve
def test_dead_lithium_is_no_obstacle(tmp_path: Path) -> None:
    for kind in ("insulating", "floating"):
        changes = ("mesh.surface_size=0.5 um", f"dead_lithium.kind={kind}")
        found = impedance(Scenario.load("be-dead-li", changes), FEW).impedance
        assert np.all(found.real > 0.0) and np.all(np.isfinite(found))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A tiny run."""
    folder = tmp_path_factory.mktemp("impedance")
    run(tiny(folder), folder / "tiny", console=Console(quiet=True), pictures=False)
    return RunResult.open(folder / "tiny")


@pytest.mark.solve
def test_a_recorded_state_has_the_impedance_of_its_cell_and_film(result: RunResult) -> None:
    first = impedance_of_result(result, 0, FEW)
    initial = impedance(Scenario.load(result.folder / "scenario.toml"), FEW)
    np.testing.assert_allclose(first.impedance, initial.impedance, rtol=1e-8)
    last = impedance_of_result(result, -1, FEW)
    assert np.abs(last.impedance / first.impedance - 1.0).max() > 1e-4


def eis(*words: object) -> Result:
    """``deposition eis WORDS``."""
    return CliRunner().invoke(app, ["eis", *map(str, words)])


@pytest.mark.picture
def test_the_command_writes_table_and_pictures(result: RunResult, tmp_path: Path) -> None:
    given = ("--from", "1 Hz", "--to", "100 kHz", "--per-decade", 2, "--output", tmp_path / "out")
    for at in ("last", "0.05 mAh/cm^2", "1 s"):
        done = eis(result.folder, "--at", at, *given)
        assert done.exit_code == 0, done.output
    assert "Kramers-Kronig" in done.output
    rows = (tmp_path / "out" / "impedance.csv").read_text().splitlines()
    assert rows[0].startswith("frequency_Hz,Z_real_ohm_cm2") and len(rows) == 12
    assert {path.name for path in (tmp_path / "out").glob("*.png")} == {"nyquist.png", "bode.png"}


@pytest.mark.solve
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("be", "--from", "0 Hz"), ["E007", "--from", "1 mHz"]),
        (("be", "--to", "-5 Hz"), ["E007", "--to"]),
        (("be", "--from", "5"), ["E004"]),
        (("be", "--from", "1 MHz"), ["E880"]),
        (("be", "--bias", "1 V"), ["E005", "--bias"]),
        (("be", "--width", "1 cm"), ["E884"]),
        (("collector-cycle",), ["E882"]),
    ],
)
def test_wrong_options(words: tuple[str, ...], said: list[str], tmp_path: Path) -> None:
    done = eis(*words, "--output", tmp_path / "out")
    assert done.exit_code == 1
    for word in said:
        assert word in done.output
    assert not (tmp_path / "out").exists()


@pytest.mark.solve
def test_a_state_that_was_not_recorded(result: RunResult) -> None:
    assert "E883" in eis(result.folder, "--at", "never").output
    assert "E603" in eis(result.folder, "--at", "7 mAh/cm^2").output
