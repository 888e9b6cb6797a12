"""Layout of several maps on a page, and the caption over each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from deposition.common.constants import HOUR, MILLIVOLT
from deposition.render.panel import Caption
from deposition.render.style import COLUMN_CM, PAGE_CM
from deposition.results.snapshot import Snapshot

MARGIN, GAP, HEAD = 0.1, 0.2, 0.85  # cm
IN_A_ROW = 4
TALLEST = 2.5
"""Height of a map over the width of the page, beyond which the map becomes narrower instead."""
LOWEST = 0.3
"""Least height of a map, cm."""
ROUNDING = 1e-9
"""Charge below which it is rounding, mAh/cm², as after a cycle that plates and strips the same."""


@dataclass(frozen=True, eq=False)
class View:
    """One map of a picture: a snapshot, the snapshot before the run, and the caption."""

    caption: Caption
    initial: Snapshot
    snapshot: Snapshot


Line = Callable[[View], str]
"""Function that returns the second line of the caption of a map."""


def default_width(count: int) -> float:
    """Default width of a picture of ``count`` maps, cm: a journal column for one, else the page."""
    return COLUMN_CM if count == 1 else PAGE_CM


@dataclass(frozen=True)
class Grid:
    """Positions of the maps on the page, cm.

    columns, rows  numbers of maps across and down
    width, height  of one map
    below          height of the legend
    page           width and height of the page
    """

    columns: int
    rows: int
    width: float
    height: float
    below: float
    page: tuple[float, float]

    @classmethod
    def of(cls, count: int, aspect: float, below: float, beside: float, across: float) -> Grid:
        """Arrange ``count`` maps on a page ``across`` cm wide.

        aspect  height over width of a map
        below   height of the legend, cm
        beside  width reserved for the colour bar, cm
        """
        columns = min(count, IN_A_ROW)
        rows = -(-count // columns)
        width = (across - beside - MARGIN - GAP * (columns - 1)) / columns
        width = min(width, TALLEST * across / aspect)
        height = max(width * aspect, LOWEST)
        return cls(columns, rows, width, height, below, (across, below + rows * (height + HEAD)))

    def place(self, index: int) -> tuple[float, float, float, float]:
        """Left, bottom, width and height of map number ``index``, row by row from the top."""
        row, column = divmod(index, self.columns)
        bottom = self.below + (self.rows - 1 - row) * (self.height + HEAD)
        return MARGIN + column * (self.width + GAP), bottom, self.width, self.height


def title(view: View, index: int, count: int) -> str:
    """Name over a map, with a letter if there are several maps."""
    letter = f"{chr(ord('a') + index)}   " if count > 1 else ""
    return letter + view.caption.name


def charge_and_wagner(view: View) -> str:
    """Charge plated and Wagner number, as printed; the time in a cell without working electrode."""
    wagner = view.caption.wagner
    if math.isnan(view.snapshot.voltage):
        return _time(view.snapshot.time)
    return _charge(view) if wagner is None else f"{_charge(view)}, Wa = {wagner:.3g}"


def charge_and_voltage(view: View) -> str:
    """Charge plated and cell voltage, as printed; the time in a cell without working electrode."""
    if math.isnan(view.snapshot.voltage):
        return _time(view.snapshot.time)
    return f"{_charge(view)}, {_voltage(view)}"


def charge_time_voltage(view: View) -> str:
    """Charge plated, time and cell voltage, as printed; the time alone in a cell without working
    electrode."""
    if math.isnan(view.snapshot.voltage):
        return _time(view.snapshot.time)
    return f"{_charge(view)},  {_time(view.snapshot.time)},  {_voltage(view)}"


def _charge(view: View) -> str:
    return f"{charge_as_printed(view.snapshot.capacity_mAh_cm2)} mAh cm$^{{-2}}$"


def charge_as_printed(charge: float) -> str:
    """Charge (mAh/cm²) with three significant digits; 0 below ``ROUNDING``."""
    if abs(charge) < ROUNDING:
        return "0"
    return f"{charge:#.3g}".rstrip(".")


def _voltage(view: View) -> str:
    return voltage_as_printed(view.snapshot.voltage)


def voltage_as_printed(volts: float) -> str:
    """Voltage as printed: ``3.24 mV``, integer mV from 100 mV, ``1.96 V`` from 1 V."""
    millivolts = volts / MILLIVOLT
    if abs(millivolts) >= 999.5:
        return f"{volts:#.3g} V"
    return f"{millivolts:.0f} mV" if abs(millivolts) >= 99.95 else f"{millivolts:#.3g} mV"


def _time(seconds: float) -> str:
    return f"{seconds / HOUR:.2f} h" if seconds >= 360 else f"{seconds:.0f} s"
