"""A film on a growing sphere: it thins as its surface stretches, and grows.

As S1 with A = 4π a² and e = 2 a'/a: δ = δ0 a0²/a² without growth.  The bound is that of a sphere of
flat facets of a quarter of its radius.
Source: as S1.
"""

from __future__ import annotations

from deposition.verification.case import Case, Family, Findings, Panel
from deposition.verification.cases.e11b_sphere import current
from deposition.verification.cases.s1_stretched_film import GROWTH, thinning


def compare() -> Findings:
    """Film without and with growth."""
    laws = {"no growth": 0.0, "growth": GROWTH}
    found = [
        thinning(label, rate, "s2_film_on_a_sphere", current, 0.03) for label, rate in laws.items()
    ]
    checks = [check for checks, _ in found for check in checks]
    return Findings(tuple(checks), Panel("t / s", "δ / nm", tuple(one for _, one in found)))


CASE = Case("S2", "a film on a growing sphere", Family.MOVING, __doc__, compare, True, 60.0)
