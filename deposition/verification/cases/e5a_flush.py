"""Primary current on two opposite electrodes of length l, flush with the walls of a channel.

    i/i_avg = ε cosh ε / {K(tanh²ε) √[sinh²ε - sinh²(2εx/l)]},   ε = πl/2h,  x from the middle
    I = κ V K(tanh²ε) / K(1/cosh²ε)                              per depth, V across the channel

K(m) is the complete elliptic integral of the parameter m; constant conductivity.  A quarter of the
channel is modelled: the mid-plane is an equipotential.  i_n is constant on facets of length a,
which requires κR ≥ a.  Each length is therefore computed with κR/a = 1, 1.5 and 2.25, and the
current of each facet extrapolated to R = 0 by a parabola: away from the edge it is a smooth
function of R.  At the edge, x = l/2, it is infinite; the inner nine tenths are compared.
Source: Newman and Balsara, Electrochemical Systems, 4th ed., ch. 18 (current); the conformal map of
the same channel (resistance).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ellipk, ellipkm1

from deposition.common.constants import MICROMETRE
from deposition.mesh.cell import Floats
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

RATIOS = (0.5, 1.0, 0.5 * np.pi, 2.0)
"""ε."""

HALF_HEIGHT = 10.0
"""h/2, µm."""

INNER = 0.9
"""Largest 2x/l that is compared."""

FACETS = 160
"""Number of facets on half the electrode."""

FILMS = (1.0, 1.5, 2.25)
"""κR over the length of a facet."""


def exact_shape(ratio: float, place: Floats) -> Floats:
    """i/i_avg at 2x/l for a value of ε."""
    root = np.sqrt(np.sinh(ratio) ** 2 - np.sinh(ratio * place) ** 2)
    return np.asarray(ratio * np.cosh(ratio) / (ellipk(np.tanh(ratio) ** 2) * root))


def exact_conductance(ratio: float) -> float:
    """I/(κ V) for a value of ε."""
    complement = 1.0 / np.cosh(ratio) ** 2
    return float(ellipkm1(complement) / ellipk(complement))


@dataclass(frozen=True, eq=False)
class Primary:
    """Primary distribution on the facets of half an electrode.

    place    (f,) 2x/l of the midpoints
    length   (f,) µm
    current  (f,) at R = 0, in units of κ V/(h/2) with the voltage V of the half channel
    """

    place: Floats
    length: Floats
    current: Floats


def solve(half: float) -> Primary:
    """Primary distribution of a half electrode of length ``half``, µm."""
    facet = half / FACETS
    runs = [run(half, facet, share * facet) for share in FILMS]
    surface = runs[0].surface
    current = np.array([state.current_density[surface.working] for state in runs])
    at_zero = np.linalg.solve(np.vander(FILMS, increasing=True), current)[0]
    settings = scenario("e5a_flush")
    volts = settings.protocol.voltage or 0.0
    unit = settings.conductivity * volts / (HALF_HEIGHT * MICROMETRE)
    return Primary(
        surface.midpoint[surface.working, 0] / half, surface.area[surface.working], at_zero / unit
    )


def run(half: float, facet: float, film: float) -> State:
    """Initial state with a facet length ``facet`` and κR = ``film``, both µm."""
    resistance = film * MICROMETRE / scenario("e5a_flush").conductivity
    settings = scenario(
        "e5a_flush",
        f"geometry.parameters.electrode={half}",
        f"mesh.surface_size={facet} um",
        f"sei.films.thin.resistance={resistance} ohm m^2",
    )
    return next(states(settings))


def compare_one(ratio: float) -> tuple[list[Check], Series]:
    """One length of the electrodes."""
    half = 2.0 * ratio * HALF_HEIGHT / np.pi
    found = solve(half)
    order, total = np.argsort(found.place), float(found.current @ found.length)
    place, shape = found.place[order], found.current[order] * found.length.sum() / total
    inner = place < INNER
    off = shape[inner] / exact_shape(ratio, place[inner]) - 1.0
    label = f"ε = {ratio:.4g}"
    checks = [
        relative(
            f"{label}: i/i_avg, middle",
            float(exact_shape(ratio, place[:1])[0]),
            float(shape[0]),
            0.01,
        ),
        below(f"{label}: i/i_avg, largest error", float(np.abs(off).max()), 0.01),
        # Half the electrode and half the voltage: twice the current over the voltage.
        relative(f"{label}: I/κV", exact_conductance(ratio), total / HALF_HEIGHT, 0.01),
    ]
    line = np.linspace(0.0, 0.98, 200, dtype=np.float64)
    some = slice(5, None, 12)
    return checks, Series(label, line, exact_shape(ratio, line), place[some], shape[some])


def compare() -> Findings:
    """Four lengths."""
    checks, series = zip(*map(compare_one, RATIOS), strict=True)
    panel = Panel("2x / l, from the middle", "i / i_avg", tuple(series))
    return Findings(tuple(check for some in checks for check in some), panel)


CASE = Case("E5a", "flush electrodes, primary", Family.STATIC, __doc__, compare, seconds=20.0)
