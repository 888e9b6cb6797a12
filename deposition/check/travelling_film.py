"""Film that travels with the surface: resolution of its average, and growth of small differences.

The default film covers new surface.  Where it conducts better than a film k that stretches, what is
ahead gets ahead further.  A small wave of the film grows at a rate, per height H of the deposit,

    √(|Δv| v_k Ĝ(q)) q / v ≤ 0.86 √[g_k (g_default - g_k)] / (g ℓ),    Ĝ = exp(-q²ℓ²/2)

with g = 1/(R + R_ct), its mean over the surface, and ℓ = ``sei.dilution_length``; the bound is
reached at qℓ = √2.  The electrolyte evens the current out and makes it less.
Source: linear stability, docs/moving-interface.md, part 9.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from deposition.check.wagner import charge_transfer_resistance
from deposition.common.constants import FARADAY, MICROMETRE
from deposition.mesh.cell import COUNTER, Floats
from deposition.scenario import NO_FILM, Scenario
from deposition.scenario.plan import plan_of
from deposition.simulation.initial import Start

FASTEST = math.sqrt(2.0) * math.exp(-0.5)
"""max √Ĝ(q) qℓ, 0.86."""

CELLS = 2.0
"""Surface elements in ``sei.dilution_length``: with fewer, film depends on the mesh."""

LARGE = 10.0
"""Amplification from which small differences decide the result."""


def travels(scenario: Scenario) -> bool:
    """True if film moves with the surface."""
    return scenario.interface == "moving" and scenario.sei.motion == "advected"


def travelling_film_warnings(scenario: Scenario, start: Start) -> Iterator[str]:
    """Warn of an average that the mesh does not resolve, and of film that is unstable."""
    length, size = scenario.sei.dilution_length, scenario.mesh.surface_size
    if not travels(scenario):
        return
    if length < CELLS * size * (1.0 - 1e-9):
        yield (
            f"sei.dilution_length is {length / MICROMETRE:.3g} µm, less than two surface elements "
            f"({CELLS * size / MICROMETRE:.3g} µm): the film will depend on the mesh; raise it, or "
            "reduce mesh.surface_size"
        )
    names, better = _outdone(scenario, start)
    if not names:
        return
    name, default = names[int(better.argmax())], scenario.sei.default_film
    if default == NO_FILM:
        yield (
            f'the default film is "none": surface that forms where {name} stretches has no film '
            f"and conducts {better.max() + 1.0:.3g} times as well, so that current and motion "
            "concentrate there; set sei.default_film to the film that forms on new lithium"
        )
    elif _exponent(scenario, start) > math.log(LARGE):
        yield (
            f"{_growth(scenario, start)}: results will depend on mesh, time step and rounding; "
            "raise sei.dilution_length, plate less, or choose a default film that conducts no "
            "better than the patches"
        )


def travelling_film_line(scenario: Scenario, start: Start) -> Iterator[str]:
    """Amplification of small differences, where the default film conducts better than a patch."""
    if travels(scenario) and _outdone(scenario, start)[0]:
        yield _growth(scenario, start)


def _growth(scenario: Scenario, start: Start) -> str:
    names, _ = _outdone(scenario, start)
    exponent, height = _exponent(scenario, start), _height(scenario)
    if math.isfinite(height):
        total = f"up to {math.exp(min(exponent, 300.0)):.3g} times in this run"
    else:
        total = f"up to {math.exp(min(_rate(scenario, start), 300.0)):.3g} times per µm of deposit"
    return (
        f"the default film ({scenario.sei.default_film}) conducts better than "
        f"{', '.join(names)}: small differences of the film grow {total}"
    )


def _exponent(scenario: Scenario, start: Start) -> float:
    """Logarithm of the largest amplification of the run; that of 1 µm where it is not known."""
    height = _height(scenario)
    return _rate(scenario, start) * (height if math.isfinite(height) else 1.0)


def _conductances(scenario: Scenario, start: Start) -> tuple[Floats, Floats]:
    """(k,) g = 1/(R + R_ct) of each film, S/m², and the area of it, without counter electrode."""
    none = np.array([name == NO_FILM for name in start.films.names])
    thickness = np.where(none, 0.0, scenario.sei.thickness)
    resistance = thickness / start.films.conductivity + charge_transfer_resistance(scenario)
    on = ~start.surface.on(COUNTER)
    area = start.surface.area[on] @ start.film.fractions[on]
    return np.asarray(1.0 / resistance, dtype=np.float64), area


def _outdone(scenario: Scenario, start: Start) -> tuple[list[str], Floats]:
    """Films on the metal that conduct worse than the default film; g_default/g - 1 of each."""
    conductance, area = _conductances(scenario, start)
    ratio = conductance[start.films.index(scenario.sei.default_film)] / conductance
    chosen = np.flatnonzero((area > 0.0) & (ratio > 1.0 + 1e-9))
    return [start.films.names[k] for k in chosen], ratio[chosen] - 1.0


def _rate(scenario: Scenario, start: Start) -> float:
    """Largest growth rate of a small wave of film, per µm of mean height."""
    conductance, area = _conductances(scenario, start)
    default = conductance[start.films.index(scenario.sei.default_film)]
    there = conductance[area > 0.0]
    mean = float(conductance @ area / area.sum())
    speed = np.sqrt(there * np.maximum(default - there, 0.0)).max() / mean
    return float(FASTEST * speed / (scenario.sei.dilution_length / MICROMETRE))


def _height(scenario: Scenario) -> float:
    """Mean thickness that the protocol plates and strips, together, µm; infinite if unknown."""
    charge = sum(step.charge for step in plan_of(scenario.protocol).protocol_steps if step.sign)
    return scenario.lithium.molar_volume * charge / FARADAY / MICROMETRE
