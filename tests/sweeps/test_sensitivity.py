"""Sensitivity of a quantity to the settings of a sweep, and its tornado chart."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from deposition.sweeps import figure as figures
from deposition.sweeps.axes import Member, parse_settings, unquoted
from deposition.sweeps.designs import design_of, grid
from deposition.sweeps.figure import draw_sensitivity
from deposition.sweeps.outcome import Row
from deposition.sweeps.sensitivity import Effect, Sensitivity, sensitivity_of

Q = "roughness_rms_um"


def members(*settings: str) -> list[Member]:
    return grid(parse_settings(settings)[0]).members()


def value(member: Member, key: str) -> str:
    index = [axis.key for axis in member.axes].index(key)
    return unquoted(member.values[index])


def number(member: Member, key: str) -> float:
    return float(value(member, key).split()[0])


def sensitivity(found: list[Member], of: Callable[[Member], float]) -> Sensitivity | None:
    rows = [Row(member, {}, "") for member in found]
    return sensitivity_of(rows, np.array([of(member) for member in found]))


def effect(found: Sensitivity, key: str) -> Effect:
    return next(one for one in found.effects if one.axis.key == key)


def test_effects_of_a_grid_are_the_means_over_the_other_settings() -> None:
    found = members("a.x=3,1,2", "a.y=0.1 um,10 um")
    scatter = dict(zip(found, np.random.default_rng(0).random(6) + 1.0, strict=True))
    result = sensitivity(found, scatter.__getitem__)
    assert result is not None
    means = {v: np.mean([scatter[m] for m in found if value(m, "a.x") == v]) for v in "123"}
    x = effect(result, "a.x")
    assert x.values == ("1", "3"), "by number, not in the order given"
    assert (x.low, x.high) == pytest.approx((means["1"], means["3"]), rel=1e-12)
    assert (x.least, x.greatest) == pytest.approx((min(means.values()), max(means.values())))
    assert result.centre == pytest.approx(np.mean(list(scatter.values())), rel=1e-12)
    assert result.effects == tuple(sorted(result.effects, key=lambda e: -e.span))


def test_an_additive_quantity_is_found_although_runs_of_the_grid_failed() -> None:
    found = members("a.x=1,2,4", "a.y=0,1", "a.motion=advected,stationary")

    def of(member: Member) -> float:
        if number(member, "a.x") == 4 and value(member, "a.motion") == "advected":
            return math.nan
        still = value(member, "a.motion") == "stationary"
        return 10.0 + number(member, "a.x") - 5.0 * number(member, "a.y") + 3.0 * still

    result = sensitivity(found, of)
    assert result is not None
    assert result.effects[0].axis.short == "y"
    assert result.explained == pytest.approx(1.0, abs=1e-12)
    x, y, motion = (effect(result, f"a.{name}") for name in ("x", "y", "motion"))
    assert x.high - x.low == pytest.approx(3.0, rel=1e-12)
    assert y.high - y.low == pytest.approx(-5.0, rel=1e-12)
    assert motion.values == ("advected", "stationary")
    assert motion.high - motion.low == pytest.approx(3.0, rel=1e-12)


def test_drawn_values_are_fitted_by_a_line_and_by_a_logarithm_where_they_span_decades() -> None:
    ranges = ["a.x=0.2:0.5", "a.size=0.1:8 um"]
    found = design_of("latin-hypercube:30", ranges, 0, []).members()
    result = sensitivity(found, lambda m: 9 - 4 * number(m, "a.x") + np.log(number(m, "a.size")))
    assert result is not None
    assert not result.logarithmic
    assert result.explained == pytest.approx(1.0, abs=1e-12)
    for key, expected in (("a.x", lambda r: -4 * (r[1] - r[0])),
                          ("a.size", lambda r: math.log(r[1] / r[0]))):  # fmt: skip
        one = effect(result, key)
        ends = [float(text.split()[0]) for text in one.values]
        assert ends == [f(number(m, key) for m in found) for f in (min, max)]
        assert one.high - one.low == pytest.approx(expected(ends), rel=1e-10)


def test_a_positive_quantity_over_more_than_a_decade_is_fitted_by_its_logarithm() -> None:
    found = members("a.x=1,2,3", "a.y=1,100")
    result = sensitivity(found, lambda m: number(m, "a.y") * math.exp(number(m, "a.x")))
    assert result is not None and result.logarithmic
    assert result.centre == pytest.approx(10 * math.exp(2))
    y = effect(result, "a.y")
    assert (y.low, y.high) == pytest.approx((math.exp(2), 100 * math.exp(2)))
    assert result.explained == pytest.approx(1.0)


def test_interaction_and_scatter_of_seeds_lower_the_explained_share() -> None:
    found = members("a.x=-1,1", "a.y=-1,1", "sei.seed=1,2,3,4")
    result = sensitivity(found, lambda m: number(m, "a.x") * (1 + number(m, "a.y")))
    assert result is not None
    assert [one.axis.key for one in result.effects] == ["a.x", "a.y"], "a seed is no setting"
    assert result.explained == pytest.approx(0.5)
    assert effect(result, "a.y").span == pytest.approx(0.0, abs=1e-12)


def test_no_sensitivity_without_enough_settings_or_runs() -> None:
    assert sensitivity(members("a.x=1,2,3"), lambda m: 1.0) is None
    assert sensitivity(members("a.x=1,2", "sei.seed=1,2"), lambda m: 1.0) is None
    found = members("a.x=1,2", "a.y=1,2")
    assert sensitivity(found, lambda m: math.nan) is None
    diagonal = sensitivity(found, lambda m: 1.0 if value(m, "a.x") == value(m, "a.y") else math.nan)
    assert diagonal is None, "both settings change together"
    constant = sensitivity(found, lambda m: 7.0)
    assert constant is not None
    assert math.isnan(constant.explained)
    assert [one.span for one in constant.effects] == pytest.approx([0.0, 0.0], abs=1e-12)


@pytest.mark.picture
@pytest.mark.parametrize("factor", [1.0, 100.0])
def test_the_tornado_has_a_pair_of_bars_for_each_setting_the_largest_at_the_top(
    factor: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Figure] = []
    monkeypatch.setattr(figures, "save", lambda figure, path: shown.append(figure))
    found = members("a.x=1,2", "a.y=0.1 mA/cm^2,2 mA/cm^2", "a.motion=advected,stationary")
    rows = [Row(m, {Q: 5 + number(m, "a.x") + factor * number(m, "a.y")}, "") for m in found]
    draw_sensitivity(rows, Q, Path("x.png"))
    (axes,) = shown[0].axes
    shown[0].draw_without_rendering()
    assert len(axes.patches) == 6
    assert axes.get_xscale() == ("linear" if factor == 1.0 else "log")
    assert axes.get_xlabel() == "Roughness (rms), µm"
    assert axes.get_yticklabels()[0].get_text() == "y (mA/cm$^{2}$)"
    assert axes.yaxis_inverted()
    assert [text.get_text() for text in axes.texts[:2]] == ["0.1", "2"]
    if factor == 1.0:
        ends = [bar.get_extents().transformed(axes.transData.inverted()) for bar in axes.patches]
        assert (ends[0].x0, ends[0].x1) == pytest.approx((6.6, 7.55)), "0.1 mA/cm^2 to the mean"
        assert (ends[1].x0, ends[1].x1) == pytest.approx((7.55, 8.5))
    labels = axes.yaxis.get_tightbbox()
    assert labels is not None and labels.x0 > 0.0


def test_no_tornado_for_one_setting() -> None:
    rows = [Row(m, {Q: 1.0}, "") for m in members("a.x=1,2")]
    assert draw_sensitivity(rows, Q, Path("x.png")) is None
