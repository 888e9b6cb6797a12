"""Cracks heal at rest, and no SEI grows where there is no lithium.

At rest no surface stretches, so that the bare share of a film that has cracked falls as

    χ = χ0 e^(-t/τ)

on the growing cylinder of S1, whose current is switched off.

SEI takes its electrons from lithium.  On a collector that is bare, before the first plating and
after all lithium has been stripped, none grows, however much film is left on it: its charge stays.

The chords of the mesh leave the surface a stretch of 1e-4 in the first step at rest.
Source: as S1; first-order healing is a choice.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY, MAH_PER_CM2
from deposition.sei.film_library import lithium_content, molar_volume
from deposition.verification.bench import scenario, states
from deposition.verification.case import (
    Case,
    Check,
    Family,
    Findings,
    Panel,
    Series,
    below,
    relative,
)
from deposition.verification.cases.s1_stretched_film import (
    GROWTH,
    HEALING,
    STRAIN,
    bare,
    growth_law,
)

PLATING, REST = 600.0, 1500.0
"""Durations on the cylinder, s."""


def healing() -> tuple[list[Check], Series]:
    """The bare share at rest."""
    steps = f'{{current_density = "5 A/m^2", duration = "{PLATING} s"}}, {{rest = "{REST} s"}}'
    settings = scenario(
        "s1_stretched_film",
        f"sei.cracking.strain={STRAIN}",
        f"sei.cracking.healing_time={HEALING} s",
        f"protocol={{steps = [{steps}]}}",
    )
    resting = [state for state in states(settings) if state.time >= PLATING]
    times = np.array([state.time for state in resting]) - PLATING
    found = np.array([bare(state) for state in resting])
    exact = found[0] * np.exp(-times / HEALING)
    worst = float(np.abs(found / exact - 1.0).max())
    checks = [
        relative("bare share at rest: largest relative error", 1.0, 1.0 + worst, 2e-3),
        relative("bare share at the end over that at rest", np.exp(-REST / HEALING),
                 float(found[-1] / found[0]), 2e-3),
    ]  # fmt: skip
    return checks, Series("bare share", times, exact, times, found)


def collector() -> list[Check]:
    """The charge of the SEI while a collector is bare, and while it is not."""
    settings = scenario("s3_collector", growth_law(GROWTH))
    run = list(states(settings))

    def charge(number: int) -> list[float]:
        own = [s for s in run if s.progress.protocol_step == number]
        return [s.run_state.side_charge / MAH_PER_CM2 for s in own]

    before, plated, after = charge(0), charge(1), charge(3)
    plating = [s.time for s in run if s.progress.protocol_step == 1]
    grown = GROWTH * (plating[-1] - plating[0]) / molar_volume("Li2O") * lithium_content()["Li2O"]
    return [
        below("charge of SEI on the bare collector", max(map(abs, before)), 1e-15, "mAh/cm²"),
        below("the same after stripping: change", after[-1] - after[0], 1e-15, "mAh/cm²"),
        # None on the collector in the first step, before there is a deposit.
        relative("charge of SEI while lithium is plated", grown * FARADAY / MAH_PER_CM2, plated[-1],
                 0.05, "mAh/cm²"),
    ]  # fmt: skip


def compare() -> Findings:
    """Both."""
    checks, series = healing()
    return Findings((*checks, *collector()), Panel("t / s", "bare share", (series,)))


CASE = Case("S3", "healing at rest, bare collector", Family.MOVING, __doc__, compare, seconds=15.0)
