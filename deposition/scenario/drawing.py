"""The drawing of a cell from ``[geometry]`` and the patches of ``[sei]``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deposition.common.constants import MICROMETRE
from deposition.geometry.drawing import Drawing
from deposition.geometry.outline import Micrograph, read_outline
from deposition.mesh.cell import Floats
from deposition.scenario.drawn import Patch, micrometres
from deposition.scenario.geometry import Geometry

LITHIUM = 3e-6
"""Thickness of the lithium, m, unless stated: that of the shipped geometries."""

NEAREST = 0.5
"""Smallest gap beside a block, of ``mesh.surface_size``: a narrower one would need elements much
smaller than that."""


def drawing_of(geometry: Geometry, patches: Sequence[Patch], size: float) -> Drawing | None:
    """The cell of ``[geometry]``; None if it is in a file.

    patches  of ``[sei]``, whose borders the mesh follows
    size     ``mesh.surface_size``, m
    Raises GeometryError for an outline that cannot be read.
    """
    if geometry.file is not None or geometry.height is None:
        return None
    surface = _surface(geometry, size / MICROMETRE)
    height, lithium = micrometres((geometry.height, geometry.lithium or LITHIUM))
    electrodes = ("lithium", "counter")
    on = [[patch for patch in patches if patch.on == electrode] for electrode in electrodes]
    borders = [tuple(x for patch in group if patch.is_line for x in patch.ends) for group in on]
    areas = [tuple(patch.drawn for patch in group if not patch.is_line) for group in on]
    return Drawing(
        width=float(surface[-1, 0]),
        height=height,
        lithium=lithium,
        surface=surface,
        depth=None if geometry.depth is None else micrometres((geometry.depth,))[0],
        blocks=tuple(block.drawn for block in geometry.dead_lithium),
        borders=(borders[0], borders[1]),
        patches=(areas[0], areas[1]),
        gap=NEAREST * size / MICROMETRE,
    )


def _surface(geometry: Geometry, size: float) -> Floats:
    """(n, 2) points of the lithium surface, µm; size: of a surface element, µm."""
    if geometry.outline is None:
        assert geometry.width is not None
        return np.array([[0.0, 0.0], [micrometres((geometry.width,))[0], 0.0]])
    image = None
    if geometry.pixel is not None and geometry.threshold is not None:
        pixel = geometry.pixel / MICROMETRE
        image = Micrograph(pixel, geometry.threshold, geometry.lithium_is != "dark")
    return read_outline(geometry.outline, size, image)
