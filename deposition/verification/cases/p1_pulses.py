"""Pulses and reverse pulses between two planes of lithium, by superposition of E2.

The problem is linear in c: each change Δi_k of the current at a time t_k adds its own transient,

    c(x, t) = c0 + Σ Δi_k g(x, t - t_k),   g the change of c by the series of E2 for 1 A/m²

Compared are c at the end of every pulse, at the cathode of the first pulse, and the voltage at the
start of a pulse, which is the integral of E2 over x with the c of the previous pulses.
Source: Carslaw and Jaeger, Conduction of Heat in Solids, 2nd ed., § 3.8; Duhamel's principle.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deposition.common.constants import MILLIVOLT
from deposition.laws.electrolyte import NernstPlanck
from deposition.mesh.cell import Floats
from deposition.protocol import ConstantCurrent, ProtocolPlan
from deposition.scenario.plan import plan_of
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Panel, Series, relative
from deposition.verification.cases.e2_galvanostatic_step import (
    GAP,
    exact_concentration,
    law_of,
    voltage_across,
)

AT_ONCE = 1e-9
"""Time (s) within which a change of the current has not changed c."""


def changes(plan: ProtocolPlan) -> list[tuple[float, float]]:
    """(t_k, Δi_k), s and A/m², of a plan of constant currents with durations."""
    found, time, before = [], 0.0, 0.0
    for protocol_step in plan.protocol_steps:
        assert isinstance(protocol_step.applied, ConstantCurrent)
        found.append((time, protocol_step.applied.density - before))
        time, before = time + protocol_step.duration, protocol_step.applied.density
    return found


def superposed(law: NernstPlanck, plan: ProtocolPlan, x: Floats, time: float) -> Floats:
    """c (mol/m³) at x (m, from the anode) and time (s)."""
    past = [(start, change) for start, change in changes(plan) if start < time - AT_ONCE]
    rises = [exact_concentration(law, change, x, time - start) for start, change in past]
    return np.asarray(law.concentration + sum(c - law.concentration for c in rises))


def cathode(law: NernstPlanck, plan: ProtocolPlan, time: float) -> float:
    """c (mol/m³) at the cathode."""
    return float(superposed(law, plan, np.array([GAP]), time)[0])


def at_cathode(state: State) -> float:
    """c (mol/m³) at the cathode of a computed state."""
    facets = state.surface.facets[state.surface.working]
    return float(state.concentration[facets].mean())


def compare() -> Findings:
    """BE, two pulses of 100 A/m² and two of -150 A/m²."""
    settings = scenario("p1_pulses")
    return compared(law_of(settings), plan_of(settings.protocol), list(states(settings)))


def compared(law: NernstPlanck, plan: ProtocolPlan, run: Sequence[State]) -> Findings:
    """Checks of the states of a run against the solution for an electrolyte."""
    ends = [state for state in run if state.progress.ended]
    checks = [
        relative(
            f"c, cathode, {state.time:g} s",
            cathode(law, plan, state.time), at_cathode(state), 1e-3, "mol/m³",
        )
        for state in ends
    ]  # fmt: skip
    x = np.linspace(0.0, GAP, 20001, dtype=np.float64)
    for state in [s for s in run if s.time_step == 0.0][1:4]:
        applied = plan.protocol_step(state.progress).applied
        assert isinstance(applied, ConstantCurrent)
        exact = voltage_across(law, applied.density, x, superposed(law, plan, x, state.time))
        quantity = f"V, start of protocol step {state.progress.protocol_step + 1}"
        checks.append(relative(quantity, exact / MILLIVOLT, state.voltage / MILLIVOLT, 1e-3, "mV"))
    line = np.linspace(0.01, ends[-1].time, 400, dtype=np.float64)
    some = run[1:]
    series = Series(
        "", line, np.array([cathode(law, plan, time) for time in line]),
        np.array([state.time for state in some]), np.array([at_cathode(s) for s in some]),
    )  # fmt: skip
    return Findings(tuple(checks), Panel("time / s", "c at the cathode / (mol/m³)", (series,)))


CASE = Case("P1", "pulses and reverse pulses", Family.STATIC, __doc__, compare, seconds=30.0)
