"""Properties of an electrolyte as expressions and tables, in NumPy and UFL, and refusals."""

from __future__ import annotations

import math
from dataclasses import replace

import basix.ufl
import numpy as np
import pytest
import ufl

from deposition.laws.concentrated import Nyman, Range
from deposition.laws.expression import FUNCTIONS, Formula
from deposition.laws.functions import Constant, Properties, stated_functions
from deposition.laws.property_table import MOST_ROWS, PropertyTable, as_rows

C = np.array([1.0, 250.0, 1000.0, 1999.0])
T = 310.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.5", lambda c: 2.5),
        ("-c + +3", lambda c: 3.0 - c),
        ("c^2 - c**0.5/4", lambda c: c**2 - np.sqrt(c) / 4),
        ("-c^2", lambda c: -(c**2)),
        ("2^3^0.5", lambda c: 2.0**3.0**0.5),
        ("exp(-c/T) + ln(T)", lambda c: np.exp(-c / T) + math.log(T)),
        ("log10(c) * sqrt(c)", lambda c: np.log10(c) * np.sqrt(c)),
        ("tanh(c - 1) + abs(c - 1)", lambda c: np.tanh(c - 1.0) + np.abs(c - 1.0)),
        ("ln(c)", np.log),
    ],
)
def test_an_expression_has_the_value_of_its_formula(text: str, expected: object) -> None:
    formula = Formula(text, factor=0.1)
    formula.check()
    values = expected(C / 1000.0)  # type: ignore[operator]
    found = np.broadcast_to(formula.at(C, T), C.shape)
    np.testing.assert_allclose(found, 0.1 * np.broadcast_to(values, C.shape), rtol=1e-13)


def in_ufl(function: Formula | PropertyTable, c: float) -> tuple[float, float]:
    """Value and derivative of a function by UFL at one concentration."""
    domain = ufl.Mesh(basix.ufl.element("P", "triangle", 1, shape=(2,)))
    symbol = ufl.variable(ufl.Constant(domain))
    value = function.at(symbol, T)
    slope = ufl.algorithms.expand_derivatives(ufl.diff(value, symbol))
    known = {symbol.ufl_operands[0]: c}
    return float(value((0.0, 0.0), known)), float(slope((0.0, 0.0), known))


TABLE = PropertyTable(as_rows([[500.0, 300.0, 1.0], [1000.0, 300.0, 3.0], [2000.0, 300.0, 2.0]]))


@pytest.mark.parametrize(
    "function",
    [
        *(Formula(f"{name}(0.3*c) + T*c") for name in FUNCTIONS),
        Formula("exp(17e3/8.314*(1/298.15 - 1/T)) * (0.1297*c^3 - 2.51*c^1.5 + 3.329*c)"),
        TABLE,
    ],
    ids=lambda f: getattr(f, "text", "table"),
)
@pytest.mark.parametrize("c", [200.0, 700.0, 1300.0, 2500.0])
def test_ufl_has_the_value_and_the_slope_of_numpy(
    function: Formula | PropertyTable, c: float
) -> None:
    value, slope = in_ufl(function, c)
    step = 1e-4 * c
    rise = function.at(c + step, T) - function.at(c - step, T)
    assert value == pytest.approx(float(function.at(c, T)), rel=1e-12)
    assert slope == pytest.approx(float(rise) / (2 * step), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2*", "E050"),
        ("", "E050"),
        ("a = 1", "E050"),
        ("import os", "E050"),
        ("kappa", "E051"),
        ("C", "E051"),
        ("__import__('os').system('true')", "E052"),
        ("c.real", "E052"),
        ("exp(c, 2)", "E052"),
        ("exp(x=c)", "E052"),
        ("sin(c)", "E052"),
        ("c if c > 1 else 2", "E052"),
        ("[c]", "E052"),
        ("'c'", "E052"),
        ("True", "E052"),
        ("1j*c", "E052"),
        ("(lambda: c)()", "E052"),
        ("~c", "E052"),
        ("1" + "+1" * 1000, "E053"),
        ("(" * 90 + "c" + ")" * 90, None),
        ("-" * 70 + "c", "E054"),
    ],
)
def test_nothing_but_arithmetic_is_accepted(text: str, code: str | None) -> None:
    if code is None:
        Formula(text).check()
        return
    with pytest.raises(ValueError, match=code):
        Formula(text).check()


def test_numbers_do_not_grow_without_bound() -> None:
    tower = Formula("9^9^9^9^9")
    tower.check()
    with pytest.raises(OverflowError):
        tower.at(C, T)


def test_a_table_is_linear_between_its_rows_and_constant_beyond() -> None:
    c = np.array([1.0, 500.0, 750.0, 1000.0, 1500.0, 2000.0, 9000.0])
    np.testing.assert_allclose(TABLE.at(c, T), [1.0, 1.0, 2.0, 3.0, 2.5, 2.0, 2.0], rtol=1e-14)
    rows = [*TABLE.rows[::-1]]
    np.testing.assert_allclose(PropertyTable(tuple(rows)).at(c, T), TABLE.at(c, T))
    vanishing = PropertyTable(TABLE.rows, vanishes=True)
    np.testing.assert_allclose(vanishing.at(np.array([0.0, 250.0, 500.0]), T), [0.0, 0.5, 1.0])


def test_a_table_is_linear_in_the_temperature_too() -> None:
    warm = [[500.0, 320.0, 3.0], [1500.0, 320.0, 5.0]]
    table = PropertyTable((*TABLE.rows, *as_rows(warm)))
    assert table.at(1000.0, 310.0) == pytest.approx(0.5 * (3.0 + 4.0))
    assert table.at(1000.0, 305.0) == pytest.approx(0.75 * 3.0 + 0.25 * 4.0)
    assert table.at(1000.0, 280.0) == pytest.approx(3.0)
    assert table.at(1000.0, 400.0) == pytest.approx(4.0)
    assert table.concentrations == (500.0, 1500.0) and table.temperatures == (300.0, 320.0)
    assert PropertyTable(as_rows([[1.0, 2.0], [2.0, 3.0]])).temperatures is None


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([[1.0, 2.0]], "E056"),
        ([[1.0, 300.0, 2.0], [2.0, 300.0, 2.0], [1.0, 310.0, 2.0]], "at 310 K.*E056"),
        ([[float(k), 1.0] for k in range(1, MOST_ROWS + 2)], "E057"),
        ([[1.0, 2.0], [1.0, 3.0]], "E058"),
    ],
)
def test_rows_that_make_no_curve_are_refused(rows: list[list[float]], code: str) -> None:
    with pytest.raises(ValueError, match=code):
        PropertyTable(as_rows(rows)).check()


NYMAN = Properties(
    Formula("0.1297*c^3 - 2.51*c^1.5 + 3.329*c"),
    Formula("8.794e-7*c^2 - 3.972e-6*c + 4.862e-6", 1e-4),
    Formula("-0.1287*c^3 + 0.4106*c^2 - 0.4717*c + 0.4492"),
    Formula(
        "(0.28687*c^2 + 0.74678*c + 0.44103)/(1 + 0.1287*c^3 - 0.4106*c^2 + 0.4717*c - 0.4492)"
    ),
    Nyman.measured,
)


def test_stated_functions_are_the_built_in_law() -> None:
    own, known = stated_functions(NYMAN, 298.15), Nyman(298.15)
    c = np.linspace(10.0, 3000.0, 50)
    for name in ("conductivity", "diffusivity", "transference", "thermodynamic_factor"):
        one, other = (getattr(law, f"{name}_at")(c) for law in (own, known))
        np.testing.assert_allclose(one, other, rtol=1e-12, err_msg=name)
    for name in ("anion_flux", "current"):
        one, other = (getattr(law, name)(c, 2e7, -30.0) for law in (own, known))
        np.testing.assert_allclose(one, other, rtol=1e-10, err_msg=name)
    assert own.fault() == known.fault() == ""
    assert stated_functions(NYMAN, 298.15) is own, "or each solve would compile its form anew"
    assert type(stated_functions(NYMAN, 310.0)) is not type(own)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("conductivity", "1 - c", "conductivity is 0 or less at 1 mol/L"),
        ("conductivity", "ln(c - 1)", "conductivity is not a finite number at 0.005 mol/L"),
        ("diffusivity", "1/(T - 298.15)", "diffusivity cannot be evaluated: float division"),
        ("diffusivity", "9^9^9^9", "diffusivity cannot be evaluated"),
        ("thermodynamic_factor", "(T - 300)^0.5", "thermodynamic_factor has a root of a negative"),
        ("t_plus", "0.6*c", "t_plus is 1 or more at 1.67 mol/L"),
    ],
)
def test_functions_without_a_sensible_value_say_where(name: str, text: str, fault: str) -> None:
    half = Constant(0.5)
    sound = Properties(half, half, half, half, Range((1.0, 2e3), (T, T)))
    properties = replace(sound, **{name: Formula(text)})  # type: ignore[arg-type]
    assert stated_functions(properties, 298.15).fault().startswith(fault)
