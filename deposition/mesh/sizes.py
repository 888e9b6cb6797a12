"""How long the edges of a mesh are: the first one by Gmsh, and all that follow by Mmg."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from deposition.common.constants import MICROMETRE
from deposition.common.errors import GeometryError


class MeshSettings(Protocol):
    """``[mesh]`` of a scenario; lengths in m."""

    @property
    def surface_size(self) -> float: ...
    @property
    def coarse_size(self) -> float: ...
    @property
    def counter_size(self) -> float | None: ...
    @property
    def gradation(self) -> float: ...


@dataclass(frozen=True)
class MeshSizes:
    """Edge lengths of a mesh.

    surface    where electrolyte meets metal, µm
    coarse     far away from there, µm
    gradation  largest ratio of the lengths of neighbouring edges, > 1
    counter    at the counter electrode, µm; None where edges are ``coarse`` there too

    Raises GeometryError for lengths that cannot be.
    """

    surface: float
    coarse: float
    gradation: float = 1.25
    counter: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.surface <= self.coarse:
            raise GeometryError(
                f"mesh sizes: need 0 < surface size <= coarse size, "
                f"got {self.surface:g} and {self.coarse:g} µm"
                " [E350]"
            )
        if not self.gradation > 1:
            raise GeometryError(
                f"mesh sizes: gradation must exceed 1, got {self.gradation:g} [E351]"
            )

    @classmethod
    def of(cls, mesh: MeshSettings) -> MeshSizes:
        """The sizes that a scenario states; the counter electrode is as fine as the surface unless
        it says otherwise."""
        counter = mesh.surface_size if mesh.counter_size is None else mesh.counter_size
        return cls(
            mesh.surface_size / MICROMETRE,
            mesh.coarse_size / MICROMETRE,
            mesh.gradation,
            counter / MICROMETRE if counter < mesh.coarse_size else None,
        )

    @property
    def slope(self) -> float:
        """Increase of length per distance from the surface, ln(gradation).

        An edge of length h at distance x is followed by one of h(1 + slope): a ratio below
        ``gradation``.  Mmg has the same rule.
        """
        return math.log(self.gradation)

    def growth_distance(self, size: float) -> float:
        """Distance (µm) over which edges grow from ``size`` (µm) to ``coarse``."""
        return (self.coarse - size) / self.slope
