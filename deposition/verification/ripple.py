"""Ripple y = A cos kx on an electrode: scenario, exact growth rate, and amplitude.

    ω = (V_m/F) [i - κ (γ V_m/F) k²] / [κ R + tanh(kH)/k],  R = R_film + R_ct

Metal at one potential, a film R, a flat counter electrode at H, small kA.
Source: linear stability of the secondary current distribution with capillarity, in the manner of
Barton and Bockris, Proc. R. Soc. A 268 (1962) 485; derived in full in ``growth_rate``.
"""

from __future__ import annotations

import math

import numpy as np

from deposition.check.wagner import charge_transfer_resistance
from deposition.common.constants import FARADAY, MICROMETRE
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.simulation.state import State
from deposition.verification.bench import scenario

BARE = ("sei.default_film=none", "kinetics.exchange_current_density=36 kA/m^2")
"""No film, R_ct = 0.007 ohm cm²: κ R_ct = 0.25 µm, resolved by meshes of that size."""

TWICE_BARE = ("sei.default_film=none", "kinetics.exchange_current_density=18 kA/m^2")
"""As ``BARE``, with R_ct twice as large."""

NO_RESISTANCE = "sei.default_film=none"
"""R = 3e-7 ohm cm², negligible in ``growth_rate``."""

NO_CAPILLARITY = "lithium.surface_energy=0 J/m^2"
AT_REST = "protocol.current_density=0 A/m^2"


def rippled(wavelength: float, size: float, *changes: str, steepness: float = 0.02) -> Scenario:
    """Scenario ``cases/e8_ripple.toml`` with this wavelength and mesh size at the surface, both µm.

    steepness  kA
    The counter electrode is a wavelength and 5 µm away: tanh(kH) = 1 to 1e-5.
    """
    return scenario(
        "e8_ripple",
        f"geometry.parameters.wavelength={wavelength}",
        f"geometry.parameters.amplitude={steepness * wavelength / (2.0 * math.pi)}",
        f"geometry.parameters.height={wavelength + 5.0}",
        f"geometry.parameters.base={0.1 * wavelength}",
        f"mesh.surface_size={size} um",
        f"mesh.coarse_size={0.1 * wavelength} um",
        *changes,
    )


def growth_rate(settings: Scenario, conductivity: float | None = None) -> float:
    """Exact ω, 1/s; ``conductivity`` κ (S/m) is that of the electrolyte unless given.

    With φ = (i/κ) y + a e^(-ky) cos kx far from the counter electrode, the surface y = h cos kx has
    the potential φ + R i_n + γ V_m K/F = const, K = k² h, and grows by dh/dt = (V_m/F) i_1, where
    i_1 = -κ k a is the first component of i_n.  With a counter electrode at H, 1/k becomes
    tanh(kH)/k.
    """
    kappa = settings.conductivity if conductivity is None else conductivity
    per_charge = settings.lithium.molar_volume / FARADAY
    k = wave_number(settings) / MICROMETRE
    height = float(settings.geometry.parameters["height"]) * MICROMETRE
    drive = settings.protocol.current_density or 0.0
    drive -= kappa * settings.lithium.surface_energy * per_charge * k**2
    return per_charge * drive / (kappa * resistance(settings) + math.tanh(k * height) / k)


def resistance(settings: Scenario) -> float:
    """R = R_film + R_ct, ohm m²."""
    sei = settings.sei
    film = sei.films[sei.default_film].resistance if sei.default_film in sei.films else 0.0
    return charge_transfer_resistance(settings) + (film or 0.0)


def without_resistance(once: float, twice: float) -> float:
    """ω at R = 0, extrapolated from those at R and at 2 R: 1/ω is linear in R."""
    return 1.0 / (2.0 / once - 1.0 / twice)


def wave_number(settings: Scenario) -> float:
    """k = 2π/λ, 1/µm."""
    return 2.0 * math.pi / float(settings.geometry.parameters["wavelength"])


def amplitude(settings: Scenario, state: State) -> float:
    """A, µm, the first Fourier component of the surface."""
    points = state.cell.points[state.surface.facets[state.surface.working]]
    return _component(points[..., 0], points[..., 1], wave_number(settings))


def present_rate(settings: Scenario, state: State) -> float:
    """(dA/dt)/A, 1/s, from the first Fourier component of dy/dt = (V_m/F) i_n ds/dx."""
    surface, working = state.surface, state.surface.working
    x = state.cell.points[surface.facets[working]][..., 0]
    speed = settings.lithium.molar_volume / FARADAY / MICROMETRE * state.current_density[working]
    upwards = speed * surface.area[working] / np.ptp(x, axis=1)
    component = _component(x, np.column_stack([upwards, upwards]), wave_number(settings))
    return component / amplitude(settings, state)


def _component(x: Floats, values: Floats, k: float) -> float:
    """Exact 2/W ∫ f cos kx dx of a function f that is linear on each of the intervals x (m, 2).

    W is the total length of the intervals, ``values`` (m, 2) are f at their ends.
    """
    order = np.argsort(x, axis=1)
    left, right = np.take_along_axis(x, order, axis=1).T
    low, high = np.take_along_axis(values, order, axis=1).T
    slope = (high - low) / (right - left)
    whole = (high * np.sin(k * right) - low * np.sin(k * left)) / k
    whole += slope * (np.cos(k * right) - np.cos(k * left)) / k**2
    return float(2.0 * whole.sum() / (right - left).sum())
