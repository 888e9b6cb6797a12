"""Laws of SEI growth: closure, and answers of classes from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from deposition.common.errors import PluginError
from deposition.laws.checked import CheckedGrowth
from deposition.laws.dual import Dual
from deposition.laws.reactions import sample
from deposition.laws.sei_columns import SeiColumns
from deposition.laws.sei_growth import LinearParabolic, check_growth

LITHIUM = {"Li2O": 2.0, "Li3N": 3.0}
CHARGES = {"anion": -1, "NO3-": -1}
OXIDE = LinearParabolic("Li2O", 1e-9, 1e-18, 1e3, 2.0, 2.0)


def test_a_closed_law_passes() -> None:
    check_growth("law", OXIDE, LITHIUM, CHARGES)
    # NO3⁻ + 9 Li⁺ + 8 e⁻ with a third of the lithium of each of Li3N and 3 Li2O, as Li3N alone:
    nitride = replace(OXIDE, component="Li3N", lithium=3.0, electrons=2.0, species={"NO3-": 1.0})
    check_growth("law", nitride, LITHIUM, CHARGES)


@pytest.mark.parametrize(
    ("law", "said"),
    [
        (replace(OXIDE, lithium=1.0), "1 lithium per mol of Li2O.*contains 2.*E047"),
        (replace(OXIDE, species={"I3-": 1.0}), "consumes I3-.*E048"),
        (replace(OXIDE, electrons=1.0), "1 electrons meet ions of charge 2.*E049"),
        (replace(OXIDE, species={"NO3-": 1.0}), "E049"),
    ],
)
def test_a_law_that_does_not_close_is_named(law: LinearParabolic, said: str) -> None:
    with pytest.raises(PluginError, match=said):
        check_growth("my law", law, LITHIUM, CHARGES)


def test_a_component_without_formula_is_named() -> None:
    own = CheckedGrowth(Own(lambda film: {"LEDC": Dual(np.ones(3))}), "lab:Growth", ("lithium",))
    with pytest.raises(PluginError, match=r"forms LEDC.*Li2O, Li3N.*E046"):
        check_growth("lab:Growth", own, LITHIUM, CHARGES)


class Own:
    """A class with a given answer."""

    electrons: Any = 2.0
    lithium: Any = 2.0

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def rate(self, film: SeiColumns, at: Any) -> Any:
        return self.answer(film)


def film() -> SeiColumns:
    ones = np.ones(3)
    return SeiColumns({"Li2O": ones}, {"Li2O": Dual.variable("sei:Li2O", ones)}, {"Li2O": 1e-5})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda film: film.amounts["Li2O"], "returned Dual.*E038"),
        (lambda film: {"Li2O": 1.0}, "returned dict.*E038"),
        (lambda film: {"Li2O": Dual(np.ones(2))}, "E043"),
        (lambda film: {"Li2O": Dual(np.full(3, np.nan))}, "E044"),
        (lambda film: film.amounts["LiF"], "raised KeyError.*E042"),
    ],
)
def test_a_wrong_answer_is_named(answer: Any, said: str) -> None:
    with pytest.raises(PluginError, match=said):
        CheckedGrowth(Own(answer), "lab:Growth", ("lithium",)).rate(film(), sample({"anion": 1.0}))


def test_numbers_that_are_missing_are_named() -> None:
    own = Own(lambda film: {})
    own.electrons = None
    checked = CheckedGrowth(own, "lab:Growth", ("lithium",))
    assert checked.lithium == 2.0 and checked.species == {}
    with pytest.raises(PluginError, match=r"electrons is None.*E039"):
        assert checked.electrons


def test_the_thickness_is_that_of_the_covered_part() -> None:
    half = np.array([0.5, 0.0])
    columns = SeiColumns({"a": half}, {"a": Dual.variable("sei:a", half)}, {"a": 2.0})
    assert columns.thickness("a").value.tolist() == [2.0, 0.0]
    assert isinstance(columns.fractions, Mapping)
