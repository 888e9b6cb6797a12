"""Spectra as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from deposition.common.atomic_files import write_text
from deposition.common.errors import ResultsError
from deposition.impedance.spectrum import Spectrum

COLUMNS = (
    "frequency_Hz",
    "Z_real_ohm_cm2",
    "Z_imag_ohm_cm2",
    "Z_abs_ohm_cm2",
    "phase_deg",
    "current_density_A_m2",
    "voltage_V",
)
"""The last two are those of the steady state."""


def write(spectrum: Spectrum, path: Path) -> Path:
    """Write one row per frequency."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    steady = (spectrum.current_density, spectrum.voltage)
    for frequency, z in zip(spectrum.frequency, spectrum.ohm_cm2, strict=True):
        numbers = (frequency, z.real, z.imag, abs(z), np.angle(z, deg=True), *steady)
        table.writerow([f"{number:.9g}" for number in numbers])
    write_text(path, text.getvalue())
    return path


def read(path: Path) -> Spectrum:
    """The spectrum of a file that ``write`` has written; raises ResultsError if it is damaged."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            header, *lines = csv.reader(file)
        columns = np.array(lines, dtype=np.float64).T
        place = [header.index(name) for name in COLUMNS]
        frequency, real, imaginary, _, _, current, voltage = columns[place]
        steady = float(current[0]), float(voltage[0])
    except (OSError, ValueError, IndexError) as problem:
        raise ResultsError(
            f"cannot read {path} as a spectrum: {problem}. Restore the file, or run the scenario "
            "again with --overwrite. [E937]"
        ) from problem
    return Spectrum.of_ohm_cm2(frequency, real + 1j * imaginary, *steady)
