"""Outline of a lithium surface from a table of points or from a micrograph.

The outline runs from the left to the right wall.  Its first point has x = 0 and its lowest point
y = 0.  An image is smoothed by a Gaussian of half the size of a surface element, so that the mesh
resolves what is left, and its outline is the line of the grey value ``threshold`` (0 black, 1
white) that joins the left and the right edge.

Source: marching squares, Maple, Proc. Int. Conf. Geometric Modeling and Graphics 2003, 90, in the
implementation of contourpy.
"""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

from deposition.common.errors import GeometryError
from deposition.mesh.cell import Floats
from deposition.mesh.drawing import Micrograph, Outline

_AT_EDGE = 1e-6
"""Distance from the edge of the image at which a contour ends there, pixels."""


def read_outline(outline: Outline, size: float) -> Floats:
    """(n, 2) points, µm, at least about half of ``size`` (of a surface element, µm) apart.

    Raises GeometryError for a file without an outline from the left to the right.
    """
    file, image = outline.file, outline.image
    points = _of_table(file) if image is None else _of_image(file, size, image)
    points = _thinned(points, 0.5 * size)
    return points - [points[0, 0], points[:, 1].min()]


def _of_table(file: Path) -> Floats:
    """Points of a CSV file of two columns, x and y in µm, with or without a header."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from None
    delimiter = next((d for d in ";\t," if d in text), None)
    rows = [
        row if delimiter else row[0].split()
        for row in csv.reader(text.splitlines(), delimiter=delimiter or ",")
        if any(cell.strip() for cell in row)
    ]
    points = []
    for number, row in enumerate(rows, 1):
        try:
            x, y = (float(cell) for cell in row[:2])
            if not np.isfinite([x, y]).all():
                raise ValueError
        except ValueError:
            if number == 1:
                continue
            raise _no_table(file, f"row {number} is no pair of numbers: {row[:2]}") from None
        points.append((x, y))
    found: Floats = np.array(points, dtype=np.float64).reshape(-1, 2)
    if len(found) > 1 and found[0, 0] > found[-1, 0]:
        found = found[::-1]
    if len(found) < 2 or not found[0, 0] == found[:, 0].min() < found[-1, 0] == found[:, 0].max():
        raise _no_table(file, f"{len(found)} points do not run from the left to the right wall")
    return found


def _unreadable(file: Path, error: Exception) -> GeometryError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return GeometryError(
        f"{file}: the outline cannot be read ({reason}). State a CSV file, or an image such as a "
        "PNG file. [E963]"
    )


def _no_table(file: Path, problem: str) -> GeometryError:
    return GeometryError(
        f"{file}: {problem}. An outline has x and y in µm in its first two columns, in two rows or "
        "more, of which the first and the last have the smallest and the largest x. [E968]"
    )


def _of_image(file: Path, size: float, image: Micrograph) -> Floats:
    """The contour of an image from its left to its right edge."""
    from contourpy import LineType, contour_generator

    grey = _grey(file)
    smooth = gaussian_filter(grey, 0.5 * size / image.pixel, mode="nearest")
    rows, columns = smooth.shape
    generator = contour_generator(z=smooth[::-1], line_type=LineType.Separate)
    lines = [np.asarray(line, dtype=np.float64) for line in generator.lines(image.threshold)]
    through = [line for line in lines if _is_through(line, columns - 1)]
    if len(through) != 1:
        why = "no line" if not through else f"{len(through)} lines"
        raise GeometryError(
            f"{file}: {why} of the grey value {image.threshold:g} from the left to the right edge "
            f"of the image ({columns} x {rows} pixels, grey {smooth.min():.2g} to "
            f"{smooth.max():.2g} after smoothing). State another geometry.threshold, or cut out a "
            "part of the image in which the surface runs from edge to edge. [E970]"
        )
    if len(lines) > 1:
        warnings.warn(
            f"{file}: further lines of the grey value {image.threshold:g}, {len(lines) - 1} in "
            "all, are no part of the outline and are left out",
            stacklevel=2,
        )
    line = through[0] if through[0][0, 0] < through[0][-1, 0] else through[0][::-1]
    _check_side(file, smooth[::-1], line, image)
    return np.asarray(line * image.pixel, dtype=np.float64)


def _check_side(file: Path, smooth: Floats, line: Floats, image: Micrograph) -> None:
    """Raise GeometryError if what lies below the outline is not lithium."""
    row, column = max(round(line[0, 1]) - 1, 0), 0
    is_bright = smooth[row, column] > image.threshold
    if is_bright != image.bright:
        raise GeometryError(
            f"{file}: below the outline the image is {'brighter' if is_bright else 'darker'} than "
            "the threshold. Lithium must lie below: turn the image, or state geometry.lithium_is "
            f'= "{"bright" if is_bright else "dark"}". [E969]'
        )


def _is_through(line: Floats, last: int) -> bool:
    ends = sorted((line[0, 0], line[-1, 0]))
    return bool(ends[0] <= _AT_EDGE and ends[1] >= last - _AT_EDGE)


def _grey(file: Path) -> Floats:
    """(rows, columns) grey values from 0 to 1, the first row at the top."""
    import imageio.v3 as imageio

    try:
        picture = np.asarray(imageio.imread(file, plugin="pillow", index=0))
    except Exception as error:
        raise _unreadable(file, error) from None
    largest = np.iinfo(picture.dtype).max if picture.dtype.kind in "ui" else 1.0
    values: Floats = np.asarray(picture.astype(np.float64) / largest, dtype=np.float64)
    return np.asarray(values[..., :3].mean(axis=-1)) if values.ndim == 3 else values


def _thinned(points: Floats, distance: float) -> Floats:
    """The polyline without points nearer than ``distance`` to the one before; its ends stay."""
    kept = [0]
    for index in range(1, len(points) - 1):
        far_from_last = np.linalg.norm(points[index] - points[kept[-1]]) >= distance
        if far_from_last and np.linalg.norm(points[index] - points[-1]) >= distance:
            kept.append(index)
    return points[[*kept, len(points) - 1]]
