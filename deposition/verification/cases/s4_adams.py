"""Coulombic efficiency by the protocol of Adams et al., of cells whose loss is known.

A reservoir Q_T is plated, Q_C is stripped and plated n times, and what is left, Q_S, is stripped.
Two cells lose lithium in proportion to the charge:

    of each plating the share 1 - e:       Q_S = e (Q_T + n Q_C) - n Q_C
    ρ = 1/e - 1 beyond each charge stripped:   Q_S + n Q_C = (Q_T + n Q_C)/(1 + ρ)

and both have the efficiency that the protocol measures, (n Q_C + Q_S)/(n Q_C + Q_T) = e, exactly.

The loss is an SEI whose growth takes a share of the current of charge transfer, a law of growth as
a user can write it.  None is taken from the first deposit of a bare collector, of 0.02 h: the error
is that share of the loss.  Mesh and steps are those of any run.
Source: Adams et al., Adv. Energy Mater. 8 (2018) 1702097; charge balance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from deposition.common.constants import FARADAY, MAH_PER_CM2
from deposition.laws.dual import Dual
from deposition.laws.reactions import AtFacets
from deposition.laws.sei_growth import SeiColumns
from deposition.results.protocol_step_table import NOWHERE, Row, overall_efficiency
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Check, Family, Findings, below, relative

EFFICIENCY = 0.975
"""e."""


@dataclass(frozen=True)
class ShareOfCurrent:
    """Growth that takes a share of the current of charge transfer, of one sign.

        r = β max(±i_n, 0)/(z F)

    component; share β; sign: 1 while lithium is plated, -1 while it is stripped
    """

    component: str
    share: float
    sign: float
    electrons: float = 2.0
    lithium: float = 2.0

    def rate(self, film: SeiColumns, at: AtFacets) -> Mapping[str, Dual]:
        """The rate on each facet, mol/(m² s)."""
        flowing = at.current * self.sign
        positive = flowing.where(flowing.value > 0.0, Dual(np.zeros(at.size)))
        return {self.component: positive * (self.share / (self.electrons * FARADAY))}


SHARES = {
    "of each plating": (1.0 / EFFICIENCY - 1.0, 1.0),
    "of each stripping": (1.0 - EFFICIENCY, -1.0),
}
"""β and sign: i = i_n (1 + β) plates with the efficiency e = 1/(1 + β); |i| = |i_n| (1 - β) strips
with ρ = β/(1 - β)."""


def rows(run: list[State]) -> list[Row]:
    """The charge of each protocol step, as in ``protocol_steps.csv``."""
    found, before = [], 0.0
    for state in run:
        if state.progress.ended:
            net = state.net_areal_charge / MAH_PER_CM2
            number = state.progress.protocol_step
            found.append(
                Row(number, 1, "", "", state.step, state.time, 0.0, net - before, net, 0.0,
                    *NOWHERE, 0.0)
            )  # fmt: skip
            before = net
    return found


def compare_one(label: str, share: float, sign: float) -> list[Check]:
    """One cell."""
    law = f"{__name__}:ShareOfCurrent"
    settings = scenario(
        "s4_adams",
        f'sei.growth=[{{law = "{law}", component = "Li2O", share = {share}, sign = {sign}}}]',
    )
    run = list(states(settings))
    found = overall_efficiency(rows(run)) or 0.0
    return [
        relative(f"a share {label}: efficiency", EFFICIENCY, found, 5e-4),
        relative(f"a share {label}: loss", 1.0 - EFFICIENCY, 1.0 - found, 0.01),
        below(f"a share {label}: charge balance", run[-1].balance.faraday_error, 1e-6),
    ]


def compare() -> Findings:
    """Both cells."""
    return Findings(tuple(c for label, law in SHARES.items() for c in compare_one(label, *law)))


CASE = Case(
    "S4", "Coulombic efficiency of a known loss", Family.MOVING, __doc__, compare, seconds=40
)
