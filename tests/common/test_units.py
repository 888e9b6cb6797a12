"""Text to SI and back; invalid text is rejected with an example of a valid one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deposition.common import units
from deposition.common.units import Dimension

DIMENSIONS = [value for value in vars(units).values() if isinstance(value, Dimension)]


@pytest.mark.parametrize(
    ("dimension", "text", "si"),
    [
        (units.CURRENT_DENSITY, "0.5 mA/cm^2", 5.0),
        (units.CURRENT_DENSITY, "-0.5 mA/cm²", -5.0),
        (units.CHARGE_PER_AREA, "1 mAh/cm^2", 36000.0),
        (units.AREA_RESISTANCE, "0.3 ohm cm^2", 0.3e-4),
        (units.AREA_RESISTANCE, "1 Ω cm²", 1e-4),
        (units.LENGTH, "20nm", 20e-9),
        (units.LENGTH, "4 µm", 4e-6),
        (units.CONDUCTIVITY, "3.5 mS/cm", 0.35),
        (units.CONCENTRATION, "1 mol/L", 1000.0),
        (units.CONCENTRATION, "1 M", 1000.0),
        (units.TEMPERATURE, "25 degC", 298.15),
        (units.MOLAR_VOLUME, "13 cm^3/mol", 13e-6),
        (units.SURFACE_ENERGY, "0 J/m^2", 0.0),
        (units.TIME, "1 h", 3600.0),
        (units.MOLAR_ENERGY, "30.59 kJ/mol", 30590.0),
    ],
)
def test_text_becomes_si(dimension: Dimension, text: str, si: float) -> None:
    assert dimension.parse(text) == pytest.approx(si, rel=1e-14)


@pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda d: d.name)
def test_examples_and_shown_units_are_of_the_dimension(dimension: Dimension) -> None:
    assert dimension.parse(dimension.example) > 0.0
    for unit in dimension.shown:
        assert dimension.to_si(1.0, unit) > 0.0


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (0.5, "[E002]"),
        (5, "[E002]"),
        (True, "[E002]"),
        (None, "[E002]"),
        ("0.5", "[E004]"),
        ("mA/cm^2", "[E003]"),
        ("", "[E003]"),
        ("1 2 mA/cm^2", "[E008]"),
        ("0.5 mA", '"mA" is not a unit of current density'),
        ("0.5 V", "[E005]"),
        ("0.5 mA/cm2", '"mA/cm^2"'),
        ("0.5 foo", 'unknown unit "foo"'),
        ("0.5 mA/(cm^2", "[E008]"),
        ("nan mA/cm^2", "[E006]"),
        ("inf mA/cm^2", "[E006]"),
        ("1e999 mA/cm^2", "[E006]"),
    ],
)
def test_invalid_text_is_rejected_with_an_example(text: object, part: str) -> None:
    with pytest.raises(ValueError) as caught:
        units.CURRENT_DENSITY.parse(text)
    assert part in str(caught.value)
    assert '"0.5 mA/cm^2"' in str(caught.value)


@pytest.mark.parametrize(
    ("dimension", "text"),
    [
        (units.LENGTH, "-1 um"),
        (units.LENGTH, "0 um"),
        (units.AREA_RESISTANCE, "0 ohm cm^2"),
        (units.TEMPERATURE, "-300 degC"),
        (units.SURFACE_ENERGY, "-0.1 J/m^2"),
        (units.CHARGE_PER_AREA, "-1 mAh/cm^2"),
    ],
)
def test_invalid_signs_are_rejected(dimension: Dimension, text: str) -> None:
    with pytest.raises(ValueError, match=r"(greater than zero|zero or more).*\[E007\]"):
        dimension.parse(text)


def test_an_energy_is_per_mole_or_per_particle() -> None:
    assert units.MOLAR_ENERGY.parse("0.5 eV") == pytest.approx(48.2427e3, rel=1e-5)
    assert units.MOLAR_ENERGY.parse("0.5 eV/particle") == units.MOLAR_ENERGY.parse("0.5 eV")
    assert units.MOLAR_ENERGY.format(units.MOLAR_ENERGY.parse("0.3 eV")) == "0.3 eV"
    with pytest.raises(ValueError, match=r'"W" is not a unit of molar energy.*"40 kJ/mol"'):
        units.MOLAR_ENERGY.parse("3 W")


@pytest.mark.parametrize(
    ("dimension", "si", "text"),
    [
        (units.LENGTH, 20e-9, "20 nm"),
        (units.LENGTH, 0.3e-6, "0.3 um"),
        (units.CURRENT_DENSITY, 5.0, "0.5 mA/cm^2"),
        (units.EXCHANGE_CURRENT_DENSITY, 1e4, "1e4 A/m^2"),
        (units.AREA_RESISTANCE, 6e-4, "6 ohm cm^2"),
        (units.CONCENTRATION, 1000.0, "1 mol/L"),
    ],
)
def test_si_is_shown_in_customary_units(dimension: Dimension, si: float, text: str) -> None:
    assert dimension.format(si) == text


@given(st.sampled_from(DIMENSIONS), st.floats(min_value=1e-30, max_value=1e30))
def test_formatted_values_are_read_back_exactly(dimension: Dimension, number: float) -> None:
    value = dimension.parse(f"{number!r} {dimension.si}")
    assert dimension.parse(dimension.format(value)) == value


@given(st.text())
def test_any_text_is_parsed_or_raises_value_error(text: str) -> None:
    try:
        assert units.LENGTH.parse(text) > 0.0
    except ValueError as error:
        assert '"4 um"' in str(error)
