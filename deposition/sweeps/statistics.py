"""Statistics over repetitions: members that differ in a seed of random numbers only.

For n values x of a quantity: mean m, standard deviation s = √(Σ (x - m)²/(n - 1)), and the interval
m ± t s/√n that contains the expected value with a confidence of 95 %, with the quantile t of
Student's distribution of n - 1 degrees of freedom.  It assumes that the values are distributed
normally, and is empty for n = 1.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import stdtrit

from deposition.common.atomic_files import write_text
from deposition.results.summary_table import flattened
from deposition.sweeps.axes import Axis, unquoted
from deposition.sweeps.designs import Design
from deposition.sweeps.outcome import Row

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Statistics:
    """Statistics of one quantity at one combination of the other settings.

    values    of the settings other than the seed, by key
    quantity  key of ``summary.json``
    count     number of complete runs n
    mean, deviation  m and s; s is NaN for n = 1
    low, high        confidence interval of the mean; NaN for n = 1
    """

    values: dict[str, str]
    quantity: str
    count: int
    mean: float
    deviation: float
    low: float
    high: float

    @classmethod
    def of(cls, values: dict[str, str], quantity: str, sample: Sequence[float]) -> Statistics:
        """Statistics of a sample of at least one value."""
        numbers = np.asarray(sample, dtype=np.float64)
        count, mean = len(numbers), float(numbers.mean())
        if count == 1:
            return cls(values, quantity, 1, mean, math.nan, math.nan, math.nan)
        deviation = float(numbers.std(ddof=1))
        half = float(stdtrit(count - 1, 0.5 + CONFIDENCE / 2)) * deviation / math.sqrt(count)
        return cls(values, quantity, count, mean, deviation, mean - half, mean + half)


def has_repetitions(design: Design) -> bool:
    """True if a seed varies."""
    return any(axis.is_seed for axis in design.axes)


def statistics_of(rows: Sequence[Row]) -> list[Statistics]:
    """Statistics of every number of the summaries; failed runs are left out."""
    groups: dict[tuple[tuple[str, str], ...], dict[str, list[float]]] = {}
    for row in rows:
        pairs = zip(row.member.axes, row.member.values, strict=True)
        key = tuple((axis.key, unquoted(value)) for axis, value in pairs if not axis.is_seed)
        samples = groups.setdefault(key, {})
        for quantity, value in flattened(row.summary).items() if not row.failure else ():
            if _is_number(value):
                samples.setdefault(quantity, []).append(float(value))
    return [
        Statistics.of(dict(key), quantity, sample)
        for key, samples in groups.items()
        for quantity, sample in samples.items()
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def other_axes(axes: Sequence[Axis]) -> tuple[Axis, ...]:
    """The axes that are no seed."""
    return tuple(axis for axis in axes if not axis.is_seed)


def write_statistics(statistics: Sequence[Statistics], path: Path) -> Path:
    """Write ``statistics.csv``: one row for each combination and quantity."""
    keys = list(dict.fromkeys(key for one in statistics for key in one.values))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        [*keys, "quantity", "runs", "mean", "standard_deviation", "mean_low_95", "mean_high_95"]
    )
    for one in statistics:
        numbers = [one.mean, one.deviation, one.low, one.high]
        cells = ["" if math.isnan(number) else repr(number) for number in numbers]
        writer.writerow([*(one.values.get(k, "") for k in keys), one.quantity, one.count, *cells])
    write_text(path, text.getvalue())
    return path
