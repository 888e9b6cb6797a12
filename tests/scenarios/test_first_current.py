"""What must be seen in the four figures before anything moves.

The inequalities are those of the paper's figures in numbers; where one fails, either the physics or
the scenario is wrong, not the bound.
"""

from __future__ import annotations

import gmsh
import numpy as np
import pytest
from helpers.outcomes import FIGURES, HEIGHT, VOLTAGE
from helpers.steady_current import steady

from deposition import Scenario
from deposition.common import package_data as shipped

GMSH = "4.15.2"
"""The release whose meshes the pinned numbers belong to."""


IODINE = (
    "dead-li-iodine",
    "dead-li-iodine-lfp",
    "dead-li-iodine-closed",
    "nitrate-film",
    "shuttle-1d",
    "rest-test",
    "ldh-exchange",
    "mossy-li-iodine",
)
"""Cells at rest with iodine or nitrate; ``test_iodine.py`` has their outcomes."""

RESTING = ("dead-li-dissolving", "sei-growth", "cv-be", "cv-c-i-be-ln", *IODINE)
"""No current flows, or not yet."""

PINNED = {
    "be": 5.136378246,
    "be-dead-li": 5.895773997,
    "c-i-be": 2.366790608,
    "c-i-be-ln": 1.027809804,
    "be-3d": 4.621252723,
    "be-dead-li-3d": 4.654487666,
    "c-i-be-3d": 3.29472266,
    "c-i-be-ln-3d": 1.025944389,
    "sei-mosaic": 3.676598152,
    "lipf6-valoen-reimers": 2.045930734,
    "lipf6-nyman": 1.98330017,
    "lipf6-separator": 2.029955884,
    "lipf6-landesfeind": 2.020798697,
    "lipf6-constant": 2.026836496,
    "lipf6-functions": 2.030498832,
    "lipf6-potentiostatic": 2.046131417,
    "stirred": 2.056751995,
    "pulse-plating": 1.061420027,
    "be-calibrated": 6.408259012,
    "be-dead-li-calibrated": 6.51318482,
    "c-i-be-calibrated": 2.246040562,
    "c-i-be-ln-calibrated": 1.086473217,
    "dead-li-floating": 1.015293662,
    "be-cold": 6.710880981,
    "be-warm": 6.276551001,
    "c-i-be-ln-cold": 1.088643323,
    "c-i-be-ln-warm": 1.08524312,
    "tafel": 1.71374581,
    "tafel-linear": 1.211783843,
    "tafel-marcus": 1.487741837,
    "be-cycles": 5.136952372,
    "be-sand": 5.136345571,
    "be-voltage-limit": 5.133418642,
    "lfp-c-i-be-ln": 1.027809539,
    "ncm-c-i-be-ln": 1.027809376,
    "collector-cycle": 2.434094046,
    "cu-cycling-be": 1.000000006,
    "cu-cycling-c-i-be-ln": 1.13979927,
    "adams-c-i-be-ln": 1.13979927,
    "dead-layer-be": 1.0,
    "symmetric-be": 1.000004928,
    "symmetric-c-i-be-ln": 1.139522636,
    "anode-free-be": 1.000000021,
    "eis-be": 6.408259012,
    "eis-c-i-be-ln": 1.086473217,
    "li2o-cleaning": 1.0,
    "li2o-to-li3n": 1.000022048,
    "rejuvenation": 1.842515565,
    "pinch-off-be": 1.841777567,
}
"""99th percentile over the mean of the steady current on the initial cell."""


def test_every_shipped_scenario_is_pinned() -> None:
    assert not set(HEIGHT) & set(VOLTAGE)
    assert set(PINNED) | set(RESTING) == set(HEIGHT) | set(VOLTAGE) == set(shipped.scenarios())
    held = {n for n in shipped.scenarios() if Scenario.load(n).interface == "fixed"}
    assert held == set(VOLTAGE)


@pytest.mark.solve
@pytest.mark.parametrize("name", PINNED)
def test_first_current_is_what_it_was(name: str) -> None:
    """On the mesh of the pinned Gmsh to rounding; other releases mesh a little differently."""
    exact = gmsh.__version__ == GMSH
    assert steady(name).p99_over_mean == pytest.approx(PINNED[name], rel=1e-6 if exact else 0.02)


@pytest.mark.solve
@pytest.mark.parametrize("name", FIGURES)
def test_first_current_has_the_mean_that_was_asked_for(name: str) -> None:
    found = steady(name)
    assert found.between(-np.inf, np.inf) == pytest.approx(found.mean, rel=1e-6)


@pytest.mark.solve
def test_be_focuses_on_its_hot_spots_and_c_i_be_ln_is_even() -> None:
    assert steady("be").p99_over_mean >= 3.0
    assert steady("c-i-be-ln").p99_over_mean <= 1.05


SHADED = (20.5, 21.5)
BLOCK = (16.0, 26.0)
UNSHADED = ((2.0, 3.0), (9.0, 10.0), (14.0, 15.0), (29.0, 30.0), (35.0, 36.0))


@pytest.mark.solve
@pytest.mark.parametrize("place", [SHADED, BLOCK])
def test_dead_lithium_shades_what_is_below(place: tuple[float, float]) -> None:
    assert steady("be-dead-li").between(*place) <= 0.7 * steady("be").between(*place)


@pytest.mark.solve
@pytest.mark.parametrize("place", UNSHADED)
def test_dead_lithium_sends_its_current_to_the_others(place: tuple[float, float]) -> None:
    assert steady("be-dead-li").between(*place) >= 1.05 * steady("be").between(*place)
