"""Text over the maps of a picture: what all have in common once, the rest over each map."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from deposition.common.constants import AT_REST, HOUR, MA_PER_CM2, MILLIVOLT
from deposition.render.layout import View
from deposition.render.mean_flux import mean_current_density
from deposition.render.typesetting import literal

ROUNDING = 1e-9
"""Charge below which it is rounding, mAh/cm², as after a cycle that plates and strips the same."""


@dataclass(frozen=True)
class Head:
    """Text over one map: its name, and a line of numbers below it; either may be empty."""

    name: str
    line: str


Heads = Callable[[Sequence[View]], Sequence[Head]]
"""Function that returns the heads of the maps of one picture."""


@dataclass(frozen=True)
class Captions:
    """Text over the maps.

    page   line over all maps; empty if they have nothing in common
    heads  text over each map
    """

    page: str
    heads: Heads


@dataclass(frozen=True)
class Numbers:
    """Numbers of a map as printed; an empty text if there is no such number."""

    state: str
    current: str
    wagner: str

    @classmethod
    def of(cls, view: View) -> Numbers:
        """Numbers of a view.  In a cell without working electrode, the time replaces the charge."""
        snapshot, wagner = view.snapshot, view.caption.wagner
        if math.isnan(snapshot.voltage):
            return cls(_time(snapshot.time), "", "")
        return cls(_charge(view), _current(view), "" if wagner is None else f"Wa = {wagner:.3g}")

    @property
    def line(self) -> str:
        """The numbers in one line."""
        if self.state and self.current:
            state = f"{self.state} {self.current}"
        else:
            state = self.state or self.current.removeprefix("at " if "cm" in self.current else "")
        return ", ".join(part for part in (state, self.wagner) if part)

    def within(self, others: Numbers, keep: bool) -> Numbers:
        """These numbers where they equal (``keep``) or differ from the others', else empty."""

        def part(own: str, other: str) -> str:
            return own if (own == other) == keep else ""

        return Numbers(
            part(self.state, others.state),
            part(self.current, others.current),
            part(self.wagner, others.wagner),
        )


def captions_of_maps(
    views: Sequence[View], letters: bool | None = None, columns: int | None = None
) -> Captions:
    """Captions of maps side by side; common names and numbers stand once, over the page.

    letters  a, b, c … before the names (default: if there are several maps)
    columns  number of maps in a row of a table, of one result per row: its name then stands over
             the first map of the row, and a line only over the first map of a column with that line
    """
    numbers = [Numbers.of(view) for view in views]
    names = [literal(view.caption.name) for view in views]
    several = len(views) > 1
    common = numbers[0]
    for other in numbers[1:]:
        common = common.within(other, keep=True)
    if not several:
        common = Numbers("", "", "")
    page = [names[0]] if several and len(set(names)) == 1 else []
    rest = [own.within(common, keep=False) for own in numbers]
    if columns is not None:
        rest = [
            replace(own, wagner="") if k % columns and own.wagner == rest[k - 1].wagner else own
            for k, own in enumerate(rest)
        ]
    heads = [Head("" if page else name, own.line) for name, own in zip(names, rest, strict=True)]
    if columns is not None:
        heads = _table(heads, columns)
    if several if letters is None else letters:
        heads = [
            replace(head, name=f"{letter(index)}   {head.name}".rstrip())
            for index, head in enumerate(heads)
        ]
    page += [common.line] if common.line else []
    return Captions(", ".join(page), lambda _: heads)


def _table(heads: Sequence[Head], columns: int) -> list[Head]:
    """Heads without the names of the map to the left, and without the lines that are the same in
    a whole column."""
    kept = []
    for index, head in enumerate(heads):
        row, column = divmod(index, columns)
        name = "" if column and heads[index - 1].name == head.name else head.name
        same = len({heads[k].line for k in range(column, len(heads), columns)}) == 1
        kept.append(Head(name, "" if row and same else head.line))
    return kept


def letter(index: int) -> str:
    """a, b, …, z, aa, ab, …"""
    first, last = divmod(index, 26)
    return ("" if first == 0 else chr(ord("a") + first - 1)) + chr(ord("a") + last)


def captions_of_movie(count: int, letters: bool | None = None) -> Captions:
    """Captions of the pictures of a movie of ``count`` results, in which every number changes."""
    line = charge_time_voltage if count == 1 else charge_and_voltage
    lettered = count > 1 if letters is None else letters

    def heads(views: Sequence[View]) -> list[Head]:
        names = [literal(view.caption.name) for view in views]
        return [
            Head(f"{letter(index)}   {name}" if lettered else name, line(view))
            for index, (name, view) in enumerate(zip(names, views, strict=True))
        ]

    return Captions("", heads)


def charge_and_voltage(view: View) -> str:
    """Charge plated and cell voltage, as printed; the time in a cell without working electrode."""
    if math.isnan(view.snapshot.voltage):
        return _time(view.snapshot.time)
    return f"{_charge(view)}, {voltage_as_printed(view.snapshot.voltage)}"


def charge_time_voltage(view: View) -> str:
    """Charge plated, time and cell voltage, as printed; the time alone in a cell without working
    electrode."""
    time, volts = _time(view.snapshot.time), view.snapshot.voltage
    return time if math.isnan(volts) else f"{_charge(view)},  {time},  {voltage_as_printed(volts)}"


def _charge(view: View) -> str:
    return f"{charge_as_printed(view.snapshot.capacity_mAh_cm2)} mAh cm$^{{-2}}$"


def charge_as_printed(charge: float) -> str:
    """Charge (mAh/cm²) with three significant digits; 0 below ``ROUNDING``."""
    if abs(charge) < ROUNDING:
        return "0"
    return f"{charge:#.3g}".rstrip(".").replace("-", "−")


def _current(view: View) -> str:
    """Net current density per projected area of the working electrode, as printed."""
    density = mean_current_density(view.snapshot)
    if abs(density) < AT_REST:
        return "at rest"
    return f"at {density / MA_PER_CM2:#.3g}".rstrip(".").replace("-", "−") + " mA cm$^{-2}$"


def voltage_as_printed(volts: float) -> str:
    """Voltage as printed: ``3.24 mV``, integer mV from 100 mV, ``1.96 V`` from 1 V."""
    millivolts = volts / MILLIVOLT
    if abs(millivolts) >= 999.5:
        return f"{volts:#.3g} V".replace("-", "−")
    text = f"{millivolts:.0f} mV" if abs(millivolts) >= 99.95 else f"{millivolts:#.3g} mV"
    return text.replace("-", "−")


def _time(seconds: float) -> str:
    return f"{seconds / HOUR:.2f} h" if seconds >= 360 else f"{seconds:.0f} s"
