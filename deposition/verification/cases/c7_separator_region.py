"""Free electrolyte (L₁) and a separator (L₂, porosity ε) in series between two planes of lithium.

At steady state N₋ = 0 and c is linear in each layer, with E = 1 and E = ε^b,

    dc/dx = (1 - t+) i / (F D E),    Σ ∫ ε c dx = c0 (L₁ + ε L₂),    x from the cathode

and, without film and charge transfer, the logarithms of every layer add up as if there was one:

    V = 2 (RT/F) ln[c(anode)/c(cathode)]

In the transient the total salt stays what it is.  The same porosity on both sides, that is a
separator over the whole gap drawn as a region, must give the numbers of the setting for the gap.
BE at 20 A/m², 20 µm and 25 µm, fixed interfaces, for two separators.
Source: Newman and Balsara, Electrochemical Systems, 4th ed., ch. 11 (binary electrolyte) and 22
(porous media); c and normal fluxes continuous.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from deposition.common.constants import FARADAY, MILLIVOLT
from deposition.interface.salt_transfer import salt_content
from deposition.laws.thermodynamics import thermal_voltage
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.simulation.state import State
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
from deposition.verification.cases.e2_galvanostatic_step import law_of

SEPARATORS = ((0.4, 1.5), (0.55, 2.2))
"""ε and b."""

FREE, POROUS = 20e-6, 25e-6
"""L₁ and L₂, m."""


@dataclass(frozen=True)
class Layers:
    """The exact steady state.

    porosity, efficiency  ε and ε^b of the separator; slope  dc/dx of the free electrolyte, mol/m⁴
    cathode               c there, mol/m³
    """

    porosity: float
    efficiency: float
    slope: float
    cathode: float

    @classmethod
    def of(cls, settings: Scenario) -> Layers:
        """The steady state of a scenario."""
        law, pores = law_of(settings), settings.pores
        density = settings.protocol.current_density or 0.0
        slope = (1.0 - law.t_plus) * density / (FARADAY * law.salt_diffusivity)
        efficiency = pores.transport_efficiency
        # ∫ ε (c - c(cathode)) dx over both layers.
        middle = slope * (FREE + 0.5 * POROUS / efficiency)
        excess = 0.5 * slope * FREE**2 + pores.porosity * POROUS * middle
        mean = excess / (FREE + pores.porosity * POROUS)
        return cls(pores.porosity, efficiency, slope, law.concentration - mean)

    def concentration(self, x: Floats) -> Floats:
        """c (mol/m³) at x (m) from the cathode."""
        behind = np.maximum(x - FREE, 0.0) / self.efficiency
        return self.cathode + self.slope * (np.minimum(x, FREE) + behind)


def salt_of(state: State) -> float:
    """All salt, ∫ ε c dV, mol/m³ µm²."""
    return float(salt_content(state.cell, state.concentration).sum())


def compare_one(porosity: float, bruggeman: float) -> tuple[list[Check], Series]:
    """One separator: c at both electrodes and between the layers, V, and the salt."""
    settings = scenario(
        "c7_separator_region",
        f"separator.porosity={porosity}",
        f"separator.bruggeman={bruggeman}",
    )
    recorded = list(states(settings))
    state, salt = recorded[-1], np.array([salt_of(each) for each in recorded])
    layers = Layers.of(settings)
    height = state.cell.points[:, 1] * 1e-6
    places = np.array([0.0, FREE, FREE + POROUS])
    exact = layers.concentration(places)
    computed = [float(np.nanmean(state.concentration[np.isclose(height, y)])) for y in places]
    label = f"ε = {porosity:g}, b = {bruggeman:g}"
    checks = [
        relative(f"{label}: c, {where}", is_exact, found, 1e-3, "mol/m³")
        for where, is_exact, found in zip(
            ("cathode", "interface", "anode"), exact, computed, strict=True
        )
    ]
    slopes = np.diff(computed) / np.diff(places)
    volts = 2.0 * thermal_voltage(settings.temperature) * float(np.log(exact[2] / exact[0]))
    checks += [
        relative(f"{label}: ratio of the slopes", 1.0 / layers.efficiency, slopes[1] / slopes[0],
                 1e-3),
        relative(f"{label}: V", volts / MILLIVOLT, state.voltage / MILLIVOLT, 1e-3, "mV"),
        below(f"{label}: relative change of the salt", float(np.ptp(salt) / salt[0]), 1e-12),
    ]  # fmt: skip
    line = np.linspace(0.0, FREE + POROUS, 91, dtype=np.float64)
    wet = np.flatnonzero(np.isfinite(state.concentration))
    shown = wet[np.argsort(height[wet])][:: max(1, len(wet) // 30)]
    series = Series(
        label,
        line * 1e6,
        layers.concentration(line),
        height[shown] * 1e6,
        state.concentration[shown],
    )
    return checks, series


def same_everywhere() -> list[Check]:
    """A separator that fills the gap: as a region, and as a setting for the gap."""
    gap = "geometry.parameters.height=45", "geometry.parameters.separator=0"
    tags = 'geometry.tags={electrolyte="separator"}'
    time = "protocol.duration=5 s", "time.first_step=0.5 s", "time.max_step=0.5 s"
    one, other = (
        list(states(scenario("c7_separator_region", *gap, *time, *more)))[-1]
        for more in ((), (tags,))
    )
    difference = float(np.nanmax(np.abs(one.concentration / other.concentration - 1.0)))
    return [
        below("largest difference of c of region and setting, same ε", difference, 1e-10),
        relative("V of region and setting, same ε", one.voltage / MILLIVOLT,
                 other.voltage / MILLIVOLT, 1e-10, "mV"),
    ]  # fmt: skip


def compare(separators: Sequence[tuple[float, float]] = SEPARATORS) -> Findings:
    """Two separators, and one that fills the gap."""
    found = [compare_one(*separator) for separator in separators]
    checks = [check for some, _ in found for check in some]
    panel = Panel("distance from the cathode / µm", "c / (mol/m³)", tuple(s for _, s in found))
    return Findings((*checks, *same_everywhere()), panel)


CASE = Case(
    "C7", "separator beside free electrolyte", Family.STATIC, __doc__, compare, seconds=20.0
)
