"""Laws from outside the package: each wrong answer is one message that names the class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deposition.common.errors import PluginError
from deposition.common.plugins import load_plugin
from deposition.laws.checked import CheckedKinetics, CheckedOpenCircuit, CheckedReaction
from deposition.laws.dual import Dual
from deposition.laws.kinetics import Linear, Residual
from deposition.laws.reactions import AtFacets, Rates, sample

THREE = np.array([-0.01, 0.0, 0.01])
C = 1000.0 * np.ones(3)


class Kinetics:
    """A kinetics law with a given answer."""

    def __init__(self, answer: Callable[[Residual], Any]) -> None:
        self.answer, self.law = answer, Linear(10.0, 1000.0, 298.15)

    def residual(self, overpotential: Any, current: Any, concentration: Any) -> Any:
        return self.answer(self.law.residual(overpotential, current, concentration))

    def limit(self, concentration: Any) -> Any:
        return self.law.limit(concentration)


class Reaction:
    """A reaction with a given answer."""

    on = ("lithium",)

    def __init__(self, answer: Callable[[AtFacets], Any]) -> None:
        self.answer = answer

    def rates(self, at: AtFacets) -> Any:
        return self.answer(at)


def fails(_: Any) -> Any:
    raise ZeroDivisionError("division by zero")


def test_a_right_answer_passes_unchanged() -> None:
    law = Kinetics(lambda found: found)
    found = CheckedKinetics(law, "lab:Law").residual(THREE, THREE, C)
    for one, other in zip(found, law.law.residual(THREE, THREE, C), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda found: found[:2], r"lab:Law.*2 arrays.*E040"),
        (fails, r"lab:Law.*residual raised ZeroDivisionError: division by zero.*E042"),
        (lambda found: found._replace(value=found.value[:2]), r"lab:Law.*\(2,\).*E043"),
        (lambda found: found._replace(by_current=np.nan * THREE), r"lab:Law.*by_current.*E044"),
    ],
)
def test_a_wrong_answer_of_kinetics_is_named(answer: Callable[..., Any], said: str) -> None:
    with pytest.raises(PluginError, match=said):
        CheckedKinetics(Kinetics(answer), "lab:Law").residual(THREE, THREE, C)


def short(at: AtFacets) -> Rates:
    c = at.concentration["ox"]
    return Rates({"ox": Dual.variable("ox", c.value[:2])})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda at: at.concentration, r"lab:Law.*returned .*dict; expected Rates.*E041"),
        (fails, r"lab:Law.*rates raised ZeroDivisionError.*E042"),
        (short, r"lab:Law.*\(2,\).*E043"),
        (lambda at: Rates({"ox": at.concentration["ox"] * np.nan}), r"lab:Law.*E044"),
    ],
)
def test_a_wrong_answer_of_a_reaction_is_named(answer: Callable[..., Any], said: str) -> None:
    with pytest.raises(PluginError, match=said):
        CheckedReaction(Reaction(answer), "lab:Law").rates(sample({"ox": 1.0}))


def test_a_module_that_fails_when_imported_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "unfinished_lab.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PluginError, match=r"unfinished_lab:Law.*ZeroDivisionError.*E033"):
        load_plugin("unfinished_lab:Law", "kinetics", ())


class Potential:
    """An open-circuit potential with given bounds and answer."""

    def __init__(self, bounds: Any, answer: Callable[[float], Any]) -> None:
        self.bounds, self.potential = bounds, answer


def test_the_open_circuit_potential_of_a_class_from_outside() -> None:
    law = CheckedOpenCircuit(Potential((0.0, 1.0), lambda x: (3.0 - x, -1.0)), "lab:U")
    assert law.bounds == (0.0, 1.0) and law.potential(0.25) == (2.75, -1.0)


@pytest.mark.parametrize("bounds", [None, (0.5,), (1.0, 0.0), (0.0, 2.0), "ab"])
def test_wrong_bounds_of_an_open_circuit_potential_are_named(bounds: Any) -> None:
    with pytest.raises(PluginError, match=r"lab:U.*bounds is .*E045"):
        assert CheckedOpenCircuit(Potential(bounds, lambda x: (3.0, -1.0)), "lab:U").bounds


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda x: 3.0, "E043"),
        (lambda x: (np.nan, 1.0), "E044"),
        (lambda x: 1 / 0, "ZeroDivisionError.*E042"),
    ],
)
def test_a_wrong_potential_is_named(answer: Callable[..., Any], said: str) -> None:
    with pytest.raises(PluginError, match=said):
        CheckedOpenCircuit(Potential((0.0, 1.0), answer), "lab:U").potential(0.5)


def test_an_open_circuit_potential_falls() -> None:
    CheckedOpenCircuit(Potential((0.0, 1.0), lambda x: (3.0 - x, -1.0)), "lab:U").check_falls()
    hump = CheckedOpenCircuit(Potential((0.0, 1.0), lambda x: (3.0 + x - x**2, 0.0)), "lab:U")
    with pytest.raises(PluginError, match=r"rises from x = 0 to 0.01.*E059"):
        hump.check_falls()
