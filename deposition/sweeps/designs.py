"""Designs of a sweep: which combinations of values are run.

A grid has all combinations of the values of its axes.  A list has the rows of a CSV file.  A random
design draws each row uniformly from ranges; a Latin hypercube of n rows draws one value from each
of n equal parts of every range (McKay, Beckman, Conover, Technometrics 21 (1979) 239).
"""

from __future__ import annotations

import csv
import itertools
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from deposition.common.errors import SweepError
from deposition.common.suggest import did_you_mean, listing
from deposition.mesh.cell import Floats
from deposition.sweeps.axes import MOST_MEMBERS, Axis, Member, member_name

DIGITS = 5
"""Significant digits of a drawn value."""

_RANGE = re.compile(r"\s*([^:\s]+)\s*:\s*([^:\s]+)(?:\s+(.+?))?\s*")


@dataclass(frozen=True)
class Design:
    """Rows of values.

    axes  the settings that vary, with all values that occur
    rows  one value of each axis
    """

    axes: tuple[Axis, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_grid(self) -> bool:
        """True if the rows are all combinations, the last axis varying fastest."""
        return self.rows == tuple(itertools.product(*(axis.values for axis in self.axes)))

    def times(self, other: Design) -> Design:
        """Each row combined with each row of another design.

        Raises SweepError if both vary the same setting.
        """
        keys = {axis.key for axis in self.axes}
        both = [axis.key for axis in other.axes if axis.key in keys]
        if both:
            raise SweepError(
                f"{both[0]} is varied twice: in the design and by --set. Remove one of them. [E762]"
            )
        rows = tuple(one + another for one in self.rows for another in other.rows)
        return Design((*self.axes, *other.axes), rows)

    def members(self) -> list[Member]:
        """The runs.  Raises SweepError if there are none, too many, or two with one folder name."""
        if not self.axes:
            raise SweepError(
                "the sweep has no setting with several values. Separate them by commas, without "
                "brackets, such as --set electrolyte.t_plus=0.3,0.5."
                " [E755]"
            )
        if len(self.rows) > MOST_MEMBERS:
            raise SweepError(
                f"the sweep has {len(self.rows)} runs; at most {MOST_MEMBERS} are possible. Use "
                "fewer values, or --design latin-hypercube:N. [E763]"
            )
        members = [Member(member_name(self.axes, row), self.axes, row) for row in self.rows]
        names = [member.name for member in members]
        if len(set(names)) < len(names):
            twice = next(name for index, name in enumerate(names) if name in names[:index])
            raise SweepError(
                f"two runs of the sweep have the same name, {twice}. "
                "Remove one of the values, or write them differently."
                " [E756]"
            )
        return members


def grid(axes: Sequence[Axis]) -> Design:
    """All combinations of the values, the last axis varying fastest."""
    if math.prod(len(axis.values) for axis in axes) > MOST_MEMBERS:
        counts = " x ".join(str(len(axis.values)) for axis in axes)
        raise SweepError(
            f"the grid has {counts} runs; at most {MOST_MEMBERS} are possible. Use fewer values, "
            "or --design latin-hypercube:N. [E764]"
        )
    rows = itertools.product(*(axis.values for axis in axes)) if axes else ()
    return Design(tuple(axes), tuple(rows))


def listed(path: Path) -> Design:
    """Rows of a CSV file with a header of dotted keys.  Raises SweepError for another form."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as problem:
        raise SweepError(
            f"cannot read the design {path}: {problem}. Name a CSV file in UTF-8, or "
            "random:N or latin-hypercube:N. [E765]"
        ) from problem
    table = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if row]
    if len(table) < 2:
        raise SweepError(
            f"the design {path} has no rows. Write a header of dotted keys, such as "
            "electrolyte.t_plus, and below it one row of values for each run. [E766]"
        )
    header, *rows = table
    if "" in header or len(set(header)) < len(header):
        raise SweepError(
            f"the design {path} has a header with an empty or a repeated key: {listing(header)}. "
            "Write each dotted key once. [E767]"
        )
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header) or "" in row:
            raise SweepError(
                f"the design {path} has {len(row)} values in row {number}, some perhaps empty; "
                f"{len(header)} are expected. Put values with commas into quotes. [E768]"
            )
    return _of_rows(header, rows)


@dataclass(frozen=True)
class Range:
    """Values that are drawn: from low to high, in a unit that may be empty."""

    key: str
    low: float
    high: float
    unit: str

    @classmethod
    def parse(cls, text: str) -> Range:
        """``electrolyte.t_plus=0.2:0.5`` or ``sei.patch_size=2:8 um``.  Raises SweepError."""
        key, _, values = text.partition("=")
        match = _RANGE.fullmatch(values)
        try:
            low, high = (float(match[1]), float(match[2])) if match else (math.nan, math.nan)
        except ValueError:
            low = high = math.nan
        if not key.strip() or match is None or not -math.inf < low < high < math.inf:
            raise SweepError(
                f"--vary {text} is no range. Write a dotted key and two increasing numbers, such "
                'as electrolyte.t_plus=0.2:0.5 or sei.patch_size="2:8 um". [E769]'
            )
        return cls(key.strip(), low, high, match[3] or "")

    def at(self, share: float) -> str:
        """Value at a share from 0 to 1 of the range."""
        value = self.low + share * (self.high - self.low)
        return f"{value:.{DIGITS}g} {self.unit}".strip()


def random_design(ranges: Sequence[Range], count: int, seed: int) -> Design:
    """Rows drawn independently and uniformly."""
    return _drawn(ranges, np.random.default_rng(seed).random((count, len(ranges))))


def latin_hypercube(ranges: Sequence[Range], count: int, seed: int) -> Design:
    """Rows with one value in each of ``count`` equal parts of every range."""
    generator = np.random.default_rng(seed)
    parts = np.array([generator.permutation(count) for _ in ranges]).reshape(len(ranges), count)
    return _drawn(ranges, (parts.T + generator.random((count, len(ranges)))) / count)


SAMPLERS: dict[str, Callable[[Sequence[Range], int, int], Design]] = {
    "random": random_design,
    "latin-hypercube": latin_hypercube,
}
"""Designs that draw from ranges, by the name in ``--design NAME:N``."""


def design_of(text: str | None, ranges: Iterable[str], seed: int, axes: Sequence[Axis]) -> Design:
    """Design of a command line.

    text    ``--design``: random:N, latin-hypercube:N or a CSV file; None for a grid
    ranges  each ``--vary``
    seed    of the drawn values
    axes    of the grid with which each row is combined
    """
    varied = [Range.parse(one) for one in ranges]
    if text is None:
        if varied:
            raise SweepError(
                "--vary states ranges, but not how many values are drawn from them. Add --design "
                "latin-hypercube:N or --design random:N. [E770]"
            )
        return grid(axes)
    name, colon, count = text.partition(":")
    if colon and name in SAMPLERS:
        first = SAMPLERS[name](_distinct(varied), _count(text, count), seed)
    elif varied:
        raise SweepError(
            f"--design {text} does not draw from the ranges of --vary."
            f"{did_you_mean(name, SAMPLERS)} Use latin-hypercube:N or random:N. [E771]"
        )
    else:
        first = listed(Path(text))
    return first.times(grid(axes)) if axes else first


def _count(text: str, count: str) -> int:
    if not count.isdecimal() or not 1 <= int(count) <= MOST_MEMBERS:
        raise SweepError(
            f"--design {text}: the number of runs must be from 1 to {MOST_MEMBERS}, such as "
            "latin-hypercube:20. [E772]"
        )
    return int(count)


def _distinct(ranges: Sequence[Range]) -> Sequence[Range]:
    keys = [one.key for one in ranges]
    if not keys or len(set(keys)) < len(keys):
        raise SweepError(
            "a random design needs one --vary KEY=LOW:HIGH for each of its settings; "
            f"stated: {listing(keys) or 'none'}. [E773]"
        )
    return ranges


def _drawn(ranges: Sequence[Range], shares: Floats) -> Design:
    rows = [[one.at(x) for one, x in zip(ranges, row, strict=True)] for row in shares]
    return _of_rows([one.key for one in ranges], rows)


def _of_rows(keys: Sequence[str], rows: Sequence[Sequence[str]]) -> Design:
    """Design of these rows; the values of an axis in the order in which they first occur."""
    values = [dict.fromkeys(row[column] for row in rows) for column in range(len(keys))]
    axes = tuple(Axis(key, tuple(column)) for key, column in zip(keys, values, strict=True))
    return Design(axes, tuple(tuple(row) for row in rows))
