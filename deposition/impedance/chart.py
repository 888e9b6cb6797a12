"""Nyquist and Bode plots of spectra."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from deposition.impedance.decade_labels import label_decades
from deposition.impedance.spectrum import Spectrum
from deposition.render.profiles import line_styles
from deposition.render.style import COLUMN_CM, add_axes_cm, figure_cm, journal_style, save


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
        for label, spectrum, style in _styled(spectra):
            z = spectrum.ohm_cm2
            axes.plot(z.real, -z.imag, label=label, **style)
        _equal_scales(axes, spectra, inner, height)
        if len(spectra) == 1:
            label_decades(axes, next(iter(spectra.values())))
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
        for label, spectrum, style in _styled(spectra):
            z, f = spectrum.ohm_cm2, spectrum.frequency
            for axes, values in ((above, np.abs(z)), (below, -np.angle(z, deg=True))):
                axes.plot(f, values, label=label, **style)
        above.set(xscale="log", yscale="log", ylabel="|Z| / Ω cm²")
        below.set(xscale="log", xlabel="frequency / Hz", ylabel="−phase / °")
        above.yaxis.set_major_formatter("{x:g}")
        if _decades(spectra) < 1.0:  # ticks at powers of ten alone would be one
            above.yaxis.set_minor_locator(LogLocator(subs=(2.0, 5.0)))
            above.yaxis.set_minor_formatter("{x:g}")
        else:
            above.yaxis.set_minor_formatter(NullFormatter())
        for axes in (above, below):
            axes.xaxis.set_major_locator(LogLocator(numticks=12))
            axes.xaxis.set_minor_formatter(NullFormatter())
            _plain(axes)
        above.tick_params(labelbottom=False)
        if len(spectra) > 1:
            above.legend(frameon=False)
        return save(figure, path)


def _styled(
    spectra: Mapping[str, Spectrum],
) -> Iterator[tuple[str, Spectrum, dict[str, Any]]]:
    """Label, spectrum and line style of each; the points of a single one are marked."""
    marked = {"marker": "o", "markersize": 2.4} if len(spectra) == 1 else {}
    for (label, spectrum), style in zip(spectra.items(), line_styles(), strict=False):
        yield label, spectrum, {**style, **marked}


def _ranges(spectra: Mapping[str, Spectrum]) -> tuple[float, float]:
    """Extent of Re Z and of -Im Z, both from zero, ohm cm²."""
    z = np.concatenate([spectrum.ohm_cm2 for spectrum in spectra.values()])
    return float(max(z.real.max(), 1e-12)), float(max(np.ptp(np.append(-z.imag, 0.0)), 1e-12))


def _decades(spectra: Mapping[str, Spectrum]) -> float:
    """Decades that |Z| extends over."""
    size = np.abs(np.concatenate([spectrum.ohm_cm2 for spectrum in spectra.values()]))
    return float(np.log10(size.max() / size.min()))


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


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
