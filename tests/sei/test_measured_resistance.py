"""Resistances of impedance as settings, against numbers computed by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.tiny import tiny

from deposition.check.check import check_scenario
from deposition.check.wagner import charge_transfer_resistance
from deposition.common.constants import OHM_CM2
from deposition.common.errors import ScenarioError
from deposition.mesh.footprint import projected_area
from deposition.scenario import Scenario
from deposition.sei.measured_resistance import film_scale
from deposition.simulation.initial import begin

TWO = (
    "sei.composition={low = 0.2, high = 0.8}",
    "sei.films.low.resistance=10 ohm cm^2",
    "sei.films.high.resistance=200 ohm cm^2",
)
CELL = ("sei.resistance=85 ohm cm^2", "sei.of=symmetric cell")


def resistances(scenario: Scenario) -> dict[str, float]:
    """ohm cm² by film."""
    table = scenario.film_table()
    values = scenario.sei.thickness / table.conductivity / OHM_CM2
    return dict(zip(table.names, values, strict=True))


def test_the_parallel_mean_is_half_the_resistance_of_the_symmetric_cell(tmp_path: Path) -> None:
    """1/R = 0.2/10 + 0.8/200 = 0.024: R = 41.667 ohm cm², hence x 42.5/41.667 = 1.02."""
    found = resistances(tiny(tmp_path, *TWO, *CELL))
    assert found["low"] == pytest.approx(10.2) and found["high"] == pytest.approx(204.0)
    one = resistances(tiny(tmp_path, *TWO, CELL[0], "sei.of=electrode"))
    assert one["low"] == pytest.approx(20.4)


def test_the_charge_transfer_is_in_series_below_each_film(tmp_path: Path) -> None:
    """R_ct 5 and s = 1.5: 1/R = 0.2/(15 + 5) + 0.8/(300 + 5) = 0.0126230, R = 79.2208 ohm cm²."""
    transfer = ("kinetics.charge_transfer_resistance=5 ohm cm^2", "kinetics.of=electrode")
    stated = ("sei.resistance=79.2208 ohm cm^2", "sei.of=electrode", "sei.charge_transfer=included")
    scenario = tiny(tmp_path, *TWO, *transfer, *stated)
    assert charge_transfer_resistance(scenario) / OHM_CM2 == pytest.approx(5.0)
    assert scenario.film_scale() == pytest.approx(1.5, rel=1e-5)


def test_a_uniform_film_has_the_resistance_at_298_kelvin(tmp_path: Path) -> None:
    """The activation energy of the library, 45.7 kJ/mol, raises it 14-fold at 253 K."""
    uniform = ("sei.composition={SEI = 1.0}", "sei.default_film=SEI")
    film = (*uniform, *CELL)
    assert resistances(tiny(tmp_path, *film))["SEI"] == pytest.approx(42.5)
    cold = resistances(tiny(tmp_path, *film, "temperature=253.15 K"))["SEI"]
    energy = tiny(tmp_path, *film).film_energies.get("SEI", 45.7e3)
    factor = np.exp(energy / 8.314462618 * (1 / 253.15 - 1 / 298.15))
    assert cold == pytest.approx(42.5 * factor, rel=1e-6)


def test_the_films_of_the_meshed_electrode_have_the_resistance(tmp_path: Path) -> None:
    """Also where the geometry, and not the composition, sets the areas."""
    spots = ("sei.resistance=85 ohm cm^2", "sei.of=symmetric cell")
    for scenario in (tiny(tmp_path, *TWO, *CELL), Scenario.load("be", spots)):
        start = begin(scenario)
        on = start.surface.working
        conductance = start.film.fractions[on, :-1] @ (start.films.conductivity[:-1] / 20e-9)
        mean = projected_area(start.cell) / float(start.surface.area[on] @ conductance)
        assert mean / OHM_CM2 == pytest.approx(42.5, rel=1e-12)
        facts = check_scenario(scenario).facts
        assert any("85 Ω cm² of a symmetric cell, 42.5 per electrode, without" in f for f in facts)


def test_charge_transfer_resistance_is_the_exchange_current_density(tmp_path: Path) -> None:
    """RT/F = 25.6926 mV at 298.15 K; 2.56926 ohm cm² are 100 A/m²."""
    stated = ("kinetics.charge_transfer_resistance=5.13852 ohm cm^2", "kinetics.of=symmetric cell")
    for law in ("butler-volmer", "linear"):
        scenario = tiny(tmp_path, *stated, f"kinetics.law={law}")
        assert scenario.kinetics.exchange_at(298.15) == pytest.approx(100.0, rel=1e-5)
        assert charge_transfer_resistance(scenario) / OHM_CM2 == pytest.approx(2.56926, rel=1e-6)
    unequal = tiny(tmp_path, *stated, "kinetics.alpha_a=0.3", "kinetics.alpha_c=0.9")
    assert unequal.kinetics.exchange_at(298.15) == pytest.approx(100.0 / 1.2, rel=1e-5)
    assert charge_transfer_resistance(unequal) / OHM_CM2 == pytest.approx(2.56926, rel=1e-6)
    cold = tiny(tmp_path, *stated, "temperature=273.15 K", "kinetics.activation_energy=40 kJ/mol")
    factor = np.exp(40e3 / 8.314462618 * (1 / 273.15 - 1 / 298.15))
    assert charge_transfer_resistance(cold) / OHM_CM2 == pytest.approx(2.56926 * factor, rel=1e-5)


def test_a_later_exchange_current_density_replaces_the_resistance(tmp_path: Path) -> None:
    stated = {"kinetics.charge_transfer_resistance": "5 ohm cm^2", "kinetics.of": "electrode"}
    scenario = tiny(tmp_path).with_(stated)
    assert scenario.kinetics.exchange_current_density is None
    other = scenario.with_({"kinetics.exchange_current_density": "50 A/m^2"})
    assert other.kinetics.charge_transfer_resistance is None and other.kinetics.of is None


def test_the_scale_is_exact_for_films_in_parallel_with_charge_transfer() -> None:
    films, shares = {"a": 1.0, "b": 20.0}, {"a": 0.3, "b": 0.9}
    scale = film_scale(7.0, shares, films, 0.5)
    mean = 1.0 / sum(shares[k] / (scale * films[k] + 0.5) for k in films)
    assert mean == pytest.approx(7.0, rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (CELL[:1], "E958"),
        (CELL[1:], "E959"),
        (("kinetics.charge_transfer_resistance=5 ohm cm^2",), "E958"),
        (("kinetics.of=electrode",), "E959"),
        (("sei.charge_transfer=included",), "E960"),
        (("sei.default_film=none", "sei.composition={none = 1.0}", *CELL), "E951"),
        (
            (
                *CELL,
                "sei.charge_transfer=included",
                "kinetics.exchange_current_density=1 A/m^2",
            ),
            "E951",
        ),
        (
            (
                "sei.composition={none = 0.5, low = 0.5}",
                "sei.resistance=2 ohm cm^2",
                "sei.of=electrode",
                "sei.charge_transfer=included",
                "kinetics.exchange_current_density=400 A/m^2",
            ),
            "E951",
        ),
    ],
)
def test_what_is_not_said_is_one_message(
    tmp_path: Path, changes: tuple[str, ...], code: str
) -> None:
    with pytest.raises(ScenarioError, match=code):
        tiny(tmp_path, *changes)


def test_exactly_one_statement_of_the_kinetics(tmp_path: Path) -> None:
    file = tmp_path / "both.toml"
    both = 'exchange_current_density = "1 A/m^2"\ncharge_transfer_resistance = "5 ohm cm^2"\n'
    file.write_text(f'base = "be"\ntitle = "both"\n[kinetics]\n{both}of = "electrode"\n')
    with pytest.raises(ScenarioError, match="E962"):
        Scenario.load(file)
