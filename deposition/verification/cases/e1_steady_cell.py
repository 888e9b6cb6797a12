"""Steady state of a binary electrolyte between two planes of lithium, a distance L apart.

    c = c0 [1 + J (1 - 2x/L)],  x from the anode,  J = i / i_lim,  i_lim = 4 F D+ c0 / L
    φ = (RT/F) ln c + const,    V = 2 (RT/F) ln[(1 + J) / (1 - J)]

No film, negligible R_ct: all the power V i becomes heat in the electrolyte.
For small currents V/i = L / (κ t+).
Source: Newman and Balsara, Electrochemical Systems, 4th ed., ch. 11: a binary electrolyte without
anion flux.
"""

from __future__ import annotations

import numpy as np

from deposition.analysis.dissipation import dissipation
from deposition.common.constants import FARADAY, MICROMETRE, MILLIVOLT
from deposition.laws.electrolyte import NernstPlanck
from deposition.laws.sand import limiting_density
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import ELECTROLYTE
from deposition.mesh.footprint import projected_area_m2
from deposition.scenario import Scenario
from deposition.simulation.state import State
from deposition.verification.bench import last_state, scenario
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative

ELECTROLYTES = ("BE", "C-I-BE", "C-I-BE-LN")
GAP = 50.0
"""L, µm."""


def limiting(settings: Scenario) -> float:
    """i_lim, A/m²."""
    law = settings.electrolyte_law
    assert isinstance(law, NernstPlanck)
    return float(4.0 * FARADAY * law.cation_diffusivity * law.concentration / (GAP * MICROMETRE))


def heat(settings: Scenario, state: State) -> float:
    """Heat of the electrolyte per projected area, W/m²."""
    power = dissipation(settings.electrolyte_law, settings.temperature)(state)
    volume = state.cell.volumes[state.cell.in_region(ELECTROLYTE)] * MICROMETRE**state.cell.dim
    return float(power @ volume / projected_area_m2(state.cell))


def compare_one(name: str) -> tuple[list[Check], Series]:
    """One electrolyte: c at both electrodes, potential drop, V, i_lim and heat."""
    settings = scenario("e1_steady_cell", f"electrolyte.name={name}")
    density = settings.protocol.current_density or 0.0
    state, limit = last_state(settings), limiting(settings)
    share, concentration = density / limit, settings.electrolyte.concentration
    predicted = limiting_density(settings.electrolyte_law, concentration, GAP * MICROMETRE)
    height = state.cell.points[:, 1]
    wet = np.isfinite(state.concentration)
    exact = concentration * (1.0 + share * (2.0 * height / GAP - 1.0))
    low, high = np.argmin(np.where(wet, height, np.inf)), np.argmax(np.where(wet, height, -np.inf))
    volt = thermal_voltage(settings.temperature)
    drop = volt * np.log((1.0 + share) / (1.0 - share))
    checks = [
        relative(f"{name}: c, cathode", exact[low], state.concentration[low], 1e-3, "mol/m³"),
        relative(f"{name}: c, anode", exact[high], state.concentration[high], 1e-3, "mol/m³"),
        relative(
            f"{name}: φ, anode to cathode",
            drop / MILLIVOLT,
            (state.potential[high] - state.potential[low]) / MILLIVOLT,
            1e-3,
            "mV",
        ),
        relative(f"{name}: V", 2.0 * drop / MILLIVOLT, state.voltage / MILLIVOLT, 1e-3, "mV"),
        relative(f"{name}: i_lim predicted before the run", limit, predicted, 1e-9, "A/m²"),
        relative(f"{name}: heat", 2.0 * drop * density, heat(settings, state), 1e-3, "W/m²"),
    ]
    line = np.array([0.0, GAP])
    ends = concentration * (1.0 + share * (2.0 * line / GAP - 1.0))
    some = np.flatnonzero(wet)[:: max(1, wet.sum() // 12)]
    return checks, Series(name, line, ends, height[some], state.concentration[some])


def compare() -> Findings:
    """The three electrolytes at 50 A/m²."""
    checks, series = zip(*map(compare_one, ELECTROLYTES), strict=True)
    panel = Panel("height above the cathode / µm", "c / (mol/m³)", tuple(series))
    return Findings(tuple(check for some in checks for check in some), panel)


CASE = Case("E1", "steady binary cell", Family.STATIC, __doc__, compare)
