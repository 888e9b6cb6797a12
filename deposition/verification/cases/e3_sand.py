"""Sand's time: depletion of the salt at the cathode under a constant current i.

    t = π D [F c0 / (2 (1 - t+) i)]²,   c(cathode) = c0 (1 - √(time/t))  until then

for a gap L ≫ √(D t), here 6 √(D t), so that the diffusion layers do not meet.  The run must end by
itself, at the cathode, where c has fallen to c0/1000, at 0.998 t.  The time steps are the default
ones.
Source: Sand, Phil. Mag. 1 (1901) 45; Newman and Balsara, Electrochemical Systems, 4th ed., ch. 11.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.common.errors import VerificationError
from deposition.laws import sand
from deposition.laws.electrolyte import NernstPlanck
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.transport.physics import Depleted
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

ELECTROLYTES = ("BE", "C-I-BE", "C-I-BE-LN")
DENSITIES = (30.0, 3000.0)
"""A/m²."""

SHARES = (0.25, 0.5, 0.75)
"""Times at which c at the cathode is compared, in t."""

GAP = 6.0
FINEST = 0.015
WIDTH = 0.1
"""Height of the cell, element size at the cathode and width, all over √(D t)."""


def sand_time(law: NernstPlanck, density: float) -> float:
    """t, s, for a current density (A/m²)."""
    ratio = FARADAY * law.concentration / (2.0 * (1.0 - law.t_plus) * density)
    return float(math.pi * law.salt_diffusivity * ratio**2)


def settings_for(name: str, density: float, *overrides: str) -> tuple[Scenario, float]:
    """Scenario of an electrolyte and a current density (A/m²), and t (s)."""
    law = scenario("e3_sand", f"electrolyte.name={name}").electrolyte_law
    assert isinstance(law, NernstPlanck)
    time = sand_time(law, density)
    length = math.sqrt(law.salt_diffusivity * time)
    changes = (f"electrolyte.name={name}", *overrides)
    return sized("e3_sand", density, time, length, *changes), time


def sized(name: str, density: float, time: float, length: float, *overrides: str) -> Scenario:
    """Scenario under a current density (A/m²), scaled with t = ``time`` (s) and √(D t) (m)."""
    microns = length / MICROMETRE
    return scenario(
        name,
        f"protocol.current_density={density} A/m^2",
        f"protocol.duration={2.0 * time} s",
        f"geometry.parameters.height={GAP * microns}",
        f"geometry.parameters.width={WIDTH * microns}",
        f"geometry.parameters.base={WIDTH * microns}",
        f"mesh.surface_size={FINEST * microns} um",
        f"mesh.coarse_size={3.0 * FINEST * microns} um",
        *overrides,
    )


def predicted(settings: Scenario) -> float:
    """Sand's time as ``deposition check`` predicts it, s."""
    density = settings.protocol.current_density or 0.0
    concentration = settings.electrolyte.concentration
    return sand.sand_time(settings.electrolyte_law, concentration, density, settings.pores)


def depletion(settings: Scenario) -> tuple[Floats, Floats, Depleted]:
    """Time (s) and c at the cathode (mol/m³) of all steps, and the depletion at the end.

    Raises VerificationError.
    """
    rows: list[tuple[float, float]] = []
    try:
        rows.extend(_cathode(settings))
    except Depleted as end:
        time, c = np.array(rows).T
        return time, c, end
    raise VerificationError(
        "The salt at the cathode is not depleted within two Sand's times. [E801]"
    )


def _cathode(settings: Scenario) -> Iterator[tuple[float, float]]:
    for state in states(settings):
        facets = state.surface.facets[state.surface.working]
        yield state.time, float(state.concentration[facets].mean())


def transient(label: str, share: float, times: Floats, c: Floats) -> Check:
    """Check of c/c0 at the time ``share`` t, interpolated over √t between steps at ``times``, in
    t."""
    exact = 1.0 - math.sqrt(share)
    found = float(np.interp(math.sqrt(share), np.sqrt(times), c))
    return relative(f"{label}: c at {share:g} t, over c0", exact, found, 3e-3, of=1.0)


def compare_one(number: int, name: str, density: float) -> tuple[list[Check], Series]:
    """One electrolyte and one current; ``number`` shifts its points in the plot."""
    settings, exact = settings_for(name, density)
    time, c, end = depletion(settings)
    label = f"{name}, {density:g} A/m²"
    checks = [
        *(transient(label, share, np.divide(time, exact), c / c[0]) for share in SHARES),
        relative(f"{label}: t predicted before the run", exact, predicted(settings), 1e-9, "s"),
        relative(f"{label}: t", exact, end.time or math.nan, 0.01, "s"),
        below(f"{label}: height of the depletion", float(end.where[1]), 0.0, "µm"),
    ]
    line = np.linspace(0.0, 1.0, 100, dtype=np.float64)
    some = slice(number, None, 3)
    share = 1.0 - np.sqrt(line)
    return checks, Series(
        label, line, share, np.asarray(time[some] / exact, dtype=np.float64), c[some] / c[0]
    )


def compare() -> Findings:
    """Three electrolytes, two currents."""
    pairs = itertools.product(ELECTROLYTES, DENSITIES)
    found = [compare_one(number, *each) for number, each in enumerate(pairs)]
    checks = tuple(check for some, _ in found for check in some)
    panel = Panel("time / Sand's time", "c at the cathode / c0", tuple(s for _, s in found))
    return Findings(checks, panel)


CASE = Case("E3", "Sand's time", Family.STATIC, __doc__, compare, seconds=65.0)
