"""Summaries of several results as a table, in the terminal and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deposition.common.atomic_files import write_text

ROWS = {
    "capacity_mAh_cm2": "net charge plated, mAh/cm²",
    "wagner": "Wagner number κR/L",
    "polarization_length_um": "polarization length κR, µm",
    "steady_conductivity_S_m": "effective steady-state conductivity, S/m",
    "cell_voltage_first_V": "initial cell voltage, V",
    "cell_voltage_steady_V": "steady-state cell voltage, V",
    "cell_voltage_V": "final cell voltage, V",
    "cell_voltage_drift_percent": "  drift from steady state to the end, %",
    "measured_cell_voltage_V": "measured cell voltage, V",
    "measured_difference_percent": "  steady state relative to measured, %",
    "measured_words": "remark on the measurement",
    "current_p99_over_mean_first": "current, 99th percentile over mean, initial",
    "current_p99_over_mean_last": "current, 99th percentile over mean, final",
    "height_mean_um": "mean height, µm",
    "height_max_um": "maximum height, µm",
    "height_min_um": "minimum height, µm",
    "roughness_rms_um": "roughness (rms), µm",
    "peak_to_valley_um": "peak-to-valley height, µm",
    "roughness_factor": "roughness factor",
    "void_area_um2": "voids, µm²",
    "void_volume_um3": "voids, µm³",
    "c_min_mol_m3": "minimum concentration, mol/m³",
    "faraday_error": "charge-balance error",
    "salt_error": "salt-balance error",
    "salt_correction": "salt correction",
    "volume_correction": "volume correction",
    "steps": "steps",
    "wall_s": "wall time, s",
    "completed": "completed",
}
"""Titles of the rows of the table in the terminal, by key of ``summary.json``."""
BY_FILM = "height_mean_by_film_um"


@dataclass(frozen=True)
class Column:
    """One result: its label and its ``summary.json``."""

    label: str
    summary: Mapping[str, Any]


def flattened(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Summary in which the entries of a nested table have keys ``key[name]``."""
    flat: dict[str, Any] = {}
    for key, value in summary.items():
        inner = value.items() if isinstance(value, Mapping) else ()
        flat |= {f"{key}[{name}]": item for name, item in inner} or {key: value}
    return flat


def write_csv(columns: Sequence[Column], path: Path) -> Path:
    """Write one row per result with all numbers of its summary, in full precision."""
    rows = [{"label": column.label, **flattened(column.summary)} for column in columns]
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())
    return path


def print_columns(columns: Sequence[Column], console: Console) -> None:
    """Print the rows of ``ROWS``, one column per result."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for column in columns:
        table.add_column(column.label, justify="right")
    flat = [flattened(column.summary) for column in columns]
    for key, title in titles(flat).items():
        values = [row.get(key) for row in flat]
        if any(value is not None for value in values):
            table.add_row(title, *[printed(value) for value in values])
    console.print(table)


def titles(flat: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Titles of the rows: ``ROWS``, with the mean heights by film below the roughness."""
    films = dict.fromkeys(key for row in flat for key in row if key.startswith(f"{BY_FILM}["))
    heights = {key: f"  above {key[len(BY_FILM) + 1 : -1]}, µm" for key in films}
    rows: dict[str, str] = {}
    for key, title in ROWS.items():
        rows[key] = title
        if key == "roughness_rms_um":
            rows |= heights
    return rows


def printed(value: object) -> str:
    """Value as printed: a number with four digits, yes or no, a dash for None."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
