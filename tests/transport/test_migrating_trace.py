"""A trace that migrates and reacts, against a manufactured solution: of second order in h.

With harmonic h and v, the potential ψ = -(2/z) ln h (in RT/F) and the trace c = h v give

    N = -D (∇c + z c ∇ψ) = -D (h ∇v - v ∇h),    ∇·N = h Δv - v Δh = 0

No ion passes the side walls; at the two others N·n = K c - g with g from the exact solution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from helpers.boxes import even, lattice

from deposition.common.constants import MICROMETRE
from deposition.laws.reactions import AtFacets, Rates, Species, sample
from deposition.laws.separator import PoresInCell
from deposition.mesh.cell import FacetTable, Floats, facet_measures
from deposition.transport.traces import Traces, TraceWalls

pytestmark = pytest.mark.solve

SIZE, D, K = 10.0 * MICROMETRE, 1e-10, 2e-5
POROSITY, EXPONENT, V_T = 0.5, 1.5, 0.0257
FOREVER = 1e9


def harmonic(x: Floats, mean: float, slope: float, amplitude: float) -> Floats:
    """mean + slope y + amplitude Π cos πx_k exp(-q (1 - y)), with y the last coordinate."""
    across, y = x[..., :-1], x[..., -1]
    decay = np.pi * np.sqrt(across.shape[-1])
    return (
        mean
        + slope * y
        + amplitude * np.cos(np.pi * across).prod(axis=-1) * np.exp(-decay * (1.0 - y))
    )


def h(x: Floats) -> Floats:
    return harmonic(x, 1.5, -0.6, 0.3)


def v(x: Floats) -> Floats:
    return harmonic(x, 3.0, 2.0, -0.8)


def upwards(field: Callable[[Floats], Floats], x: Floats) -> Floats:
    """∂/∂y by the complex step."""
    step = np.zeros(x.shape[-1], dtype=complex)
    step[-1] = 1e-20j
    return np.asarray(field(x + step).imag / 1e-20)


@dataclass(frozen=True)
class Exchanged:
    """N·n = K c - g, with g (m,) by facet."""

    given: Floats
    on: tuple[str, ...] = ("lithium",)

    def rates(self, at: AtFacets) -> Rates:
        return Rates({"ion": at.concentration["ion"] * K - self.given})


def error(dim: int, cells: int, charge: int) -> float:
    """Root of the mean square error of c, relative to its mean."""
    unit, simplices = lattice(even([0.0] * dim, (1.0,) * dim, (cells,) * dim))
    table = FacetTable.of(simplices)
    facets = table.vertices[table.outer()]
    heights = unit[facets][..., -1]
    walls = np.all(heights == 0.0, axis=1) | np.all(heights == 1.0, axis=1)
    facets = facets[walls]
    middle = unit[facets].mean(axis=1)
    outward = np.where(middle[:, -1] > 0.5, 1.0, -1.0)
    effective = D * POROSITY**EXPONENT
    flux = -effective / SIZE * (h(middle) * upwards(v, middle) - v(middle) * upwards(h, middle))
    given = K * h(middle) * v(middle) - flux * outward
    count = len(facets)
    zero = np.zeros(count)
    traces = Traces(
        unit * SIZE,
        simplices,
        (Species("ion", charge, 1.0, D, trace=True),),
        PoresInCell(np.full(len(simplices), POROSITY), EXPONENT),
        V_T,
        np.empty(0, dtype=np.int64),
    )
    bound = TraceWalls(
        facets,
        facet_measures(unit, facets) * SIZE ** (dim - 1),
        sample({}).on(np.zeros(count, dtype=np.int64)),
        zero,
        zero,
        ((Exchanged(given), np.arange(count)),),
    )
    potential = -(2.0 / charge) * np.log(h(unit)) * V_T
    found = traces.solve(np.ones((len(unit), 1)), potential, bound, FOREVER).concentration[:, 0]
    exact = h(unit) * v(unit)
    return float(np.sqrt(np.mean((found - exact) ** 2)) / exact.mean())


@pytest.mark.parametrize(("dim", "cells"), [(2, (8, 16, 32)), (3, (4, 8, 12))])
@pytest.mark.parametrize("charge", [-1, 1, 2])
def test_a_migrating_trace_is_of_second_order(
    dim: int, cells: tuple[int, ...], charge: int
) -> None:
    errors = [error(dim, n, charge) for n in cells]
    orders = -np.diff(np.log(errors)) / np.diff(np.log(cells))
    assert errors[-1] < 5e-3
    assert orders[-1] > 1.8, (errors, orders)
