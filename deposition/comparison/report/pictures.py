"""Static pictures of a report: flux maps, growth of the deposit, curves, current histograms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from deposition.comparison.gather import Compared
from deposition.comparison.report.embed import picture
from deposition.comparison.report.histogram import histograms
from deposition.impedance.recorder import spectra_of
from deposition.impedance.report import PLOTS, draw_recorded
from deposition.render.captions import charge_as_printed
from deposition.render.comparison import comparison
from deposition.render.inventory import draw_cycles, draw_inventory, is_worth_drawing
from deposition.render.layout import IN_A_ROW, View
from deposition.render.profiles import profiles
from deposition.render.scale import Scale
from deposition.results.inventory_table import cycles_of, read_inventory

DPI = 300
GROWTH_STATES = 4
SPECTRA_CM = 12.0
"""Width of the plots of spectra."""


@dataclass(frozen=True)
class Picture:
    """Picture in the page.

    address  data URL
    alt      alternative text
    columns  number of maps side by side, which determines the displayed width
    """

    address: str
    alt: str
    columns: int = 1


def flux_maps(compared: Sequence[Compared]) -> Picture:
    """Flux maps of all results on one colour scale."""
    views = [one.view for one in compared]
    address = picture(lambda path: comparison(views, path, DPI), ".png")
    return Picture(address, f"Li⁺ flux maps: {_listed(compared)}", _columns(views))


def curves(compared: Sequence[Compared]) -> Picture:
    """Height profiles, and voltage and roughness against charge."""
    drawn = [one.curve for one in compared]
    address = picture(lambda path: profiles(drawn, path), ".svg")
    names = _listed(compared)
    return Picture(address, f"Heights, cell voltage and roughness of {names}, as three charts")


def current_histograms(compared: Sequence[Compared]) -> Picture:
    """Area-weighted histograms of the current density of each deposit."""
    views = [one.view for one in compared]
    address = picture(lambda path: histograms(views, path), ".svg")
    names = _listed(compared)
    return Picture(address, f"Histograms of the local current over its mean: {names}")


def inventories(compared: Sequence[Compared]) -> list[Picture]:
    """Lithium inventory against time, and losses of the cycles, of each result that has more than
    plated lithium."""
    found = []
    for one in compared:
        rows, result = read_inventory(one.result.folder / "inventory.csv"), one.result
        if is_worth_drawing(rows):
            address = picture(lambda path, r=result: draw_inventory(r, path), ".svg")
            found.append(Picture(address, f"Lithium inventory against time: {one.label}"))
        if cycles_of(rows):
            address = picture(lambda path, r=result: draw_cycles(r, path), ".svg")
            found.append(Picture(address, f"Losses of each cycle: {one.label}"))
    return found


def spectra(compared: Sequence[Compared]) -> list[Picture]:
    """Nyquist and Bode plots of the spectra of all protocol steps; none without a spectrum."""
    results = [one.result for one in compared]
    if not any(map(spectra_of, results)):
        return []
    names = _listed(compared)
    return [
        Picture(
            picture(lambda path, kind=kind: draw_recorded(results, kind, path, SPECTRA_CM), ".svg"),
            f"{kind.capitalize()} plot of the impedance of {names}",
        )
        for kind in PLOTS
    ]


def growth(compared: Sequence[Compared]) -> list[Picture]:
    """Maps of each deposit at equidistant charges up to that of the flux maps, on one scale."""
    rows = [_at_charges(one) for one in compared]
    scale = Scale.of([view.snapshot for row in rows for view in row])
    return [_strip(row, scale) for row in rows]


def _at_charges(one: Compared) -> list[View]:
    """Recorded states nearest to equal fractions of the charge of the flux maps.

    The state before the run is left out if there is another one.
    """
    recorded = one.result.capacities
    targets = one.view.snapshot.capacity * np.arange(1, GROWTH_STATES + 1) / GROWTH_STATES
    nearest = np.abs(recorded[:, None] - targets).argmin(axis=0)
    numbers = [number for number in dict.fromkeys(nearest.tolist()) if number > 0] or [0]
    return [replace(one.view, snapshot=one.result.snapshot(number)) for number in numbers]


def _strip(row: Sequence[View], scale: Scale) -> Picture:
    address = picture(lambda path: comparison(row, path, DPI, scale), ".png")
    charges = ", ".join(charge_as_printed(view.snapshot.capacity_mAh_cm2) for view in row)
    return Picture(address, f"{row[0].caption.name} at {charges} mAh/cm²", _columns(row))


def _columns(views: Sequence[View]) -> int:
    return min(len(views), IN_A_ROW)


def _listed(compared: Sequence[Compared]) -> str:
    return "; ".join(one.label for one in compared)
