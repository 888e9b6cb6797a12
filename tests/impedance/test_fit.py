"""Fit of circuits to measured spectra: known resistances are recovered, bad files refused."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from helpers.messages import note
from helpers.tiny import tiny
from typer.testing import CliRunner

from deposition.cli import app
from deposition.common.errors import MissingRequirement, ScenarioError
from deposition.impedance.circuit import Circuit
from deposition.impedance.fit import fit
from deposition.impedance.measured_file import read_spectrum
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario

FREQUENCY: Floats = np.asarray(np.geomspace(1e6, 1e-2, 57), dtype=np.float64)
CASES = {
    "R-RC": (5.0, 80.0, 1e-4),
    "R-RQ-RQ": (3.0, 60.0, 2e-5, 0.85, 25.0, 3e-3, 0.9),
    "R-RC-RQ-W": (2.0, 100.0, 1e-5, 8.0, 2e-3, 0.8, 12.0, 3.0),
    "L-R-RQ": (1e-7, 4.0, 30.0, 1e-3, 0.75),
    "R-RQ-RQ-RQ": (3.0, 60.0, 2e-6, 0.9, 25.0, 3e-4, 0.9, 15.0, 5e-2, 0.9),
}
"""Parameters by circuit: L; R; R and τ; R, τ and n."""


def resistances(circuit: Circuit, parameters: tuple[float, ...]) -> list[float]:
    return [x for (_, name), x in zip(circuit.names, parameters, strict=True) if name == "R"]


@pytest.mark.parametrize("text", CASES)
def test_the_resistances_of_a_circuit_are_recovered(text: str) -> None:
    """1e-6 without noise; with 0.2 % of it, 2 % and within three half widths of the intervals."""
    circuit, parameters = Circuit.parse(text), CASES[text]
    exact = circuit.impedance(FREQUENCY, np.array(parameters))
    found = fit(circuit, FREQUENCY, exact)
    values = [
        v for (_, name), v in zip(found.circuit.names, found.values, strict=True) if name == "R"
    ]
    known = resistances(circuit, parameters)
    assert [v.value for v in values] == pytest.approx(known, rel=1e-5)
    noise = np.random.default_rng(1).normal(0.0, 2e-3, (2, len(FREQUENCY)))
    noisy = fit(circuit, FREQUENCY, exact * (1 + noise[0] + 1j * noise[1]))
    for (_, name), value, true in zip(noisy.circuit.names, noisy.values, parameters, strict=True):
        if name == "R":
            assert value.value == pytest.approx(true, rel=0.1)
            assert abs(np.log(value.value / true)) < 1.5 * np.log(value.high / value.low)
    assert noisy.deviation == pytest.approx(2e-3 * np.sqrt(2), rel=0.3)


def test_intervals_hold_the_truth_at_their_confidence() -> None:
    """R of the film of R-RQ in 25 noisy spectra: the interval at 95 % holds it 20 times or more."""
    circuit = Circuit.parse("R-RQ")
    true = np.array([4.0, 80.0, 1e-3, 0.85])
    exact = circuit.impedance(FREQUENCY, true)
    rng, held = np.random.default_rng(3), 0
    for _ in range(25):
        noise = rng.normal(0.0, 5e-3, (2, len(FREQUENCY)))
        value = fit(circuit, FREQUENCY, exact * (1 + noise[0] + 1j * noise[1])).of(1, "R")
        held += value.low <= 80.0 <= value.high
    assert held >= 20


def write(folder: Path, text: str = "R-RQ-RQ", sign: float = 1.0, header: str = "") -> Path:
    """A symmetric cell of 2 cm²: half of the ohm cm²."""
    z = Circuit.parse(text).impedance(FREQUENCY, np.array(CASES[text])) / 2.0
    rows = [f"{f:.6g},{z.real:.8g},{sign * z.imag:.8g}" for f, z in zip(FREQUENCY, z, strict=True)]
    file = folder / "eis.csv"
    file.write_text("\n".join([header, *rows] if header else rows) + "\n", encoding="utf-8")
    return file


def command(folder: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        app, ["fit", *words, "--area", "2 cm^2", "--of", "symmetric cell", "--output", str(folder)]
    )
    note(done.output)
    return done.exit_code, done.output


def test_the_lines_of_the_command_make_a_scenario(tmp_path: Path) -> None:
    code, told = command(tmp_path / "fit", str(write(tmp_path)))
    assert code == 0 and "bulk:" in told and "charge transfer:" in told
    lines = (tmp_path / "fit" / "fit.toml").read_text(encoding="utf-8")
    assert lines in told
    assert (tmp_path / "fit" / "fit.png").stat().st_size > 10_000
    file = tmp_path / "mine.toml"
    file.write_text(f'base = "sei-mosaic"\ntitle = "mine"\n{lines}', encoding="utf-8")
    scenario = Scenario.load(file)
    assert scenario.sei.electrode_resistance == pytest.approx(30e-4, rel=0.01)
    assert scenario.kinetics.electrode_resistance == pytest.approx(12.5e-4, rel=0.01)


def test_one_arc_is_film_and_charge_transfer(tmp_path: Path) -> None:
    _, told = command(tmp_path / "fit", str(write(tmp_path, "R-RC")), "--circuit", "R-RC")
    assert "film and charge transfer:" in told and 'charge_transfer = "included"' in told
    lines = (tmp_path / "fit" / "fit.toml").read_text(encoding="utf-8")
    file = tmp_path / "mine.toml"
    file.write_text(f'base = "sei-mosaic"\ntitle = "mine"\n{lines}', encoding="utf-8")
    assert Scenario.load(file).sei.electrode_resistance == pytest.approx(40e-4, rel=0.01)


@pytest.mark.parametrize(
    ("header", "sign"),
    [
        ("f,re,im", 1.0),
        ("freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", -1.0),
        ("Frequency (Hz),Z' (Ohm),Z'' (Ohm)", 1.0),
        ("Frequency (Hz),Z' (Ohm),-Z'' (Ohm)", -1.0),
        ("a,b,c", 1.0),
    ],
)
def test_titles_and_signs_of_columns(tmp_path: Path, header: str, sign: float) -> None:
    found = read_spectrum(write(tmp_path, sign=sign, header=header))
    assert (found.impedance.imag <= 0).all() and len(found.frequency) == len(FREQUENCY)


def test_tables_of_other_delimiters_and_decimal_commas(tmp_path: Path) -> None:
    file = write(tmp_path)
    plain = read_spectrum(file)
    text = file.read_text().replace(",", ";").replace(".", ",")
    file.write_text("f;re;im\n" + text)
    assert np.allclose(read_spectrum(file).impedance, plain.impedance)
    file.write_text(text.replace(",", ".").replace(";", "  "))
    assert np.allclose(read_spectrum(file).impedance, plain.impedance)
    file.write_text("Potentiostat 3\ncell 17\nindex,Im,Freq,Re\n" + "\n".join(
        f"{k},{z.imag},{f},{z.real}"
        for k, (f, z) in enumerate(zip(plain.frequency, plain.impedance, strict=True))
    ))  # fmt: skip
    assert np.allclose(read_spectrum(file).impedance, plain.impedance)


def row(k: int, text: str) -> str:
    """A good table with another row ``k``."""
    z = Circuit.parse("R-RC").impedance(FREQUENCY, np.array(CASES["R-RC"]))
    rows = [f"{f},{z.real},{z.imag}" for f, z in zip(FREQUENCY, z, strict=True)]
    rows[k] = text
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("a novel\nin two lines\n", r"0 frequencies.*E964"),
        (row(4, "10,5"), r"row 5 has fewer than three.*E964"),
        (row(4, "10,five,-1"), r'row 5 has "five".*E964'),
        (row(4, "-10,5,-1"), r"-10 Hz.*above 0.*E964"),
        (row(4, "0,5,-1"), r"0 Hz.*E964"),
        (row(4, "10,-5,-1"), r"real part.*E964"),
        ("\n".join(row(0, "1e6,5,-1").splitlines()[:6]), r"6 frequencies, and 10.*E964"),
        ("", r"0 frequencies.*E964"),
        (row(0, "1e6,5,-1").replace(",-", ","), r"--minus-imaginary.*E965"),
    ],
)
def test_a_bad_file_is_one_message_and_overwrites_nothing(
    tmp_path: Path, content: str, part: str
) -> None:
    file, folder = tmp_path / "bad.csv", tmp_path / "fit"
    folder.mkdir()
    (folder / "fit.toml").write_text("kept")
    file.write_text(content)
    with pytest.raises(ScenarioError, match=part):
        read_spectrum(file)
    code, told = command(folder, str(file))
    assert code == 1 and told.count("Error") == 1
    assert [path.name for path in folder.iterdir()] == ["fit.toml"]
    assert (folder / "fit.toml").read_text() == "kept"


def test_a_column_of_minus_imaginary_parts_can_be_stated(tmp_path: Path) -> None:
    file = write(tmp_path, sign=-1.0)
    assert (read_spectrum(file, minus_imaginary=True).impedance.imag <= 0).all()


@pytest.mark.parametrize(
    "circuit", ["", "R", "RQ-RQ", "R-R-RQ", "R-RX", "R-RQ-W-W", "R" + 4 * "-RQ"]
)
def test_what_is_no_circuit_is_one_message(circuit: str) -> None:
    with pytest.raises(ScenarioError, match="E977"):
        Circuit.parse(circuit)


def test_other_notations_of_a_circuit() -> None:
    assert Circuit.parse("L0-R0-p(R1,CPE1)-p(R2,C2)-Ws1").elements == ("L", "R", "RQ", "RC", "W")


def test_a_circuit_that_the_spectrum_does_not_determine_is_one_message() -> None:
    few = FREQUENCY[:5]
    z = Circuit.parse("R-RC").impedance(few, np.array(CASES["R-RC"]))
    with pytest.raises(ScenarioError, match=r"5 points cannot determine 10.*E978"):
        fit(Circuit.parse("R-RQ-RQ-RQ"), few, z)
    z = Circuit.parse("R-RC").impedance(FREQUENCY, np.array(CASES["R-RC"]))
    noise = 1 + 0.01 * np.random.default_rng(0).normal(size=len(FREQUENCY))
    with pytest.raises(ScenarioError, match=r"lies anywhere between.*E978"):
        fit(Circuit.parse("R-RC-RQ-W"), FREQUENCY, z * noise)


def test_files_of_instruments_need_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path)
    monkeypatch.setitem(sys.modules, "impedance", None)
    monkeypatch.setitem(sys.modules, "impedance.preprocessing", None)
    with pytest.raises(MissingRequirement, match=r"pip install impedance.*E950"):
        read_spectrum(file, instrument="gamry")
    z = Circuit.parse("R-RC").impedance(FREQUENCY, np.array(CASES["R-RC"]))
    package, module = ModuleType("impedance"), ModuleType("impedance.preprocessing")
    module.readFile = lambda name, instrument: (FREQUENCY, z)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "impedance", package)
    monkeypatch.setitem(sys.modules, "impedance.preprocessing", module)
    assert np.array_equal(read_spectrum(file, instrument="gamry").impedance, z)
    module.readFile = lambda name, instrument: 1 / 0  # type: ignore[attr-defined]
    with pytest.raises(ScenarioError, match=r"is no file of gamry.*E964"):
        read_spectrum(file, instrument="gamry")


@pytest.mark.solve
def test_the_spectrum_of_a_simulated_cell_gives_its_resistances_back(tmp_path: Path) -> None:
    """Film 40 and charge transfer 10 ohm cm² of a symmetric cell, 1 %; bulk 8 µm/κ = 0.2105."""
    from deposition.impedance.spectrum import impedance

    scenario = tiny(
        tmp_path,
        "counter.film=sei",
        "sei.composition={medium = 1.0}",
        "sei.resistance=40 ohm cm^2",
        "sei.of=symmetric cell",
        "kinetics.charge_transfer_resistance=10 ohm cm^2",
        "kinetics.of=symmetric cell",
    )
    spectrum = impedance(scenario, FREQUENCY[FREQUENCY >= 1.0])
    found = fit(Circuit.parse("R-RC-RC"), spectrum.frequency, spectrum.ohm_cm2)
    assert [found.of(k, "R").value for k in range(3)] == pytest.approx([0.21, 40.0, 10.0], rel=0.03)
    assert [found.of(k, "R").value for k in (1, 2)] == pytest.approx([40.0, 10.0], rel=0.01)
