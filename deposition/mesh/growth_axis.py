"""Direction in which the deposit grows, and coordinates along and across it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAMES = "xyz"
UNDEFINED = "none"


@dataclass(frozen=True)
class GrowthAxis:
    """Direction from the working towards the counter electrode.

    direction       unit vector (d,); empty for the last coordinate, upwards
    electrode_area  0; where no direction is defined, the area of the initial working electrode,
                    µm^(d-1), which then takes the place of the projected area
    """

    direction: tuple[float, ...] = ()
    electrode_area: float = 0.0

    @classmethod
    def of(cls, direction: Sequence[float]) -> GrowthAxis:
        """The axis along a vector (d,) of any length; rounding off a coordinate axis is dropped."""
        size = math.hypot(*direction)
        unit = [part / size for part in direction]
        unit = [float(round(part)) if abs(part - round(part)) < 1e-6 else part for part in unit]
        upwards = [0.0] * (len(unit) - 1) + [1.0]
        return cls() if unit == upwards else cls(tuple(unit))

    @classmethod
    def parse(cls, text: str, dim: int) -> GrowthAxis:
        """The axis of ``"+x"``, ``"-y"`` or ``"0.6 0.8"`` in a cell of ``dim`` dimensions.

        Raises ValueError for another form or number of components.
        """
        if text.strip("+-") in tuple(NAMES[:dim]) and len(text) <= 2:
            sign = -1.0 if text.startswith("-") else 1.0
            return cls.of([sign * (name == text[-1]) for name in NAMES[:dim]])
        parts = [float(part) for part in text.split()]
        if len(parts) != dim or not 0.0 < math.hypot(*parts) < math.inf:
            raise ValueError(f"not {dim} components")
        return cls.of(parts)

    @property
    def is_defined(self) -> bool:
        """True if there is a direction, and with it a projected area and heights."""
        return self.electrode_area == 0.0

    @property
    def is_upwards(self) -> bool:
        """True for the last coordinate, also in place of an undefined direction."""
        return not self.direction

    @property
    def name(self) -> str:
        """Text that ``parse`` reads: ``+x`` for a coordinate axis, else the components."""
        if not self.is_defined:
            return UNDEFINED
        for index, part in enumerate(self.direction):
            if abs(part) == 1.0:
                return f"{'+' if part > 0.0 else '-'}{NAMES[index]}"
        return " ".join(map(repr, self.direction))

    def rows(self, dim: int) -> NDArray[np.float64]:
        """(d, d) proper rotation whose last row is the direction, the others across it."""
        if self.is_upwards:
            return np.eye(dim)
        along = np.array(self.direction)
        if dim == 2:
            return np.array([[along[1], -along[0]], along])
        # The coordinate after the largest one, made normal to the direction: x for z, y for x.
        first = np.eye(3)[(int(np.abs(along).argmax()) + 1) % 3]
        first = first - (first @ along) * along
        first /= np.linalg.norm(first)
        return np.array([first, np.cross(along, first), along])

    def turned(self, vectors: NDArray[Any]) -> NDArray[np.float64]:
        """Vectors (…, d) in coordinates across the axis and, last, along it."""
        if self.is_upwards:
            return vectors
        return np.asarray(vectors @ self.rows(vectors.shape[-1]).T, dtype=np.float64)


UPWARDS = GrowthAxis()
"""The last coordinate."""
