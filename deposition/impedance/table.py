"""Spectra as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from deposition.common.atomic_files import write_text
from deposition.impedance.spectrum import Spectrum

COLUMNS = ("frequency_Hz", "Z_real_ohm_cm2", "Z_imag_ohm_cm2", "Z_abs_ohm_cm2", "phase_deg")


def write(spectrum: Spectrum, path: Path) -> Path:
    """Write one row per frequency."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for frequency, z in zip(spectrum.frequency, spectrum.ohm_cm2, strict=True):
        numbers = (frequency, z.real, z.imag, abs(z), np.angle(z, deg=True))
        table.writerow([f"{number:.9g}" for number in numbers])
    write_text(path, text.getvalue())
    return path
