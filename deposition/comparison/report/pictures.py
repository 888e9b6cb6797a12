"""The still pictures of a report: flux maps, the growing deposit, curves, current histograms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from deposition.comparison.gather import Compared
from deposition.comparison.report.embed import picture
from deposition.comparison.report.histogram import histograms
from deposition.render.comparison import comparison
from deposition.render.layout import IN_A_ROW, View, charge_as_printed
from deposition.render.profiles import profiles
from deposition.render.scale import Scale

DPI = 300
STILLS = 4


@dataclass(frozen=True)
class Picture:
    """A picture in the page: its address, and in words what it shows, for who does not see it.

    columns  maps side by side in it, which decide how wide it is shown
    """

    address: str
    alt: str
    columns: int = 1


def flux_maps(compared: Sequence[Compared]) -> Picture:
    """The maps of all results on one colour scale."""
    views = [one.view for one in compared]
    address = picture(lambda path: comparison(views, path, DPI), ".png")
    return Picture(address, f"Li⁺ flux maps: {_listed(compared)}", _columns(views))


def curves(compared: Sequence[Compared]) -> Picture:
    """Heights along the surface, voltage and roughness against charge."""
    drawn = [one.curve for one in compared]
    address = picture(lambda path: profiles(drawn, path), ".svg")
    names = _listed(compared)
    return Picture(address, f"Heights, cell voltage and roughness of {names}, as three charts")


def current_histograms(compared: Sequence[Compared]) -> Picture:
    """How the area of each deposit is shared out over the current density."""
    views = [one.view for one in compared]
    address = picture(lambda path: histograms(views, path), ".svg")
    names = _listed(compared)
    return Picture(address, f"Histograms of the local current over its mean: {names}")


def growth(compared: Sequence[Compared]) -> list[Picture]:
    """Each deposit at ``STILLS`` charges up to that of the flux maps, all on one scale."""
    rows = [_at_charges(one) for one in compared]
    scale = Scale.of([view.snapshot for row in rows for view in row])
    return [_strip(row, scale) for row in rows]


def _at_charges(one: Compared) -> list[View]:
    """The recorded states nearest to equal parts of the charge, the last that of the maps; not the
    one before the run, where there is another."""
    recorded = one.result.capacities
    wanted = one.view.snapshot.capacity * np.arange(1, STILLS + 1) / STILLS
    nearest = np.abs(recorded[:, None] - wanted).argmin(axis=0)
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
