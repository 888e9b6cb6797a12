"""The drawing of a cell from ``[geometry]`` and the patches of ``[sei]``."""

from __future__ import annotations

from collections.abc import Sequence

from deposition.common.constants import MICROMETRE
from deposition.mesh.drawing import Drawing, Micrograph, Outline
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
    """
    if geometry.file is not None or geometry.height is None:
        return None
    height, lithium = micrometres((geometry.height, geometry.lithium or LITHIUM))
    electrodes = ("lithium", "counter")
    on = [[patch for patch in patches if patch.on == electrode] for electrode in electrodes]
    borders = [tuple(x for patch in group if patch.is_line for x in patch.ends) for group in on]
    areas = [tuple(patch.drawn for patch in group if not patch.is_line) for group in on]
    return Drawing(
        width=_width(geometry),
        height=height,
        lithium=lithium,
        depth=None if geometry.depth is None else micrometres((geometry.depth,))[0],
        blocks=tuple(block.drawn for block in geometry.dead_lithium),
        borders=(borders[0], borders[1]),
        patches=(areas[0], areas[1]),
        gap=NEAREST * size / MICROMETRE,
    )


def _width(geometry: Geometry) -> float | Outline:
    """Width of the box, µm, or the outline that has one."""
    if geometry.outline is None:
        assert geometry.width is not None
        return micrometres((geometry.width,))[0]
    if geometry.pixel is None or geometry.threshold is None:
        return Outline(geometry.outline)
    pixel, bright = geometry.pixel / MICROMETRE, geometry.lithium_is != "dark"
    return Outline(geometry.outline, Micrograph(pixel, geometry.threshold, bright))
