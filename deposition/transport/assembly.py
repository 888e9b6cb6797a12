"""Sparse assembly of quantities on facets and of their derivatives.

A row operator adds a quantity of each facet to rows of the system; a slot operator gives a variable
of each facet from the unknowns x.  With d = ∂(quantity)/∂(slot), the tangent is

    J = Σ_slots  row · diag(d) · slot

Both operators are lists of (facet, place, weight); their product is found once, and only d changes
between two evaluations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from deposition.laws.dual import Dual
from deposition.mesh.cell import Floats, Ints


@dataclass(frozen=True, eq=False)
class Operator:
    """A sparse operator between facets and places of x.

    facet, place, weight  (z,) entries, in ascending order of the facet
    """

    facet: Ints
    place: Ints
    weight: Floats

    @classmethod
    def dense(cls, places: Ints, weight: Floats) -> Operator:
        """As many entries for every facet: places (m, p), weight (m,) or (m, p)."""
        facet = np.repeat(np.arange(len(places)), places.shape[1])
        if not len(places):
            none = np.empty(0, dtype=np.int64)
            return cls(none, none, np.empty(0))
        weights = np.broadcast_to(np.reshape(weight, (len(places), -1)), places.shape)
        return cls(facet, places.ravel(), weights.ravel().astype(np.float64))

    def times(self, other: Operator) -> Product:
        """row · diag(d) · slot, this being the row operator: all pairs of entries of a facet."""
        count = 1 + int(max(self.facet.max(initial=-1), other.facet.max(initial=-1)))
        per_facet = np.bincount(other.facet, minlength=count)
        start = np.cumsum(per_facet) - per_facet
        repeats = per_facet[self.facet]
        mine = np.repeat(np.arange(len(self.facet)), repeats)
        within = np.arange(len(mine)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        theirs = np.repeat(start[self.facet], repeats) + within
        return Product(
            self.facet[mine],
            self.place[mine],
            other.place[theirs],
            self.weight[mine] * other.weight[theirs],
        )


@dataclass(frozen=True, eq=False)
class Product:
    """Entries (z,) of row · diag(d) · slot: ``weight`` times d of ``facet``, at row and column."""

    facet: Ints
    row: Ints
    column: Ints
    weight: Floats


@dataclass(frozen=True, eq=False)
class Assembly:
    """Rows of the system as sums of quantities on facets.

    rows      row operator of each quantity, by name
    slots     slot operator of each variable, by name
    products  of each quantity and each slot that it depends on
    """

    rows: Mapping[str, Operator]
    slots: Mapping[str, Operator]
    products: Mapping[tuple[str, str], Product]

    @classmethod
    def of(
        cls,
        rows: Mapping[str, Operator],
        slots: Mapping[str, Operator],
        quantities: Mapping[str, Dual],
    ) -> Assembly:
        """The pattern of some quantities, from the slots that they depend on."""
        products = {
            (name, slot): rows[name].times(slots[slot])
            for name, quantity in quantities.items()
            for slot in quantity.by
        }
        return cls(rows, slots, products)

    def places(self) -> tuple[list[Ints], list[Ints]]:
        """Rows and columns of the entries, in the order of ``entries``."""
        found = self.products.values()
        return [product.row for product in found], [product.column for product in found]

    def residual(self, quantities: Mapping[str, Dual], size: int) -> Floats:
        """(size,) sums of the quantities in their rows."""
        result = np.zeros(size)
        for name, quantity in quantities.items():
            row = self.rows[name]
            result += np.bincount(row.place, row.weight * quantity.value[row.facet], size)
        return result

    def entries(self, quantities: Mapping[str, Dual]) -> Sequence[Floats]:
        """Values of the entries of the tangent."""
        return [
            product.weight * quantities[name].by[slot][product.facet]
            for (name, slot), product in self.products.items()
        ]
