"""Frequencies at whole decades, written beside a Nyquist plot where they touch nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes

from deposition.impedance.spectrum import Spectrum
from deposition.laws.film import Complexes
from deposition.mesh.cell import Floats
from deposition.protocol.words import frequency_text
from deposition.render.style import SMALL
from deposition.render.typesetting import type_width

GAPS = (5.0, 8.0, 12.0)
"""Distances of a label from its point that are tried, pt."""

TURNS = (0, 30, -30, 60, -60, 90, -90, 120, -120, 150, -150, 180)
"""Directions that are tried, degrees from the outward normal of the curve."""

CLEAR = 2.0
"""Least distance of a label from the curve and from other labels, pt."""

APART = 0.05
"""Least distance of two labelled points, of the width of the axes."""

NEAR_DECADE = 0.05
"""Largest distance of a frequency from its decade, in decades."""

_PT = 72.0
"""pt in an inch."""


def label_decades(axes: Axes, spectrum: Spectrum) -> None:
    """Write the frequency at whole decades, outside the curve where there is room.

    A decade without room is left out.  The limits of the axes must be set.
    """
    points = _in_points(axes, spectrum.ohm_cm2)
    curve = _dense(points)
    width, height = (size * _PT / axes.figure.dpi for size in axes.bbox.size)
    log = np.log10(spectrum.frequency)
    # Towards low frequencies an arc turns right: outside is to the left.
    outward = 1j * np.gradient(points) * np.sign(log[0] - log[-1])
    taken: list[Floats] = []
    labelled: list[complex] = []
    for decade in np.arange(np.ceil(log.min() - 1e-9), log.max() + 1e-9):
        k = int(np.abs(log - decade).argmin())
        near = any(abs(points[k] - point) < APART * width for point in labelled)
        if abs(log[k] - decade) > NEAR_DECADE or near:
            continue
        text = frequency_text(10.0**decade)
        size = complex(type_width(text), SMALL)
        for centre in _centres(points[k], outward[k], size):
            box = _box(centre, size)
            inside = box[0] >= CLEAR and box[2] <= width and box[1] >= CLEAR and box[3] <= height
            if inside and not _hits(box, curve) and not any(_overlap(box, o) for o in taken):
                taken.append(box)
                labelled.append(complex(points[k]))
                axes.text(centre.real / width, centre.imag / height, text, fontsize=SMALL,
                          transform=axes.transAxes, ha="center", va="center")  # fmt: skip
                break


def _in_points(axes: Axes, z: Complexes) -> Complexes:
    """(k,) places of Z in the axes, from their lower left corner, pt."""
    shown = axes.transData.transform(np.column_stack([z.real, -z.imag]))
    from_corner = (shown - axes.bbox.p0) * _PT / axes.figure.dpi
    return np.asarray(from_corner[:, 0] + 1j * from_corner[:, 1])


def _dense(points: Complexes) -> Complexes:
    """Points of the polyline, closer to one another than a label is high."""
    at = np.linspace(0.0, len(points) - 1.0, 40 * len(points))
    whole = np.arange(len(points))
    found: Complexes = np.interp(at, whole, points.real) + 1j * np.interp(at, whole, points.imag)
    return found


def _centres(point: complex, outward: complex, size: complex) -> Iterator[complex]:
    """Centres of a label beside a point, the best first."""
    normal = outward / max(abs(outward), 1e-300)
    for gap in GAPS:
        for turn in TURNS:
            way = normal * np.exp(1j * np.deg2rad(turn))
            reach = complex(way.real * (gap + 0.5 * size.real), way.imag * (gap + 0.5 * size.imag))
            yield complex(point) + reach


def _box(centre: complex, size: complex) -> Floats:
    """Left, bottom, right and top of a label, pt."""
    low, high = centre - 0.5 * size, centre + 0.5 * size
    return np.array([low.real, low.imag, high.real, high.imag])


def _hits(box: Floats, curve: Complexes) -> bool:
    across = (curve.real > box[0] - CLEAR) & (curve.real < box[2] + CLEAR)
    return bool((across & (curve.imag > box[1] - CLEAR) & (curve.imag < box[3] + CLEAR)).any())


def _overlap(one: Floats, other: Floats) -> bool:
    apart = np.concatenate([one[:2] - other[2:], other[:2] - one[2:]])
    return bool((apart < CLEAR).all())
