"""Target edge lengths of the initial mesh (Gmsh) and of all remeshing (Mmg)."""

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
    """Target edge lengths of a mesh.

    surface    at the interface between electrolyte and metal, µm
    coarse     far from the interface, µm
    gradation  largest ratio of the lengths of neighbouring edges, > 1
    counter    at the counter electrode, µm; None for ``coarse``

    Raises GeometryError unless 0 < surface <= coarse and gradation > 1.
    """

    surface: float
    coarse: float
    gradation: float = 1.25
    counter: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.surface <= self.coarse:
            raise GeometryError(
                f"mesh sizes: the surface size ({self.surface:g} µm) must be positive and at most "
                f"the coarse size ({self.coarse:g} µm)"
                " [E350]"
            )
        if not self.gradation > 1:
            raise GeometryError(
                f"mesh sizes: the gradation ({self.gradation:g}) must be greater than 1 [E351]"
            )

    @classmethod
    def of(cls, mesh: MeshSettings) -> MeshSizes:
        """Sizes of a scenario.

        ``counter_size`` defaults to the surface size; one of at least the coarse size has no
        effect.
        """
        counter = mesh.surface_size if mesh.counter_size is None else mesh.counter_size
        return cls(
            mesh.surface_size / MICROMETRE,
            mesh.coarse_size / MICROMETRE,
            mesh.gradation,
            counter / MICROMETRE if counter < mesh.coarse_size else None,
        )

    def in_unit(self, unit: float) -> MeshSizes:
        """The same sizes in a unit of ``unit`` µm."""
        counter = None if self.counter is None else self.counter / unit
        return MeshSizes(self.surface / unit, self.coarse / unit, self.gradation, counter)

    @property
    def slope(self) -> float:
        """Increase of edge length per distance from the surface, ln(gradation).

        The edge after one of length h has length h(1 + slope), a ratio below ``gradation``.  Mmg
        uses the same rule.
        """
        return math.log(self.gradation)

    def growth_distance(self, size: float) -> float:
        """Distance over which edges grow from ``size`` (µm) to ``coarse``, µm."""
        return (self.coarse - size) / self.slope
