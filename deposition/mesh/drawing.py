"""A cell drawn from settings: lithium and electrolyte in a box, with blocks and an outline.

Lengths in µm.  x (3D: and y) runs along the electrodes, the last coordinate from the lithium to the
counter electrode; 0 is the flat lithium surface, or the lowest point of an outline.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from deposition.mesh.cell import Floats

DRAWN = "[geometry]"
"""Name of a drawn cell in messages, in the place of a file."""


@dataclass(frozen=True)
class Shape:
    """A rectangle (3D: cuboid), a disc (3D: sphere) or, in 2D, a polygon.

    position  of the centre; of the origin of the points of a polygon
    size      sides of a rectangle, diameter of a disc
    angle     counterclockwise in the plane x, y, rad
    points    of a polygon
    name      of the body; empty unless stated
    """

    kind: str
    position: tuple[float, ...]
    size: tuple[float, ...] = ()
    angle: float = 0.0
    points: tuple[tuple[float, ...], ...] = ()
    name: str = ""

    def holds(self, points: Floats) -> Floats:
        """(n,) True for the points (n, 2) inside a rectangle or disc of the plane."""
        x, y = (points - np.array(self.position)).T
        if self.kind == "disc":
            return np.hypot(x, y) <= 0.5 * self.size[0]
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        along, across = cosine * x + sine * y, cosine * y - sine * x
        return (np.abs(along) <= 0.5 * self.size[0]) & (np.abs(across) <= 0.5 * self.size[1])


IMAGES = (".png", ".tif", ".tiff", ".jpg", ".jpeg", ".bmp")
"""Endings of outlines that are images."""


@dataclass(frozen=True)
class Micrograph:
    """An image as outline.

    pixel      side of a pixel, µm
    threshold  grey value of the outline, 0 to 1
    bright     lithium is brighter than the threshold; else darker
    """

    pixel: float
    threshold: float
    bright: bool = True


@dataclass(frozen=True)
class Outline:
    """The lithium surface in 2D from a file: a table of x and y in µm, or an image."""

    file: Path
    image: Micrograph | None = None


@dataclass(frozen=True)
class Drawing:
    """The cell.

    width    of the box, or the outline that has one
    height   of the electrolyte
    lithium  thickness of the lithium below its lowest point
    depth    along y in 3D; None in 2D
    blocks   of dead lithium
    borders  x of the borders of patches in 2D, on the lithium and on the counter electrode
    patches  rectangles and discs in 3D, on the lithium and on the counter electrode
    gap      smallest distance of blocks from one another and from lithium and walls
    """

    width: float | Outline
    height: float
    lithium: float
    depth: float | None = None
    blocks: tuple[Shape, ...] = ()
    borders: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    patches: tuple[tuple[Shape, ...], tuple[Shape, ...]] = ((), ())
    gap: float = 0.0
