"""Residual and tangent that are assembled from facets are those of dense matrices."""

from __future__ import annotations

import numpy as np

from deposition.laws.dual import Dual
from deposition.transport.assembly import Assembly, Operator

FACETS, SIZE = 5, 7


def random_operator(random: np.random.Generator, entries: int) -> Operator:
    facet = np.sort(random.integers(0, FACETS, entries))
    return Operator(facet, random.integers(0, SIZE, entries), random.standard_normal(entries))


def dense(operator: Operator) -> np.ndarray:
    """(facets, places)"""
    matrix = np.zeros((FACETS, SIZE))
    np.add.at(matrix, (operator.facet, operator.place), operator.weight)
    return matrix


def test_residual_and_tangent() -> None:
    random = np.random.default_rng(3)
    rows = {"one": random_operator(random, 9), "two": random_operator(random, 3)}
    slots = {"a": random_operator(random, 8), "b": random_operator(random, 0)}
    quantities = {
        "one": Dual(
            random.standard_normal(FACETS),
            {"a": random.standard_normal(FACETS), "b": random.standard_normal(FACETS)},
        ),
        "two": Dual(random.standard_normal(FACETS), {"a": random.standard_normal(FACETS)}),
    }
    assembly = Assembly.of(rows, slots, quantities)
    places = tuple(np.concatenate(part) for part in assembly.places())
    tangent = np.zeros((SIZE, SIZE))
    np.add.at(tangent, places, np.concatenate(assembly.entries(quantities)))
    expected = sum(
        dense(rows[name]).T @ np.diag(derivative) @ dense(slots[slot])
        for name, quantity in quantities.items()
        for slot, derivative in quantity.by.items()
    )
    np.testing.assert_allclose(tangent, expected)
    residual = sum(dense(rows[name]).T @ q.value for name, q in quantities.items())
    np.testing.assert_allclose(assembly.residual(quantities, SIZE), residual)
