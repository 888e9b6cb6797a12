"""Derivatives by forward differentiation are those of finite differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deposition.laws.dual import Dual

STEP = 1e-6

FORMULAS: dict[str, Callable[[Dual, Dual], Dual]] = {
    "sum": lambda a, b: a + b + 3.0,
    "difference": lambda a, b: 2.0 - a - b,
    "product": lambda a, b: a * b * 0.5,
    "quotient": lambda a, b: a / b + 1.0 / a,
    "power": lambda a, b: a**0.5 * b**2.0,
    "logarithm": lambda a, b: (a * b).log(),
    "exponential": lambda a, b: (a / (b + 1.0)).exp(),
    "arrays": lambda a, b: np.array([2.0, 3.0]) * a - b / np.array([2.0, 4.0]),
}

positive = st.floats(0.2, 5.0)


@pytest.mark.parametrize("name", FORMULAS)
@given(a=st.tuples(positive, positive), b=st.tuples(positive, positive))
def test_derivatives(name: str, a: tuple[float, float], b: tuple[float, float]) -> None:
    formula = FORMULAS[name]
    places = {"a": np.array(a), "b": np.array(b)}

    def at(**shifts: float) -> Dual:
        moved = {slot: x + shifts.get(slot, 0.0) for slot, x in places.items()}
        return formula(*(Dual.variable(slot, x) for slot, x in moved.items()))

    for slot in places:
        difference = (at(**{slot: STEP}).value - at(**{slot: -STEP}).value) / (2.0 * STEP)
        np.testing.assert_allclose(at().by[slot], difference, rtol=1e-6, atol=1e-6)


def test_where_takes_values_and_derivatives_of_one_side() -> None:
    a, b = Dual.variable("a", np.array([1.0, np.nan])), Dual.variable("b", np.array([3.0, 4.0]))
    chosen = a.where(np.array([True, False]), b)
    np.testing.assert_array_equal(chosen.value, [1.0, 4.0])
    np.testing.assert_array_equal(chosen.by["a"], [1.0, 0.0])
    np.testing.assert_array_equal(chosen.by["b"], [0.0, 1.0])


def test_a_part_of_the_facets_is_spread_over_all() -> None:
    a = Dual.variable("a", np.array([1.0, 2.0, 3.0]))
    part = a.on(np.array([2, 0])) * 2.0
    whole = part.spread(np.array([2, 0]), 3)
    np.testing.assert_array_equal(whole.value, [2.0, 0.0, 6.0])
    np.testing.assert_array_equal(whole.by["a"], [2.0, 0.0, 2.0])
