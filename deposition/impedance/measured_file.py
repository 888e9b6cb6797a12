"""Read a measured spectrum: frequency, Re Z and Im Z."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from deposition.common.errors import MissingRequirement, ScenarioError
from deposition.laws.film import Complexes
from deposition.mesh.cell import Floats

FEWEST = 10
"""Smallest number of frequencies."""

_NUMBER = re.compile(r"[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?")
_HEADERS = (
    r"freq|^f\b|hz",
    r"re\b|re\(|real|z'(?!')|^zre|zreal",
    r"im\b|im\(|imag|z''|^-?zim",
)
"""Column titles of frequency, Re Z and Im Z."""


@dataclass(frozen=True, eq=False)
class MeasuredSpectrum:
    """A spectrum, from high to low frequency.

    frequency  (k,) Hz
    impedance  (k,) ohm
    """

    frequency: Floats
    impedance: Complexes


def read_spectrum(
    file: Path, *, instrument: str | None = None, minus_imaginary: bool = False
) -> MeasuredSpectrum:
    """Read a CSV file, or with ``instrument`` the file of an instrument.

    minus_imaginary: the third column is -Im Z
    Raises ScenarioError for a file without a spectrum.
    """
    if not file.is_file():
        raise _bad(file, "there is no such file")
    if instrument is not None:
        frequency, impedance = _of_instrument(file, instrument)
    else:
        frequency, impedance = _of_table(file)
    if minus_imaginary:
        impedance = impedance.conj()
    _check(file, frequency, impedance)
    order = np.argsort(-frequency)
    return MeasuredSpectrum(frequency[order], impedance[order])


def _of_table(file: Path) -> tuple[Floats, Complexes]:
    """Columns by their titles, or the first three; a title with a minus sign turns the sign.

    Lines of text before the first number are skipped; the last of them has the titles.
    """
    try:
        text = file.read_text(encoding="utf-8-sig", errors="strict")
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(file, f"it is no text ({error})") from None
    delimiter = next((d for d in ("\t", ";", ",") if d in text), " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if delimiter == " ":
        rows = [line.split() for line in lines]
    else:
        rows = [row for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True)]
    first = next((k for k, row in enumerate(rows) if _is_number(row[0])), len(rows))
    columns, sign = _columns(rows[first - 1] if first > 0 else [])
    values = []
    for number, row in enumerate(rows[first:], first + 1):
        cells = [row[column].strip() for column in columns if column < len(row)]
        if len(cells) < 3:
            raise _bad(file, f"row {number} has fewer than three columns")
        wrong = [cell for cell in cells if not _is_number(cell)]
        if wrong:
            raise _bad(file, f'row {number} has "{wrong[0]}" in the place of a number')
        values.append([float(cell.replace(",", ".")) for cell in cells])
    table: Floats = np.array(values, dtype=np.float64).reshape(-1, 3)
    return table[:, 0], table[:, 1] + 1j * sign * table[:, 2]


def _columns(header: list[str]) -> tuple[list[int], float]:
    """Columns of frequency, Re and Im, and the sign of the last."""
    titles = [title.strip().lower() for title in header]
    found = []
    for pattern in _HEADERS:
        matching = [k for k, title in enumerate(titles) if re.search(pattern, title)]
        found.append(next((k for k in matching if k not in found), -1))
    columns = found if min(found) >= 0 else [0, 1, 2]
    title = titles[columns[2]] if len(titles) > columns[2] else ""
    return columns, -1.0 if title.startswith(("-", "−", "minus")) else 1.0


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text.strip()) is not None


def _of_instrument(file: Path, instrument: str) -> tuple[Floats, Complexes]:
    try:
        from impedance.preprocessing import readFile
    except ImportError as problem:
        raise MissingRequirement(
            f"files of instruments are read by the package impedance, which cannot be imported "
            f"({problem}). Install it: pip install impedance; or save the spectrum as CSV. [E950]"
        ) from None
    try:
        frequency, impedance = readFile(str(file), instrument=instrument)
        return np.asarray(frequency, float), np.asarray(impedance, complex)
    except Exception as error:  # the package raises what its parsing happens to raise
        raise _bad(file, f"it is no file of {instrument} ({error})") from None


def _check(file: Path, frequency: Floats, impedance: Complexes) -> None:
    if len(frequency) < FEWEST:
        raise _bad(file, f"it has {len(frequency)} frequencies, and {FEWEST} are needed")
    finite = np.isfinite(frequency) & np.isfinite(impedance)
    for wrong, problem in (
        (~finite | (frequency <= 0.0), "is no frequency above 0 with a finite impedance"),
        (impedance.real <= 0.0, "has a real part that is not above 0"),
    ):
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0]) + 1
            raise _bad(file, f"value {row} ({frequency[row - 1]:.4g} Hz) {problem}")
    if np.median(impedance.imag) > 0.0:
        raise ScenarioError(
            f"{file}: the imaginary part is positive at most frequencies, as if the cell were a "
            "coil. If the column is -Im Z, as Nyquist plots show it, state --minus-imaginary. "
            "[E965]"
        )


def _bad(file: Path, problem: str) -> ScenarioError:
    return ScenarioError(
        f"{file}: {problem}. A spectrum is a table of frequency in Hz, Re Z and Im Z in ohm, with "
        "or without a line of titles; other formats with --instrument. [E964]"
    )
