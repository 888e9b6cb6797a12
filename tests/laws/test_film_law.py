"""Films conduct in parallel, each in series with the charge transfer below it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deposition.laws.arrhenius import arrhenius
from deposition.laws.film import film_resistance
from deposition.mesh.cell import Floats
from deposition.mesh.surface import SurfaceState

NO_TRANSFER = 1e-30
"""R_ct, ohm m²."""


def surface(fractions: Floats, thickness: float = 20e-9) -> SurfaceState:
    """Facets with these film fractions (f, k)."""
    rows, kinds = fractions.shape
    zero = np.zeros(rows)
    films = tuple(f"film {k}" for k in range(kinds))
    return SurfaceState.of_thickness(
        fractions, np.full(rows, thickness), zero, zero.astype(np.int64), films
    )


def test_one_component_has_thickness_over_conductivity() -> None:
    state = surface(np.array([[1.0, 0.0], [0.0, 1.0]]))
    for transfer in (NO_TRANSFER, 1e-4, 1.0):
        resistance = film_resistance(state, np.array([1e-6, 2e-5]), transfer)
        assert resistance == pytest.approx([200e-4, 10e-4], rel=1e-14)


def test_components_conduct_in_parallel() -> None:
    """1/R = 0.5/200 + 0.5/10 ohm^-1 cm^-2."""
    half = surface(np.array([[0.5, 0.5]]))
    resistance = film_resistance(half, np.array([1e-6, 2e-5]), NO_TRANSFER)
    assert resistance * 1e4 == pytest.approx([1.0 / (0.5 / 200.0 + 0.5 / 10.0)])


def test_each_film_of_a_facet_has_its_own_charge_transfer() -> None:
    """1/(R + 2.57) = 0.5/202.57 + 0.5/12.57 ohm^-1 cm^-2: not 10 % more, as one R_ct would."""
    half = surface(np.array([[0.5, 0.5]]))
    resistance = film_resistance(half, np.array([1e-6, 2e-5]), 2.57e-4)
    assert 1.0 / (resistance * 1e4 + 2.57) == pytest.approx([0.5 / 202.57 + 0.5 / 12.57])


def test_without_film_only_charge_transfer_resists() -> None:
    """A facet that is bare by a tenth: 1/(R + 2) = 0.9/202 + 0.1/2 ohm^-1 cm^-2."""
    fractions = np.array([[0.0, 1.0], [0.9, 0.1], [1.0, 0.0]])
    resistance = film_resistance(surface(fractions), np.array([1e-6, np.inf]), 2e-4)
    mixed = 1.0 / (0.9 / 202.0 + 0.1 / 2.0) - 2.0
    assert resistance * 1e4 == pytest.approx([0.0, mixed, 200.0])


@given(
    st.lists(st.floats(0.01, 1.0), min_size=2, max_size=5),
    st.floats(1e-8, 1e-2),
    st.floats(1.0, 1e3),
)
def test_a_mixture_lies_between_its_components(
    shares: list[float], lowest: float, contrast: float
) -> None:
    fractions = np.array([[share / sum(shares) for share in shares]])
    conductivity: Floats = np.geomspace(lowest, lowest * contrast, len(shares)).astype(np.float64)
    mixed = film_resistance(surface(fractions), conductivity, 1e-4)[0]
    alone = 20e-9 / conductivity
    assert alone.min() * (1 - 1e-12) <= mixed <= alone.max() * (1 + 1e-12)


def test_arrhenius_gives_back_the_activation_energy() -> None:
    hot, cold = arrhenius(1e-6, 40e3, 318.15), arrhenius(1e-6, 40e3, 278.15)
    slope = np.log(hot / cold) / (1 / 278.15 - 1 / 318.15)
    assert slope * 8.31446 == pytest.approx(40e3, rel=1e-5)
    assert arrhenius(1e-6, 40e3, 298.15) == pytest.approx(1e-6)
