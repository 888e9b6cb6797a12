"""Case of verification and its result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from deposition.mesh.cell import Floats


class Family(Enum):
    """Group of cases with one figure; the value is its heading."""

    STATIC = "Stationary interface"
    MOVING = "Moving interface"
    NUMERICS = "Numerical method"


@dataclass(frozen=True)
class Check:
    """Comparison of a computed number with its exact value; passed if ``error`` <= ``bound``.

    order  observed order of convergence, if the check is of one
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
        """True if the bound is kept; an error of NaN keeps none."""
        return self.error <= self.bound


def relative(
    quantity: str, exact: float, computed: float, bound: float, unit: str = "", *, of: float = 0.0
) -> Check:
    """Check of the error |computed - exact| / |of|; ``of`` is the exact value unless given."""
    error = abs(computed - exact) / abs(of or exact)
    return Check(quantity, exact, computed, float(error), bound, unit)


def below(quantity: str, computed: float, bound: float, unit: str = "") -> Check:
    """Check that a quantity of exact value 0 is at most ``bound`` in magnitude."""
    return Check(quantity, 0.0, computed, abs(computed), bound, unit)


def order(
    quantity: str, sizes: Sequence[float], errors: Sequence[float], theory: float, slack: float
) -> Check:
    """Check of the observed order of convergence, the least-squares slope of log(error) over
    log(size), against that of ``theory``.

    slack  by how much the slope over these few sizes may be smaller than ``theory``
    The slope is NaN, and the check failed, if an error is 0, infinite or NaN.
    """
    numbers = np.array(errors, dtype=np.float64)
    valid = bool(np.all(np.isfinite(numbers) & (numbers > 0.0)))
    slope = float(np.polyfit(np.log(sizes), np.log(numbers), 1)[0]) if valid else np.nan
    short = float(np.maximum(0.0, theory - slope))
    return Check(quantity, theory, slope, short, slack, order=slope)


@dataclass(frozen=True, eq=False)
class Series:
    """Curve of a panel: exact line (``x``, ``exact``), computed points (``at``, ``computed``)."""

    label: str
    x: Floats
    exact: Floats
    at: Floats
    computed: Floats


@dataclass(frozen=True, eq=False)
class Panel:
    """Plot of a case: exact lines and computed points."""

    x_label: str
    y_label: str
    series: tuple[Series, ...]
    log: bool = False


@dataclass(frozen=True, eq=False)
class Findings:
    """Checks of a case, and its plot."""

    checks: tuple[Check, ...]
    panel: Panel | None = None


@dataclass(frozen=True, eq=False)
class Case:
    """Case of ``deposition verify``.

    name     unique and short: "E1"
    title    problem that is solved, in a few words
    family   its heading and figure
    account  formula, conditions and source: the docstring of its file
    compare  computes it; raises DepositionError if it cannot
    long     computed only with ``--full``
    seconds  approximate duration on one core, s: with several processes the longest start first
    """

    name: str
    title: str
    family: Family
    account: str
    compare: Callable[[], Findings]
    long: bool = False
    seconds: float = 5.0


@dataclass(frozen=True, eq=False)
class Result:
    """Findings of a case, or the reason why it failed; ``seconds`` that it took."""

    case: Case
    seconds: float
    findings: Findings = field(default_factory=lambda: Findings(()))
    failure: str = ""

    @property
    def passed(self) -> bool:
        """True if there is at least one check and all are passed."""
        checks = self.findings.checks
        return not self.failure and bool(checks) and all(check.passed for check in checks)
