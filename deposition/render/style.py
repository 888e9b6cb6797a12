"""Common style of all pictures: sizes for a journal column, colours, saving of figures.

Type is at least 6.5 pt at the printed width, so that a figure remains readable at its own size
(8.5 cm for one column, 17.8 cm for two).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from scipy.interpolate import PchipInterpolator

from deposition.common.atomic_files import write_bytes
from deposition.common.errors import ResultsError
from deposition.common.formula import atoms
from deposition.common.suggest import did_you_mean, listing
from deposition.mesh.cell import Floats

COLUMN_CM = 8.5
PAGE_CM = 17.8
DPI = 600
SMALL, NORMAL = 6.5, 7.5  # pt
FORMATS = (".png", ".svg", ".pdf")
_NO_DATE: dict[str, dict[str, None]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
"""Metadata that is omitted, so that equal pictures are identical files."""

INK = "#1b1f24"
"""Colour of lines inside a map, which is light on any paper."""
FLUX = "#16263f"
DEPOSIT = "#c3c6ca"
ORIGINAL = "#8b9097"
DEAD = "#efe9e1"
COLLECTOR = "#b8764a"
SEPARATOR = "#6b7480"
PLAIN = "#eef2f4"
"""Colour of electrolyte without a field."""


@dataclass(frozen=True)
class Look:
    """Colours outside the maps, paper and ink, and the font (None: the first of ``FONTS``)."""

    name: str
    paper: str
    ink: str
    font: str | None = None


PAPER = Look("paper", "#ffffff", INK)
DARK = Look("dark", "#12161b", "#e9ecef")
LOOKS = {look.name: look for look in (PAPER, DARK)}


FONTS = (
    "Arial", "Helvetica", "Liberation Sans", "Nimbus Sans", "TeX Gyre Heros", "Arimo",
)  # fmt: skip
"""Sans serif fonts in which journals print figures, and free ones of the same widths, by
preference."""
EVERYWHERE = "DejaVu Sans"
"""Font that matplotlib brings along, which has the signs that others lack."""


def installed_fonts() -> list[str]:
    """Names of the fonts that matplotlib finds."""
    return sorted({font.name for font in fontManager.ttflist})


def families(font: str | None) -> list[str]:
    """Fonts by preference: the stated one, or the first of ``FONTS`` that is installed; then the
    one that is always there.

    Raises ``ResultsError`` if the stated font is not installed.
    """
    known = installed_fonts()
    if font is None:
        return [next((name for name in FONTS if name in known), EVERYWHERE), EVERYWHERE]
    match = next((name for name in known if name.casefold() == font.casefold()), None)
    if match is None:
        raise ResultsError(
            f'the font "{font}" is not installed.{did_you_mean(font, known)} Install it, or choose '
            f"one of {listing(name for name in (*FONTS, EVERYWHERE) if name in known)} [E984]"
        )
    return [match, EVERYWHERE]


def lab(rgb: Floats) -> Floats:
    """(n, 3) CIE L*a*b* (D65) of sRGB colours (n, 3) in 0–1; distances in it are perceptual."""
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


def perceptually_uniform_map(name: str, anchors: Sequence[str]) -> ListedColormap:
    """Colour map through ``anchors``, with equal arc length in CIE L*a*b* per step of value."""
    places = np.linspace(0, 1, len(anchors))
    through = PchipInterpolator(places, np.array([matplotlib.colors.to_rgb(c) for c in anchors]))
    curve = through(np.linspace(0, 1, 2001))
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(lab(curve), axis=0), axis=1))]
    uniform = np.interp(np.linspace(0, along[-1], 256), along, np.linspace(0, 1, 2001))
    return ListedColormap(np.clip(through(uniform), 0, 1), name=name)


@contextmanager
def journal_style(look: Look = PAPER) -> Iterator[None]:
    """Context with the matplotlib settings of all pictures."""
    settings = {
        "font.family": families(look.font),
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
        "text.color": look.ink,
        "axes.edgecolor": look.ink,
        "axes.labelcolor": look.ink,
        "xtick.color": look.ink,
        "ytick.color": look.ink,
        "figure.facecolor": look.paper,
        "savefig.facecolor": look.paper,
        "hatch.linewidth": 0.4,
        "svg.fonttype": "none",
        "pdf.fonttype": 42,
        "svg.hashsalt": "deposition",
    }
    with plt.style.context(settings):
        yield


def figure_cm(width: float, height: float) -> Figure:
    """Empty figure of this size, cm."""
    return plt.figure(figsize=(width / 2.54, height / 2.54))


def outside_ink() -> str:
    """Colour of lines and text outside the maps in the active style."""
    return str(plt.rcParams["text.color"])


def outside_paper() -> str:
    """Colour of the paper in the active style."""
    return str(plt.rcParams["figure.facecolor"])


def add_axes_cm(
    figure: Figure, left: float, bottom: float, width: float, height: float
) -> plt.Axes:
    """Axes at a position in cm from the lower left corner of the figure."""
    across, up = figure.get_size_inches() * 2.54
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def check_format(path: Path, formats: Sequence[str] = FORMATS) -> None:
    """Check that the suffix of a picture is one of ``formats``.

    Raises ``ResultsError`` if it is not.
    """
    if path.suffix.lower() not in formats:
        found = f'"{path.suffix}"' if path.suffix else "a file without suffix"
        raise ResultsError(
            f"{path}: {found} is no format of pictures. Use {listing(formats)}."
            f"{did_you_mean(path.suffix, formats)} [E616]"
        )


def save(figure: Figure, path: Path, dpi: int = DPI) -> Path:
    """Write the figure as png, svg or pdf by suffix, atomically, and close it.

    Raises ``ResultsError`` if the format is unknown or the file cannot be written.
    """
    check_format(path)
    kind = path.suffix.lower().removeprefix(".")
    whole = io.BytesIO()
    try:
        figure.savefig(whole, dpi=dpi, format=kind, metadata=_NO_DATE.get(kind))
    finally:
        plt.close(figure)
    make_folder(path.parent)
    write_bytes(path, whole.getvalue())
    return path


def formula_in_type(name: str) -> str:
    """A formula with subscripts and its charge, I₃⁻; another name as it is."""
    if not atoms(name):
        return name
    charge = name[-1].translate(str.maketrans("+-", "⁺⁻")) if name[-1] in "+-" else ""
    return name.rstrip("+-").translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")) + charge


def make_folder(folder: Path) -> None:
    """Create the folder of a picture.  Raises ``ResultsError`` if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ResultsError(
            f"cannot create the folder {folder}. {problem.strerror}. Choose another with --output "
            "[E617]"
        ) from problem
