"""Protocols stated by their name or by a file, which stand for a list of steps.

    [protocol.adams]                    # Coulombic efficiency from a reservoir of lithium
    current_density = "0.5 mA/cm^2"
    reservoir = "5 mAh/cm^2"            # Q_T
    cycled = "1 mAh/cm^2"               # Q_C
    cycles = 10                         # n

plates Q_T, strips and plates Q_C n times, and strips what is left, Q_S:
CE = (n Q_C + Q_S)/(n Q_C + Q_T).  Source: Adams et al., Adv. Energy Mater. 8 (2018) 1702097.

    [protocol]
    profile = "drive.csv"

is a current or voltage against time, a CSV file whose header names its two columns with their
units, ``time [s], current_density [mA/cm^2]`` or ``time [h], voltage [mV]``.  A value holds from
its time to that of the next row; the last row ends the protocol.

The resolved scenario holds the steps, so that it needs no further file.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError, ValidationInfo

from deposition.common import units
from deposition.common.suggest import listing
from deposition.common.units import Dimension
from deposition.scenario.section import Section, Whole

NAMED = ("adams", "profile")
LOADS: Mapping[str, Dimension] = {
    "current_density": units.CURRENT_DENSITY,
    "voltage": units.VOLTAGE,
}
_COLUMN = re.compile(r"\s*(\w+)\s*\[([^\[\]]+)\]\s*")


class Adams(Section):
    """The protocol of Adams et al.

    current_density  of all steps
    reservoir        Q_T, plated first
    cycled           Q_C, stripped and plated in each cycle; at most the reservoir
    cycles           n
    """

    current_density: units.CurrentDensity
    reservoir: units.ChargePerArea
    cycled: units.ChargePerArea
    cycles: Annotated[Whole, Field(ge=1)]

    def as_steps(self) -> list[dict[str, Any]]:
        """The steps; raises ValueError if a cycle strips more than the reservoir."""
        if not 0.0 < self.cycled <= self.reservoir:
            raise ValueError(
                "adams.cycled must be positive and at most adams.reservoir, from which it is "
                "stripped [E489]"
            )
        if self.current_density <= 0.0:
            raise ValueError("adams.current_density must be positive [E490]")
        current = units.CURRENT_DENSITY.format(self.current_density)
        whole, part = map(units.CHARGE_PER_AREA.format, (self.reservoir, self.cycled))
        cycle = [
            {"current_density": f"-{current}", "capacity": part},
            {"current_density": current, "capacity": part},
        ]
        return [
            {"current_density": current, "capacity": whole},
            {"steps": cycle, "repeat": self.cycles},
            {"current_density": f"-{current}", "on_event": {"lithium_exhausted": "next"}},
        ]


def with_steps(table: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
    """A table [protocol] in which steps replace a protocol stated by name or file.

    Raises ValueError if it states another load as well, or if the file cannot be used.
    """
    stated = [name for name in NAMED if table.get(name) is not None]
    if not stated:
        return {key: value for key, value in table.items() if key not in NAMED}
    others = sorted(set(table) - {*NAMED, "on_event", "nominal_capacity"})
    if others or len(stated) > 1:
        raise ValueError(
            f"protocol.{stated[0]} stands for all steps. Leave "
            f"{', '.join([*stated[1:], *others])} out [E491]"
        )
    rest = {key: value for key, value in table.items() if key not in NAMED}
    if stated == ["adams"]:
        return {**rest, "steps": _adams(table["adams"]).as_steps()}
    folder_of = (info.context or {}).get("folder_of", lambda _: Path.cwd())
    path = (folder_of(("protocol", "profile")) / str(table["profile"])).resolve()
    return {**rest, "steps": profile_steps(path)}


def _adams(table: Any) -> Adams:
    try:
        return TypeAdapter(Adams).validate_python(table)
    except ValidationError as error:
        problems = (
            f"adams.{'.'.join(map(str, problem['loc']))}: {problem['msg'].lower()}"
            for problem in error.errors()
        )
        raise ValueError(
            f"{'; '.join(problems)}. Its keys are {listing(Adams.model_fields)} [E497]"
        ) from None


def profile_steps(path: Path) -> list[dict[str, Any]]:
    """The steps of a profile; raises ValueError with file and line."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            table = [line for line in csv.reader(file) if any(map(str.strip, line))]
        if not table:
            raise ValueError("it is empty")
        header, *lines = table
    except (OSError, UnicodeDecodeError, ValueError) as problem:
        raise ValueError(
            f"profile: cannot read {path.name} as a table ({problem}). State a CSV file with a "
            'header such as "time [s], current_density [mA/cm^2]" [E492]'
        ) from None
    time, load = _columns(header, path)
    rows = [_numbers(line, number, path) for number, line in enumerate(lines, start=2)]
    if len(rows) < 2 or rows[0][0] != 0.0:
        raise ValueError(
            f"profile: {path.name} must begin at time 0 and have at least two rows, of which the "
            "last one ends the protocol [E493]"
        )
    steps = []
    for number, ((begin, value), (end, _)) in enumerate(itertools.pairwise(rows), start=3):
        if end <= begin:
            raise ValueError(
                f"profile: {path.name}, row {number}: the time {end:g} does not follow {begin:g}. "
                "Sort the rows by time, one for each [E494]"
            )
        lasts = f"{end - begin:.15g} {time}"
        at_rest = load[0] == "current_density" and value == 0.0
        loaded = {load[0]: f"{value:.15g} {load[1]}", "duration": lasts}
        steps.append({"rest": lasts} if at_rest else loaded)
    return steps


def _columns(header: Sequence[str], path: Path) -> tuple[str, tuple[str, str]]:
    """Unit of the time; name and unit of the load."""
    found = [match.groups() for cell in header if (match := _COLUMN.fullmatch(cell))]
    if len(found) != 2 or len(header) != 2 or found[0][0] != "time" or found[1][0] not in LOADS:
        raise ValueError(
            f"profile: the header of {path.name} is {', '.join(header)!r}. Write "
            '"time [s], current_density [mA/cm^2]" or "time [s], voltage [mV]" [E495]'
        )
    (_, time), (name, unit) = found
    units.TIME.parse(f"1 {time}")
    LOADS[name].parse(f"1 {unit}")
    return time, (name, unit)


def _numbers(line: Sequence[str], number: int, path: Path) -> tuple[float, float]:
    try:
        time, value = map(float, line)
    except ValueError:
        raise ValueError(
            f"profile: {path.name}, row {number} is {', '.join(line)!r}. Write two numbers, time "
            "and load [E496]"
        ) from None
    return time, value
