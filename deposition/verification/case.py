"""What a case is made of and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from deposition.mesh.cell import Floats


class Family(Enum):
    """A group of cases with one figure; the value is its heading."""

    STATIC = "Walls that do not move"
    MOVING = "Moving interface"
    NUMERICS = "Numerical method"


@dataclass(frozen=True)
class Check:
    """One number held against what it should be; passed when ``error`` is at most ``bound``.

    order  observed order of convergence, where there is one
    """

    quantity: str
    exact: float
    computed: float
    error: float
    bound: float
    unit: str = ""
    order: float | None = None

    @property
    def passed(self) -> bool:
        """Whether the bound is kept; an error that is not a number keeps none."""
        return self.error <= self.bound


def relative(
    quantity: str, exact: float, computed: float, bound: float, unit: str = "", *, of: float = 0.0
) -> Check:
    """Error |computed - exact| / |of|, of the exact value itself unless stated."""
    error = abs(computed - exact) / abs(of or exact)
    return Check(quantity, exact, computed, float(error), bound, unit)


def below(quantity: str, computed: float, bound: float, unit: str = "") -> Check:
    """Something that should be zero, and is at most ``bound``."""
    return Check(quantity, 0.0, computed, abs(computed), bound, unit)


def order(
    quantity: str, sizes: Sequence[float], errors: Sequence[float], theory: float, slack: float
) -> Check:
    """The slope of log(error) over log(size), which should be that of the theory.

    slack: by how much a few meshes may fall short of it; NaN where an error is 0 or no number.
    """
    numbers = np.array(errors, dtype=np.float64)
    known = bool(np.all(np.isfinite(numbers) & (numbers > 0.0)))
    slope = float(np.polyfit(np.log(sizes), np.log(numbers), 1)[0]) if known else np.nan
    short = float(np.maximum(0.0, theory - slope))
    return Check(quantity, theory, slope, short, slack, order=slope)


@dataclass(frozen=True, eq=False)
class Series:
    """One curve of a panel: the exact line (x, exact) and the computed points (at, computed)."""

    label: str
    x: Floats
    exact: Floats
    at: Floats
    computed: Floats


@dataclass(frozen=True, eq=False)
class Panel:
    """A picture of a case: exact lines and computed points."""

    x_label: str
    y_label: str
    series: tuple[Series, ...]
    log: bool = False


@dataclass(frozen=True, eq=False)
class Findings:
    """What a case found."""

    checks: tuple[Check, ...]
    panel: Panel | None = None


@dataclass(frozen=True, eq=False)
class Case:
    """A case of ``deposition verify``.

    name     short: "E1"; a name is unique
    title    what is solved, in a few words
    family   under which heading it stands
    account  formula, conditions and source: the docstring of its file
    compare  runs it; raises DepositionError where nothing can be computed
    long     only run by ``--full``
    """

    name: str
    title: str
    family: Family
    account: str
    compare: Callable[[], Findings]
    long: bool = False


@dataclass(frozen=True, eq=False)
class Result:
    """A case that was run: its findings, or why there are none."""

    case: Case
    seconds: float
    findings: Findings = field(default_factory=lambda: Findings(()))
    failure: str = ""

    @property
    def passed(self) -> bool:
        """Whether there are bounds, and every one is kept."""
        checks = self.findings.checks
        return not self.failure and bool(checks) and all(check.passed for check in checks)
