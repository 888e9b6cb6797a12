"""Sand's time in a concentrated electrolyte of constant D and t+, in a separator of porosity ε.

    t = π ε^(1 + b) D [F c0 / (2 (1 - t+) i)]²,   c(cathode) = c0 (1 - √(time/t))  until then

as in case E3, with fluxes times ε^b and a salt content ε c per volume, independent of conductivity
and thermodynamic factor.  The run must end with depletion at the cathode.
Source: E3; the factors of ε as in case C5.
"""

from __future__ import annotations

import math

import numpy as np

from deposition.common.constants import FARADAY
from deposition.laws.concentrated import ConstantConcentrated
from deposition.scenario import Scenario
from deposition.verification.bench import scenario
from deposition.verification.case import Case, Family, Findings, Panel, Series, below, relative
from deposition.verification.cases.e3_sand import depletion, predicted, sized

DENSITY = 1000.0
"""i, A/m²."""


def exact(settings: Scenario) -> tuple[float, float]:
    """Sand's time t (s), and the diffusion length √(D t) in the separator (m)."""
    law, pores = settings.electrolyte_law, settings.pores
    assert isinstance(law, ConstantConcentrated)
    ratio = FARADAY * law.concentration / (2.0 * (1.0 - law.t_plus) * DENSITY)
    flows = pores.transport_efficiency * law.diffusivity
    time = math.pi * pores.porosity * flows * ratio**2
    return time, math.sqrt(flows / pores.porosity * time)


def compare() -> Findings:
    """1000 A/m²."""
    time, length = exact(scenario("c6_sand_in_a_separator"))
    settings = sized("c6_sand_in_a_separator", DENSITY, time, length)
    at, c, end = depletion(settings)
    checks = (
        relative("t predicted before the run", time, predicted(settings), 1e-9, "s"),
        relative("t", time, end.time or math.nan, 0.01, "s"),
        below("height of the depletion", float(end.where[1]), 0.0, "µm"),
    )
    line = np.linspace(0.0, 1.0, 100, dtype=np.float64)
    shares = np.asarray(at[::3] / time, dtype=np.float64)
    series = Series("", line, 1.0 - np.sqrt(line), shares, c[::3] / c[0])
    return Findings(checks, Panel("time / Sand's time", "c at the cathode / c0", (series,)))


CASE = Case("C6", "Sand's time in a separator", Family.STATIC, __doc__, compare, seconds=10.0)
