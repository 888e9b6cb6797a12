"""Shapes of ``[geometry]`` and ``[sei]``: blocks of dead lithium and patches of film."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from deposition.common import units
from deposition.common.constants import MICROMETRE
from deposition.mesh.drawing import Shape
from deposition.scenario.section import Section, Text

Position = Annotated[tuple[units.Coordinate, ...], Field(min_length=2, max_length=3)]
Sides = tuple[units.Length, ...]


def micrometres(lengths: Sequence[float]) -> tuple[float, ...]:
    """Lengths in µm, rounded to 1e-9 µm, so that 20 um is 20."""
    return tuple(round(length / MICROMETRE, 9) for length in lengths)


class Block(Section):
    """A block of dead lithium in a drawn box.

    shape     "rectangle" (3D: a cuboid), "disc" (3D: a sphere) or, in 2D, "polygon"
    position  of the centre, x and y (3D: x, y, z) from the left end of the lithium surface; of the
              origin of the points of a polygon
    size      sides of a rectangle, or one diameter of a disc
    angle     by which a rectangle or polygon is turned about its position, counterclockwise in x, y
    points    corners of a polygon in their order
    name      of the body, as in dead_lithium:NAME
    """

    shape: Literal["rectangle", "disc", "polygon"] = "rectangle"
    position: Position
    size: Annotated[Sides, Field(max_length=3)] = ()
    angle: units.Angle = 0.0
    points: tuple[
        Annotated[tuple[units.Coordinate, ...], Field(min_length=2, max_length=2)], ...
    ] = ()
    name: Annotated[str, Field(pattern=r"^[\w .+-]*$")] = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Block:
        dim = len(self.position)
        wanted = {"rectangle": dim, "disc": 1, "polygon": 0}[self.shape]
        flat = self.shape != "polygon" or (dim == 2 and len(self.points) >= 3)
        if len(self.size) != wanted or not flat or (self.shape != "polygon" and self.points):
            raise ValueError(
                f"a {self.shape} at {dim} coordinates needs a size of {wanted} lengths: a "
                "rectangle has one for each coordinate, a disc its diameter, a polygon none but "
                "three points or more, in 2D [E972]"
            )
        return self

    @property
    def drawn(self) -> Shape:
        """The block in µm."""
        points = tuple(micrometres(point) for point in self.points)
        position, size = micrometres(self.position), micrometres(self.size)
        return Shape(self.shape, position, size, self.angle, points, self.name)


class Patch(Section):
    """A patch of one film at a stated place of an electrode.

    film      its film
    from, to  its ends in x, in 2D
    shape, position, size, angle
              in 3D, a "rectangle" or "disc" in x and y
    on        "lithium" or "counter"
    """

    film: Text
    start: units.Coordinate | None = Field(default=None, alias="from")
    to: units.Coordinate | None = None
    shape: Literal["rectangle", "disc"] = "rectangle"
    position: Annotated[tuple[units.Coordinate, ...], Field(max_length=2)] = ()
    size: Annotated[Sides, Field(max_length=2)] = ()
    angle: units.Angle = 0.0
    on: Literal["lithium", "counter"] = "lithium"

    @model_validator(mode="after")
    def _is_whole(self) -> Patch:
        ends = (self.start, self.to)
        is_line = self.start is not None and self.to is not None and self.start < self.to
        wanted = 2 if self.shape == "rectangle" else 1
        is_area = len(self.position) == 2 and len(self.size) == wanted
        is_area = is_area and all(math.isfinite(length) for length in self.size)
        none_of_area = not self.position and not self.size
        if not ((is_line and none_of_area) or (is_area and ends == (None, None))):
            raise ValueError(
                "a patch in 2D needs from < to; in 3D a position of two coordinates and a size, "
                "two sides of a rectangle or one diameter of a disc. State either [E973]"
            )
        return self

    @property
    def is_line(self) -> bool:
        """True for a patch in 2D."""
        return self.start is not None

    @property
    def ends(self) -> tuple[float, float]:
        """``from`` and ``to``, µm."""
        assert self.start is not None and self.to is not None
        start, end = micrometres((self.start, self.to))
        return start, end

    @property
    def drawn(self) -> Shape:
        """The rectangle or disc, µm."""
        return Shape(self.shape, micrometres(self.position), micrometres(self.size), self.angle)
