"""How every picture looks: sizes for a journal column, colours, and the one way to save a figure.

Type is never smaller than 6.5 pt at the printed width, so that a figure placed at its own size
(8.5 cm for one column, 17.8 cm for two) reads as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from scipy.interpolate import PchipInterpolator

from deposition.cell import Floats
from deposition.errors import ResultsError

COLUMN_CM = 8.5
PAGE_CM = 17.8
DPI = 600
SMALL, NORMAL = 6.5, 7.5  # pt
FORMATS = (".png", ".svg", ".pdf")

INK = "#1b1f24"
FLUX = "#16263f"
DEPOSIT = "#c3c6ca"
ORIGINAL = "#8b9097"
DEAD = "#efe9e1"
COLLECTOR = "#b8764a"

_ANCHORS = ("#fbf8dc", "#c4e3c6", "#7cc0c0", "#4a95b9", "#3a70aa", "#335096")
"""Pale straw to deep blue: light at low concentration, where lines and film have to be read."""


def lab(rgb: Floats) -> Floats:
    """(n, 3) CIE L*a*b* (D65) of sRGB colours (n, 3) in 0–1; distances are seen there."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
         [0.0193339, 0.1191920, 0.9503041]]
    )  # fmt: skip
    xyz = linear @ to_xyz.T / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack(
        [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1
    )


def concentration_map() -> ListedColormap:
    """The colour map of concentration: equal steps of value are equal steps of CIE L*a*b*.

    Lightness falls all the way, so that it reads in grey and with any colour vision.
    """
    anchors = np.array([matplotlib.colors.to_rgb(c) for c in _ANCHORS])
    curve = PchipInterpolator(np.linspace(0, 1, len(anchors)), anchors)(np.linspace(0, 1, 2001))
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(lab(curve), axis=0), axis=1))]
    even = np.interp(np.linspace(0, along[-1], 256), along, np.linspace(0, 1, 2001))
    colours = PchipInterpolator(np.linspace(0, 1, len(anchors)), anchors)(even)
    return ListedColormap(np.clip(colours, 0, 1), name="salt")


@contextmanager
def journal_style() -> Iterator[None]:
    """Matplotlib settings of all pictures, while a figure is made."""
    settings = {
        "font.family": "DejaVu Sans",
        "font.size": NORMAL,
        "mathtext.default": "regular",
        "axes.linewidth": 0.5,
        "axes.titlesize": NORMAL,
        "axes.labelsize": NORMAL,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "legend.fontsize": SMALL,
        "xtick.major.width": 0.5,
        "ytick.major.width": 0.5,
        "xtick.major.size": 2.5,
        "ytick.major.size": 2.5,
        "text.color": INK,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "hatch.linewidth": 0.4,
        "svg.fonttype": "none",
        "pdf.fonttype": 42,
        "svg.hashsalt": "deposition",
    }
    with plt.style.context(settings):
        yield


def figure_cm(width: float, height: float) -> Figure:
    """An empty white figure of this size in cm."""
    return plt.figure(figsize=(width / 2.54, height / 2.54), facecolor="white")


def add_axes_cm(
    figure: Figure, left: float, bottom: float, width: float, height: float
) -> plt.Axes:
    """Axes at a place given in cm from the lower left corner of the figure."""
    across, up = figure.get_size_inches() * 2.54
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def check_format(path: Path) -> None:
    """Refuse a picture format that cannot be written.

    Raises ``ResultsError``.
    """
    if path.suffix.lower() not in FORMATS:
        raise ResultsError(
            f"{path.name}: pictures are written as {', '.join(FORMATS)}, not as "
            f"'{path.suffix or 'a file without suffix'}'"
        )


def save(figure: Figure, path: Path, dpi: int = DPI) -> Path:
    """Write the figure (png, svg or pdf by suffix) and close it; a file is never half-written.

    Raises ``ResultsError`` if the format is not known.
    """
    check_format(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        figure.savefig(aside, dpi=dpi)
        os.replace(aside, path)
    finally:
        plt.close(figure)
        aside.unlink(missing_ok=True)
    return path
