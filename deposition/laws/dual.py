"""Forward differentiation of quantities on facets.

A ``Dual`` is a value on each facet with its derivatives by the variables of the facet (slots, by
name).  Arithmetic follows the rules of differentiation, so that a reaction written as a formula has
its exact tangent.

Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., 2008, ch. 3 (forward mode).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deposition.mesh.cell import Floats, Ints, Mask


@dataclass(frozen=True, eq=False)
class Dual:
    """A quantity on facets and its derivatives.

    value  (m,)
    by     (m,) derivative by each slot on which it depends
    """

    value: Floats
    by: Mapping[str, Floats] = field(default_factory=dict)

    __array_ufunc__ = None
    """NumPy leaves array + dual to ``Dual.__radd__``."""

    @classmethod
    def variable(cls, slot: str, value: Floats) -> Dual:
        """The variable of a slot."""
        return cls(value, {slot: np.ones_like(value)})

    @classmethod
    def zero(cls, count: int) -> Dual:
        """0 on so many facets."""
        return cls(np.zeros(count))

    @staticmethod
    def function(value: NDArray[Any], *arguments: tuple[Dual, NDArray[Any]]) -> Dual:
        """A function of duals by the chain rule: (argument, derivative by it) each."""
        by: dict[str, Floats] = {}
        for argument, derivative in arguments:
            for slot, inner in argument.by.items():
                term = derivative * inner
                by[slot] = by[slot] + term if slot in by else term
        return Dual(np.asarray(value, dtype=np.float64), by)

    def __add__(self, other: Dual | Floats | float) -> Dual:
        if not isinstance(other, Dual):
            return Dual(self.value + other, self.by)
        one = np.ones_like(self.value)
        return Dual.function(self.value + other.value, (self, one), (other, one))

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return self * -1.0

    def __sub__(self, other: Dual | Floats | float) -> Dual:
        return self + (-other)

    def __rsub__(self, other: Floats | float) -> Dual:
        return -self + other

    def __mul__(self, other: Dual | NDArray[Any] | float) -> Dual:
        if not isinstance(other, Dual):
            return Dual(
                np.asarray(self.value * other, dtype=np.float64),
                {slot: np.asarray(d * other, dtype=np.float64) for slot, d in self.by.items()},
            )
        return Dual.function(self.value * other.value, (self, other.value), (other, self.value))

    __rmul__ = __mul__

    def __truediv__(self, other: Dual | Floats | float) -> Dual:
        return self * (other**-1.0 if isinstance(other, Dual) else 1.0 / np.asarray(other))

    def __rtruediv__(self, other: Floats | float) -> Dual:
        return self**-1.0 * other

    def __pow__(self, exponent: float) -> Dual:
        return Dual.function(
            self.value**exponent, (self, exponent * self.value ** (exponent - 1.0))
        )

    def log(self) -> Dual:
        """Natural logarithm."""
        return Dual.function(np.log(self.value), (self, 1.0 / self.value))

    def exp(self) -> Dual:
        """Exponential."""
        value = np.exp(self.value)
        return Dual.function(value, (self, value))

    def where(self, chosen: Mask, other: Dual) -> Dual:
        """This on the chosen facets (m,), ``other`` elsewhere."""
        slots = dict.fromkeys([*self.by, *other.by])
        by = {
            slot: np.where(chosen, self.by.get(slot, 0.0), other.by.get(slot, 0.0))
            for slot in slots
        }
        return Dual(np.where(chosen, self.value, other.value), by)

    def on(self, facets: Ints) -> Dual:
        """The dual on some facets (k,)."""
        return Dual(self.value[facets], {slot: d[facets] for slot, d in self.by.items()})

    def spread(self, facets: Ints, count: int) -> Dual:
        """The dual on ``count`` facets: this on ``facets`` (k,), 0 elsewhere."""

        def everywhere(part: Floats) -> Floats:
            result = np.zeros(count)
            result[facets] = part
            return result

        return Dual(everywhere(self.value), {slot: everywhere(d) for slot, d in self.by.items()})
