"""Power by mechanism in a symmetric cell at steady state, per projected area.

With c = c0 (1 ± J), J = i/i_lim, at the electrodes (E1), a film of resistance R on both and
Butler-Volmer kinetics with α = 1/2, i_0 = i_00 √(c/c0):

    electrolyte       i 2 (RT/F) ln[(1 + J)/(1 - J)]
    of it ohmic       i² (L/κ0) ln[(1 + J)/(1 - J)]/(2 J),     κ = κ0 c/c0
    film              2 R i²
    charge transfer   i 2 (RT/F) Σ asinh[i/(2 i_0)]

What is left of the first is lost to differences of concentration.  The sum is i V, in every state
of the run, steady or not.
Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 8 and 11.
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.laws.electrolyte import NernstPlanck
from deposition.laws.thermodynamics import thermal_voltage
from deposition.scenario import Scenario
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Family, Findings, Panel, Series, below, relative


def exact(settings: Scenario, density: float) -> dict[str, float]:
    """Power by mechanism, W/m²."""
    law, film = settings.electrolyte_law, settings.sei.films["film"]
    assert isinstance(law, NernstPlanck) and film.resistance is not None
    gap = float(settings.geometry.parameters["height"]) * MICROMETRE
    volt = thermal_voltage(settings.temperature)
    limit = 4.0 * FARADAY * law.cation_diffusivity * law.concentration / gap
    share = density / limit
    ratio = np.log((1.0 + share) / (1.0 - share))
    rate = settings.kinetics.exchange_current_density * np.sqrt([1.0 - share, 1.0 + share])
    whole = density * 2.0 * volt * ratio
    ohmic = density**2 * gap / law.conductivity * ratio / (2.0 * share)
    return {
        "ohmic": float(ohmic),
        "concentration": float(whole - ohmic),
        "film": 2.0 * film.resistance * density**2,
        "charge_transfer": float(density * 2.0 * volt * np.arcsinh(density / (2.0 * rate)).sum()),
    }


def compare() -> Findings:
    """The run to the steady state: its end by mechanism, and the balance in all states."""
    settings = scenario("p4_power_losses")
    density = settings.protocol.current_density or 0.0
    found = list(states(settings))
    last = found[-1].run_state.losses.by_mechanism
    expected = exact(settings, density)
    supplied = np.array([s.applied_current_density * s.voltage for s in found])
    lost = np.array([s.run_state.losses.total for s in found])
    checks = [relative(name, x, last[name], 1e-3, "W/m²") for name, x in expected.items()]
    error = float(np.abs(lost / supplied - 1.0).max())
    checks.append(below("|Σ P/(i V) - 1|, all states", error, 1e-9))
    time = np.array([s.time for s in found])[1:]
    series = tuple(
        Series(name, time[[0, -1]], np.full(2, expected[name]), time,
               np.array([s.run_state.losses.by_mechanism[name] for s in found])[1:])
        for name in ("ohmic", "concentration")
    )  # fmt: skip
    return Findings(tuple(checks), Panel("time / s", "power / (W/m²)", series))


CASE = Case("P4", "power by mechanism", Family.STATIC, __doc__, compare)
