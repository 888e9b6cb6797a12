"""How long the edges of a mesh are: the first one by Gmsh, and all that follow by Mmg."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from deposition.constants import MICROMETRE
from deposition.errors import GeometryError


class MeshSettings(Protocol):
    """``[mesh]`` of a scenario; lengths in m."""

    @property
    def surface_size(self) -> float: ...
    @property
    def coarse_size(self) -> float: ...
    @property
    def gradation(self) -> float: ...


@dataclass(frozen=True)
class MeshSizes:
    """Edge lengths of a mesh.

    surface    where electrolyte meets metal, µm
    coarse     far away from there, µm
    gradation  largest ratio of the lengths of neighbouring edges, > 1

    Raises GeometryError for lengths that cannot be.
    """

    surface: float
    coarse: float
    gradation: float = 1.3

    def __post_init__(self) -> None:
        if not 0 < self.surface <= self.coarse:
            raise GeometryError(
                f"mesh sizes: need 0 < surface size <= coarse size, "
                f"got {self.surface:g} and {self.coarse:g} µm"
            )
        if not self.gradation > 1:
            raise GeometryError(f"mesh sizes: gradation must exceed 1, got {self.gradation:g}")

    @classmethod
    def of(cls, mesh: MeshSettings) -> MeshSizes:
        """The sizes that a scenario states."""
        return cls(mesh.surface_size / MICROMETRE, mesh.coarse_size / MICROMETRE, mesh.gradation)

    @property
    def slope(self) -> float:
        """Increase of length per distance from the surface, ln(gradation).

        An edge of length h at distance x is followed by one of h(1 + slope): a ratio below
        ``gradation``.  Mmg has the same rule.
        """
        return math.log(self.gradation)

    @property
    def growth_distance(self) -> float:
        """Distance (µm) over which edges grow from ``surface`` to ``coarse``."""
        return (self.coarse - self.surface) / self.slope
