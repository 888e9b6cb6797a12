"""Nyquist and Bode plots of spectra."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from deposition.impedance.spectrum import Spectrum
from deposition.render.style import COLUMN_CM, SMALL, add_axes_cm, figure_cm, journal_style, save

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
LABELLED = 0.06
"""Share of the width of a plot below which two labelled decades are too close to one another."""

LEFT = 0.3
"""Share of the width of a plot in which labels stand to the right of their points."""


def nyquist(spectra: Mapping[str, Spectrum], path: Path, width: float = COLUMN_CM) -> Path:
    """Draw -Im Z over Re Z on equal scales; decades of the frequency are labelled.

    spectra by their label; width, cm.
    """
    with journal_style():
        inner = width - 1.9
        figure = figure_cm(width, 0.0)
        real, imaginary = _ranges(spectra)
        height = min(max(inner * imaginary / real, 0.4 * inner), 1.1 * inner)
        figure.set_size_inches(width / 2.54, (height + 1.5) / 2.54)
        axes = add_axes_cm(figure, 1.5, 1.0, inner, height)
        for (label, spectrum), colour in zip(spectra.items(), COLOURS, strict=False):
            z = spectrum.ohm_cm2
            axes.plot(z.real, -z.imag, "-o", color=colour, markersize=2.4, linewidth=0.9,
                      label=label)  # fmt: skip
        _equal_scales(axes, spectra, inner, height)
        if len(spectra) == 1:
            _label_decades(axes, next(iter(spectra.values())))
        else:
            axes.legend(frameon=False)
        axes.set(xlabel="Re Z / Ω cm²", ylabel="−Im Z / Ω cm²")
        _plain(axes)
        return save(figure, path)


def bode(spectra: Mapping[str, Spectrum], path: Path, width: float = COLUMN_CM) -> Path:
    """Draw |Z| and the phase over the frequency.  spectra by their label; width, cm."""
    with journal_style():
        inner, height = width - 1.9, min(0.4 * width, 4.6)
        figure = figure_cm(width, 2.0 * height + 1.8)
        below = add_axes_cm(figure, 1.5, 1.0, inner, height)
        above = add_axes_cm(figure, 1.5, 1.3 + height, inner, height)
        for (label, spectrum), colour in zip(spectra.items(), COLOURS, strict=False):
            z, f = spectrum.ohm_cm2, spectrum.frequency
            for axes, values in ((above, np.abs(z)), (below, -np.angle(z, deg=True))):
                axes.plot(f, values, "-o", color=colour, markersize=2.4, linewidth=0.9,
                          label=label)  # fmt: skip
        above.set(xscale="log", yscale="log", ylabel="|Z| / Ω cm²")
        below.set(xscale="log", xlabel="frequency / Hz", ylabel="−phase / °")
        for axes in (above, below):
            axes.xaxis.set_major_locator(LogLocator(numticks=12))
            axes.xaxis.set_minor_formatter(NullFormatter())
            _plain(axes)
        above.tick_params(labelbottom=False)
        if len(spectra) > 1:
            above.legend(frameon=False)
        return save(figure, path)


def _ranges(spectra: Mapping[str, Spectrum]) -> tuple[float, float]:
    """Extent of Re Z and of -Im Z, both from zero, ohm cm²."""
    z = np.concatenate([spectrum.ohm_cm2 for spectrum in spectra.values()])
    return float(max(z.real.max(), 1e-12)), float(max(np.ptp(np.append(-z.imag, 0.0)), 1e-12))


def _equal_scales(axes: Axes, spectra: Mapping[str, Spectrum], width: float, height: float) -> None:
    """Limits from zero with one scale for both axes that holds all points."""
    real, imaginary = _ranges(spectra)
    per_cm = 1.18 * max(real / width, imaginary / height / 0.95)
    lowest = min(float((-s.ohm_cm2.imag).min()) for s in spectra.values())
    bottom = min(0.0, 1.1 * lowest) - 0.02 * height * per_cm
    axes.set_xlim(0.0, per_cm * width)
    axes.set_ylim(bottom, bottom + per_cm * height)
    for axis, extent in ((axes.xaxis, width), (axes.yaxis, height)):
        axis.set_major_locator(MaxNLocator(max(3, int(extent / 1.3))))


def _label_decades(axes: Axes, spectrum: Spectrum) -> None:
    """Write the frequency outside the curve at whole decades, where there is room."""
    z, f = np.conj(spectrum.ohm_cm2), spectrum.frequency
    apart = LABELLED * float(np.diff(axes.get_xlim())[0])
    # Towards low frequencies an arc turns right: outside is to the left.
    outward = 1j * np.gradient(z) * np.sign(f[0] - f[-1])
    placed: list[complex] = []
    for decade in np.arange(np.ceil(np.log10(f.min())), np.log10(f.max()) + 1e-9):
        k = int(np.abs(np.log10(f) - decade).argmin())
        point, aside = complex(z[k]), complex(outward[k] / max(abs(outward[k]), 1e-300))
        if abs(np.log10(f[k]) - decade) > 0.05 or any(abs(point - p) < apart for p in placed):
            continue
        placed.append(point)
        side = "center" if abs(aside.real) < 0.4 else ("left" if aside.real > 0.0 else "right")
        if point.real < LEFT * axes.get_xlim()[1]:  # no room for it at the axis
            aside, side = 1.0 + 0.0j, "left"
        axes.annotate(_frequency(decade), (point.real, point.imag),
                      xytext=(5.0 * aside.real, 5.0 * max(aside.imag, 0.4)),
                      textcoords="offset points", fontsize=SMALL, ha=side,
                      va="bottom" if aside.imag > 0.4 else "center")  # fmt: skip


def _frequency(decade: float) -> str:
    """Text of a decade: "10 mHz", "1 kHz"."""
    prefix = int(np.floor(decade / 3.0))
    return f"{10.0 ** (decade - 3 * prefix):g} {('mHz', 'Hz', 'kHz', 'MHz')[prefix + 1]}"


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
