"""Reactions of iodine and nitrate: balances of atoms and charge, films, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from deposition.common.constants import FARADAY
from deposition.common.errors import PluginError, ScenarioError, SolveError
from deposition.laws.dual import Dual
from deposition.laws.iodine import (
    IODATE,
    IODIDE,
    TRIIODIDE,
    ConstantOfSurface,
    IodineOnFilm,
    IodineOnLithium,
    Residue,
)
from deposition.laws.nitrate import NITRATE, NitrateOnLithium
from deposition.laws.reactions import (
    CATION,
    AtFacets,
    BoundaryReaction,
    Rates,
    check_closed,
    sample,
)
from deposition.laws.regeneration import IodideAtCounter
from deposition.laws.sei_columns import BARE, SeiColumns

CHARGES = {CATION: 1, TRIIODIDE: -1, IODIDE: -1, IODATE: -1, NITRATE: -1}
IODINE = {TRIIODIDE: 3.0, IODIDE: 1.0, IODATE: 1.0}
LITHIUM = {"Li2O": 2.0, "LiOH": 1.0, "Li3N": 3.0}
OXYGEN = {"Li2O": 1.0, "LiOH": 1.0}
LOCAL = IodineOnLithium(ConstantOfSurface(1e-6))
REACTIONS = (
    LOCAL,
    replace(LOCAL, galvanic=True),
    IodineOnFilm("Li2O", 1e-6),
    IodineOnFilm("LiOH", 1e-6),
    NitrateOnLithium(1e-8, 1e-18),
    IodideAtCounter(1e-4),
)


def at(c: float = 10.0) -> AtFacets:
    return sample(dict.fromkeys(CHARGES, c), list(LITHIUM))


@pytest.mark.parametrize("reaction", REACTIONS)
def test_atoms_and_charge_are_conserved(reaction: BoundaryReaction) -> None:
    rates = reaction.rates(at())
    check_closed("law", rates, CHARGES, LITHIUM)
    iodine = sum(IODINE.get(name, 0.0) * rate.value for name, rate in rates.species.items())
    np.testing.assert_allclose(iodine, 0.0, atol=1e-20)
    # Oxygen of iodate and nitrate against that of the film; half of LiOH's leaves as water.
    dissolved = sum(3.0 * rates.species[n].value for n in (IODATE, NITRATE) if n in rates.species)
    water = -rates.sei["LiOH"].value / 2.0 if "LiOH" in rates.sei else 0.0
    film = sum(OXYGEN.get(name, 0.0) * rate.value for name, rate in rates.sei.items())
    np.testing.assert_allclose(dissolved, film + water, rtol=1e-12)


def test_lithium_is_lost_once_in_either_picture() -> None:
    """Locally the metal loses 2 r; in the mixed potential it gives 2 F r, and nothing else."""
    local, mixed = LOCAL.rates(at()), replace(LOCAL, galvanic=True).rates(at())
    r = local.species[TRIIODIDE]
    assert local.metal is not None and mixed.charge is not None
    np.testing.assert_allclose(local.metal.value, -2.0 * r.value)
    np.testing.assert_allclose(local.species[IODIDE].value, -3.0 * r.value)
    assert local.charge is None and mixed.metal is None and CATION not in mixed.species
    np.testing.assert_allclose(mixed.charge.value, 2.0 * FARADAY * r.value)
    assert mixed.charge.value.min() > 0.0


def covering(volume: float) -> SeiColumns:
    """Half Li2O of a given volume per area, a quarter Li3N, a quarter without film."""
    fractions = np.array([[0.5, 0.25, 0.25]])
    volumes = np.array([[volume, 1e-9, 0.0]])
    return SeiColumns.of(fractions, volumes, ("Li2O", "Li3N", "none"), (1.5e-5, 2.7e-5, np.nan))


def test_the_constant_of_lithium_is_that_of_the_film_above_it() -> None:
    constant = ConstantOfSurface(None, {"Li2O": 1e-6, "Li3N": 1e-9}, 1e-4)
    here = replace(at(), film=covering(1e-8))
    assert constant.on(here) == pytest.approx(0.5 * 1e-6 + 0.25 * 1e-9 + 0.25 * 1e-4)
    eaten = replace(at(), film=covering(0.4 * BARE))
    assert constant.on(eaten) == pytest.approx(0.75 * 1e-4 + 0.25 * 1e-9)


def test_a_film_without_a_constant_is_named() -> None:
    here = replace(at(), film=covering(1e-8))
    with pytest.raises(ScenarioError, match=r"film Li3N.*through = {Li3N.*\[E892\]"):
        ConstantOfSurface(None, {"Li2O": 1e-6}, 1e-4).on(here)


def test_a_reaction_of_a_film_that_is_not_given_says_so() -> None:
    with pytest.raises(SolveError, match="E891"):
        ConstantOfSurface(None, {}, 1e-4).on(replace(at(), film=None))


def test_a_film_without_formula_cannot_react() -> None:
    eaten = Rates(sei={"resin": Dual(np.ones(3))})
    with pytest.raises(PluginError, match=r"film resin.*E890"):
        check_closed("law", eaten, CHARGES, LITHIUM)


def test_nitrate_is_passivated_by_its_own_film() -> None:
    """r = k f c/(1 + k L/D) with the mean thickness of Li3N and Li2O; another film protects."""
    k, d, volume = 1e-8, 1e-18, 1e-8
    here = replace(at(1.0).on(np.arange(1)), film=covering(volume))
    found = NitrateOnLithium(k, d).rates(here)
    thickness = volume + 1e-9
    c = here.concentration[NITRATE].value[0]
    assert found.species[NITRATE].value[0] == pytest.approx(k * c / (1.0 + k * thickness / d))
    half = np.array([0.5])
    other = SeiColumns({"LiF": half, "none": half}, {}, {}, {"LiF": half, "none": 0.0 * half})
    assert other.exposed.tolist() == [0.5]


def test_regeneration_slows_down_towards_the_redox_potential() -> None:
    """1 - exp(-2 F (E - E_0)/RT) above it, and nothing below; with its derivative."""

    def rate(potential: float) -> Dual:
        shifted = replace(at(3.0).on(np.arange(1)), metal=Dual.variable("metal", np.zeros(1)))
        electrolyte = Dual.variable("potential", np.array([4.0 - potential]))
        rates = IodideAtCounter(3e-4).rates(replace(shifted, potential=electrolyte))
        return rates.species[IODIDE]

    full = 1.5 * 3e-4
    assert rate(3.4).value[0] == pytest.approx(full, rel=1e-10)
    assert rate(3.0 + 0.0256926).value[0] == pytest.approx(full * (1.0 - np.exp(-2.0)), rel=1e-5)
    assert rate(3.0).value[0] == rate(0.0).value[0] == 0.0
    for potential in (2.9, 3.01, 3.1):
        slope = (rate(potential + 1e-6).value - rate(potential - 1e-6).value) / 2e-6
        np.testing.assert_allclose(rate(potential).by["metal"], slope, rtol=1e-6, atol=1e-20)
        np.testing.assert_allclose(rate(potential).by["potential"], -slope, rtol=1e-6, atol=1e-20)


def test_a_porous_residue_slows_its_film_down() -> None:
    """r = k c f/(1 + k (δ_0 - δ)/D_e), with its derivative by the amount."""
    k, d, whole = 1e-6, 1e-14, 30e-9

    def rate(amount: float) -> Dual:
        film = covering(1e-8).with_amounts({"Li2O": Dual.variable("sei:Li2O", np.array([amount]))})
        law = IodineOnFilm("Li2O", k, residue=Residue(d, whole))
        return law.rates(replace(at().on(np.arange(1)), film=film)).species[TRIIODIDE]

    c = at().concentration[TRIIODIDE].value[0]
    half = 0.5 * whole * 0.5 / 1.5e-5
    assert rate(half).value[0] == pytest.approx(k * c * 0.5 / (1.0 + k * 0.5 * whole / d))
    assert rate(3.0 * half).value[0] == pytest.approx(k * c * 0.5)
    slope = (rate(1.001 * half).value - rate(0.999 * half).value) / (0.002 * half)
    np.testing.assert_allclose(rate(half).by["sei:Li2O"], slope, rtol=1e-5)
