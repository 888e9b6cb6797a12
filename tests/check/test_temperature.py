"""Temperature dependence of transport, charge transfer and SEI, and its report."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import brentq

from deposition.check.temperature import temperature_lines
from deposition.check.wagner import charge_transfer_resistance, wagner_of
from deposition.common.constants import GAS_CONSTANT
from deposition.common.errors import ScenarioError
from deposition.laws.electrolyte import NernstPlanck
from deposition.laws.thermodynamics import thermal_voltage
from deposition.library import library
from deposition.scenario import Scenario
from deposition.verification.bench import last_state
from deposition.verification.cases import k5_activation_energies as k5

COLD, WARM = 253.15, 333.15
FILM = ("sei.films.matrix.activation_energy=45.7 kJ/mol",)


def at(temperature: float, *changes: str, name: str = "be") -> Scenario:
    """A shipped scenario at a temperature, K."""
    return Scenario.load(name, [f"temperature={temperature} K", *changes])


def energy(of: Callable[[Scenario], float], *changes: str) -> float:
    """Activation energy (J/mol) of a resistance, from its values when cold and when warm."""
    ratio = of(at(COLD, *changes)) / of(at(WARM, *changes))
    return float(GAS_CONSTANT * np.log(ratio) / (1.0 / COLD - 1.0 / WARM))


def specific_resistance(scenario: Scenario) -> float:
    law = scenario.electrolyte_law
    assert isinstance(law, NernstPlanck)
    assert law.salt_diffusivity == pytest.approx(
        2.0 * law.t_plus * (1.0 - law.t_plus) * law.diffusivity_sum
    )
    return 1.0 / float(law.conductivity)


def film(scenario: Scenario) -> float:
    table = scenario.film_table()
    return 1.0 / float(table.conductivity[table.index("matrix")])


def test_every_resistance_follows_its_own_activation_energy() -> None:
    assert energy(specific_resistance) == pytest.approx(13.4e3)
    assert energy(charge_transfer_resistance) == pytest.approx(40.4e3)
    assert energy(film, *FILM) == pytest.approx(45.7e3)
    assert energy(film) == pytest.approx(0.0)


def test_a_value_without_activation_energy_is_not_converted() -> None:
    own = (
        "electrolyte.name=mine", "electrolyte.conductivity=0.2 S/m", "electrolyte.t_plus=0.4",
        "electrolyte.concentration=1 mol/L",
    )  # fmt: skip
    assert specific_resistance(at(COLD, *own)) == pytest.approx(5.0)
    assert energy(charge_transfer_resistance, *own) == pytest.approx(
        GAS_CONSTANT * np.log(COLD / WARM) / (1.0 / COLD - 1.0 / WARM)
    ), "i_00 is as stated, so that R_ct is proportional to T"


def test_nothing_is_converted_at_298_k() -> None:
    scenario = Scenario.load("be", FILM)
    assert specific_resistance(scenario) == 1.0 / 0.35
    assert scenario.kinetics.exchange_at(298.15) == 1e4
    assert film(scenario) == film(Scenario.load("be"))
    assert temperature_lines(scenario) == []


def test_diffusivities_follow_the_conductivity() -> None:
    law = at(COLD).electrolyte_law
    assert isinstance(law, NernstPlanck)
    einstein = GAS_CONSTANT * COLD / (96485.33212**2 * 1000.0)
    assert law.diffusivity_sum == pytest.approx(law.conductivity * einstein)


@pytest.mark.parametrize(
    ("name", "kilojoules"), [("BE", 45.7), ("C-I-BE", 38.1), ("C-I-BE-LN", 30.59)]
)
def test_the_default_film_has_the_activation_energy_of_its_electrolyte(
    name: str, kilojoules: float
) -> None:
    def fresh(kelvin: float) -> float:
        own = f"sei.default_film={library().electrolyte(name).fresh_film.name}"
        scenario = Scenario.load(name.lower(), [f"temperature={kelvin} K", own])
        table = scenario.film_table()
        return float(table.conductivity[table.index(scenario.sei.default_film)])

    slope = np.log(fresh(WARM) / fresh(COLD)) / (1.0 / COLD - 1.0 / WARM)
    assert slope * GAS_CONSTANT == pytest.approx(1e3 * kilojoules, rel=1e-9)


def test_converted_and_other_properties_are_listed() -> None:
    converted, others = temperature_lines(at(COLD, *FILM))
    assert converted == (
        "converted from 298.15 K to 253.15 K (Arrhenius): conductivity (13.4 kJ/mol), "
        "charge transfer (40.4 kJ/mol), film matrix (45.7 kJ/mol)"
    )
    assert others == (
        "taken as stated for 253.15 K, without activation energy: film hot_spot "
        "(films of BE: 45.7 kJ/mol, literature)"
    )
    own = ("electrolyte.name=mine", "electrolyte.law=ohmic", "electrolyte.conductivity=0.2 S/m",
           "electrolyte.concentration=1 mol/L")  # fmt: skip
    assert temperature_lines(at(COLD, *own)) == [
        "taken as stated for 253.15 K, without activation energy: conductivity, "
        "charge transfer, film hot_spot, film matrix"
    ]


def test_components_of_the_library_are_listed() -> None:
    patches = ("sei.patch_size=4 um", "sei.seed=1", "sei.composition={LiF = 0.5, matrix = 0.5}")
    converted, _ = temperature_lines(at(COLD, *FILM, *patches))
    energy = library().components["LiF"].activation_energy
    assert energy is not None
    assert converted.endswith(f", film component LiF ({energy.value:g} {energy.unit})")


def test_a_composition_has_the_activation_energies_of_its_components() -> None:
    change = ("sei.films.matrix.composition={LiF = 0.5, LiI = 0.5}", *FILM)
    with pytest.raises(ScenarioError, match=r"sei\.films\.matrix.*E250"):
        at(COLD, *change)


@pytest.mark.parametrize(
    ("energy", "message"),
    [
        ("50 kJ", r'Did you mean "50 kJ/mol"\? \[E009\]'),
        ("10 kcal", r'Did you mean "10 kcal/mol"\? \[E009\]'),
        ("40 eV", "at most 1000 kJ/mol"),
        ("4000 kJ/mol", "at most 1000 kJ/mol"),
    ],
)
@pytest.mark.parametrize("of", ["kinetics", "electrolyte", "sei.films.matrix"])
def test_an_invalid_activation_energy_is_refused(of: str, energy: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=rf'{of}.* = "{energy}": .*{message}'):
        at(COLD, f"{of}.activation_energy={energy}")


def test_degrees_are_not_coulombs() -> None:
    with pytest.raises(ScenarioError, match=r'"C" .*"25 degC".*E005'):
        Scenario.load("be", ["temperature=20 C"])


@pytest.mark.parametrize("temperature", ["1 K", "149.9 K", "600 K"])
def test_a_temperature_without_liquid_electrolytes_is_refused(temperature: str) -> None:
    with pytest.raises(ScenarioError, match=r"temperature = .*between 150 and 500 K"):
        Scenario.load("be", [f"temperature={temperature}"])


def test_the_source_of_a_value_states_its_conversion() -> None:
    for temperature, moved in ((COLD, True), (298.15, False)):
        table = at(temperature, *FILM).film_table()
        said = table.sources[table.index("matrix")]
        assert ("Arrhenius from 298.15 K" in said) == moved
        assert "Arrhenius" not in table.sources[table.index("hot_spot")]


def electrode(scenario: Scenario, shares: dict[str, float], density: float) -> float:
    """Voltage across film and charge transfer of an electrode (V), with its films side by side."""
    table, thermal = scenario.film_table(), thermal_voltage(scenario.temperature)
    exchange = scenario.kinetics.exchange_at(scenario.temperature)
    films = {
        name: scenario.sei.thickness / table.conductivity[table.index(name)] for name in shares
    }

    def too_much(volts: float) -> float:
        return sum(share * through(volts, films[name]) for name, share in shares.items()) - density

    def through(volts: float, film: float) -> float:
        def missing(i: float) -> float:
            return volts - film * i - 2.0 * thermal * math.asinh(i / (2.0 * exchange))

        return float(brentq(missing, 0.0, volts / film))

    return float(brentq(too_much, 0.0, 10.0))


SPOTS = {"hot_spot": 0.1, "matrix": 0.9}
EVEN = {"low": 0.25, "medium": 0.5, "high": 0.25}


@pytest.mark.solve
@pytest.mark.parametrize(
    ("name", "shares", "millivolts"),
    [
        ("be-cold", SPOTS, 1955.5),
        ("be-warm", SPOTS, 12.702),
        ("c-i-be-ln-cold", EVEN, 128.97),
        ("c-i-be-ln-warm", EVEN, 4.2837),
    ],
)
def test_resistance_of_the_named_cells(
    name: str, shares: dict[str, float], millivolts: float
) -> None:
    """Against films side by side without an electrolyte between them, and pinned."""
    scenario = Scenario.load(name)
    density = scenario.protocol.current_density
    assert density is not None
    voltage = last_state(scenario).voltage
    assert 1e3 * voltage == pytest.approx(millivolts, rel=0.002)
    law = scenario.electrolyte_law
    assert isinstance(law, NernstPlanck)
    ohmic = density * 25e-6 / float(law.t_plus * law.conductivity)
    assert voltage == pytest.approx(2.0 * electrode(scenario, shares, density) + ohmic, rel=0.02)


@pytest.mark.solve
def test_k5_finds_the_energies_of_the_library() -> None:
    checks, _ = k5.compare_one("BE")
    assert [check.quantity for check in checks if not check.passed] == []
    assert max(check.error for check in checks) < 1e-4


@pytest.mark.solve
@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ("electrolyte.activation_energy=13.0 kJ/mol", "BE: transport"),
        ("kinetics.activation_energy=42 kJ/mol", "BE: charge transfer"),
        ("sei.default_film=LiI", "BE: film"),
    ],
)
def test_k5_detects_wrong_activation_energies(
    change: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(k5, "TEMPERATURES", np.array([253.15, 298.15, 333.15]))
    monkeypatch.setattr(k5, "ROOM", 1)
    right = k5.scenario
    monkeypatch.setattr(k5, "scenario", lambda *words: right(*words, change))
    checks, _ = k5.compare_one("BE")
    assert [check.quantity for check in checks if not check.passed] == [wrong]


def test_the_wagner_number_is_that_of_the_run() -> None:
    from deposition.simulation.initial import begin

    cold, warm = (wagner_of(at(t), begin(at(t))) for t in (COLD, WARM))
    law = at(COLD).electrolyte_law
    assert cold.steady_conductivity == pytest.approx(0.38 * law.conductivity_at(1000.0))
    assert cold.length < warm.length
