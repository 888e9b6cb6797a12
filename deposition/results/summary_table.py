"""Summaries of several results as a table, in the terminal and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deposition.common.atomic_files import write_text
from deposition.common.constants import MILLIVOLT
from deposition.results.error_bars import CONVERGED, ErrorBar

VOLTS = "_V"
"""End of the keys of voltages, in V, which tables of several results show in mV."""
ROWS = {
    "capacity_mAh_cm2": "net charge plated, mAh/cm²",
    "wagner": "Wagner number κR/L",
    "polarization_length_um": "polarization length κR, µm",
    "steady_conductivity_S_m": "effective steady-state conductivity, S/m",
    "n_to_p": "N/P, lithium over positive electrode",
    "cell_voltage_first_V": "initial cell voltage, V",
    "cell_voltage_steady_V": "steady-state cell voltage, V",
    "cell_voltage_V": "final cell voltage, V",
    "cell_voltage_drift_percent": "  drift from steady state to the end, %",
    "overpotential_mV[ohmic]": "  of it ohmic drop in the electrolyte, mV",
    "overpotential_mV[concentration]": "  differences of concentration, mV",
    "overpotential_mV[film]": "  SEI, mV",
    "overpotential_mV[charge_transfer]": "  charge transfer of lithium, mV",
    "overpotential_mV[positive_electrode]": "  positive electrode, mV",
    "measured_cell_voltage_V": "measured cell voltage, V",
    "measured_difference_percent": "  steady state relative to measured, %",
    "measured_words": "remark on the measurement",
    "current_p99_over_mean_first": "P99/mean of the current density, initial",
    "current_p99_over_mean_last": "P99/mean of the current density, final",
    "height_mean_um": "mean height, µm",
    "height_max_um": "maximum height, µm",
    "height_min_um": "minimum height, µm",
    "roughness_rms_um": "roughness (rms), µm",
    "peak_to_valley_um": "peak-to-valley height, µm",
    "roughness_factor": "roughness factor",
    "void_area_um2": "voids, µm²",
    "void_volume_um3": "voids, µm³",
    "c_min_mol_m3": "minimum concentration, mol/m³",
    "coulombic_efficiency_overall": "charge stripped over charge plated",
    "lithium_gained_mAh_cm2[total_sei]": "Li+ gained by the SEI, mAh/cm²",
    "lithium_gained_mAh_cm2[dead_metal]": "Li0 without connection gained, mAh/cm²",
    "solvent_consumed_uL_cm2": "solvent consumed by the SEI, µL/cm²",
    "solvent_consumed_share": "  as a share of the electrolyte",
    "faraday_error": "charge-balance error",
    "salt_error": "salt-balance error",
    "lithium_error": "lithium-balance error",
    "salt_correction": "salt correction",
    "volume_correction": "volume correction",
    "steps": "steps",
    "wall_s": "wall time, s",
    "completed": "completed",
}
"""Titles of the rows of the table in the terminal, by key of ``summary.json``."""
NOT_CONVERGED = (
    f"? more than {100 * CONVERGED:g} % uncertain: refine mesh.surface_size and time.max_advance"
)
"""Meaning of the question mark after an error bar."""
BY_FILM = "height_mean_by_film_um"


@dataclass(frozen=True)
class Column:
    """One result: its label, its ``summary.json``, and error bars of its numbers by key."""

    label: str
    summary: Mapping[str, Any]
    bars: Mapping[str, ErrorBar] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """A number as printed, with its error bar; a question mark where it is not converged."""
        value, bar = flattened(self.summary).get(key), self.bars.get(key)
        if key.endswith(VOLTS) and isinstance(value, float):
            value, bar = value / MILLIVOLT, None if bar is None else bar.times(1.0 / MILLIVOLT)
        return printed(value) if bar is None else f"{printed(value)} ± {bar}"


def flattened(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Summary in which the entries of a nested table have keys ``key[name]``."""
    flat: dict[str, Any] = {}
    for key, value in summary.items():
        inner = value.items() if isinstance(value, Mapping) else ()
        flat |= {f"{key}[{name}]": item for name, item in inner} or {key: value}
    return flat


def table_of(columns: Sequence[Column]) -> tuple[list[str], list[dict[str, Any]]]:
    """Names of all columns of a table with one row per result, and its rows."""
    rows = [{"label": column.label, **flattened(column.summary)} for column in columns]
    return list(dict.fromkeys(name for row in rows for name in row)), rows


def write_csv(columns: Sequence[Column], path: Path) -> Path:
    """Write one row per result with all numbers of its summary, in full precision."""
    names, rows = table_of(columns)
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
    for key, title in printed_titles(flat).items():
        if any(row.get(key) is not None for row in flat):
            table.add_row(title, *[column.text(key) for column in columns])
    console.print(table)
    shown = [bar for c in columns for key, bar in c.bars.items() if key in titles(flat)]
    if any(not bar.converged for bar in shown):
        console.print(NOT_CONVERGED, highlight=False, soft_wrap=True)


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


def printed_titles(flat: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Titles of the rows in the units of ``Column.text``: voltages in mV."""
    return {
        key: title.replace(", V", ", mV") if key.endswith(VOLTS) else title
        for key, title in titles(flat).items()
    }


def printed(value: object) -> str:
    """Value as printed: a number with four digits, yes or no, a dash for None."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
