"""A film of Li2O on lithium that triiodide dissolves, through a layer of electrolyte or without it.

    t = [L0/(V c) - l (β/(1 + β))²/3] (1/k + l/D + L0/(2 D_e)),    β = k l/D,    for t ≫ l²/D

with the thickness L0 and the molar volume V of Li2O, the rate constant k, the layer l in front of
it, and c in the reservoir behind the layer.  The last term in the bracket is that of a porous
residue of diffusivity D_e: t = (L0/k + L0²/2D_e)/(V c) for l = 0 (shrinking core).  The second term
in the first bracket is what the layer holds more at the start than at the steady state, as far as
it is delivered to the film.  Of the iodine, a ninth ends as iodate: N(IO3⁻) = -N(I3⁻)/3.

The film vanishes: its thickness and its resistance become zero, and never negative.
Source: mass balance of the film; Levich, Physicochemical Hydrodynamics, 1962, §2; for the content
of the layer, Crank, The Mathematics of Diffusion, 2nd ed., 1975, §4.3 (time lag); Levenspiel,
Chemical Reaction Engineering, 3rd ed., 1999, ch. 25 (shrinking core).
"""

from __future__ import annotations

import numpy as np

from deposition.common.constants import NANOMETRE
from deposition.laws.iodine import TRIIODIDE
from deposition.mesh.cell import LITHIUM, Floats
from deposition.scenario import Scenario
from deposition.sei.film_library import molar_volume
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
from deposition.verification.dissolved import length, rate_constant

LAYERS = {
    "1 mM, k = 1e-6 m/s, 1 µm": (1.0, 1e-6, 1.0, ()),
    "10 mM, k = 1e-7 m/s, 25 µm": (10.0, 1e-7, 25.0, ()),
    "10 mM, at once, 25 µm": (10.0, 1.0, 25.0, ()),
    "porous residue": (
        10.0, 1e-6, 1.0, ("reactions.1.diffusivity=1e-14 m^2/s", "reactions.1.thickness=20 nm"),
    ),
}  # fmt: skip
"""c (mol/m³), k (m/s), l (µm), and the residue."""


def time_to_vanish(settings: Scenario) -> tuple[float, float]:
    """t, s, and the share of the residue in it."""
    ion, k = settings.electrolyte.dissolved[TRIIODIDE], rate_constant(settings)
    layer, d = length(settings, "height"), ion.diffusivity
    thick = settings.sei.thickness / (molar_volume("Li2O") * ion.concentration)
    beta = k * layer / d
    stored = layer * (beta / (1.0 + beta)) ** 2 / 3.0
    through = getattr(settings.reactions[0], "diffusivity", None)
    residue = settings.sei.thickness / (2.0 * through) if through else 0.0
    whole = 1.0 / k + layer / d + residue
    return (thick - stored) * whole, residue / whole


def consumed(share: float, times: Floats) -> Floats:
    """x = 1 - δ/L0 at times over that to vanish, (1 - s) x + s x² with the share s of the residue,
    for t ≫ l²/D."""
    if share == 0.0:
        return np.minimum(times, 1.0)
    root = np.sqrt((1.0 - share) ** 2 + 4.0 * share * np.minimum(times, 1.0))
    return np.asarray((root - 1.0 + share) / (2.0 * share), dtype=np.float64)


def thickness(state: State) -> float:
    """Mean thickness of the film on the lithium, m."""
    on = state.surface.on(LITHIUM)
    return float(np.average(state.film.thickness[on], weights=state.surface.area[on]))


def compare_one(
    label: str, c: float, k: float, layer: float, residue: tuple[str, ...] = ()
) -> tuple[list[Check], Series]:
    """One layer."""
    numbers = (
        f'electrolyte.dissolved."I3-".concentration={c} mol/m^3',
        f"reactions.1.rate_constant={k} m/s",
        f"geometry.parameters.height={layer}",
        *(f"mesh.{name}={layer / 25.0} um" for name in ("coarse_size", "counter_size")),
        f"mesh.surface_size={layer / 50.0} um",
        f"geometry.parameters.width={max(layer / 25.0, 0.1)}",
        *residue,
    )
    exact, share = time_to_vanish(scenario("i6_oxide_film", *numbers))
    run = list(
        states(scenario("i6_oxide_film", *numbers, f"protocol.rest={1.1 * exact} s",
                        f"time.max_step={exact / 50.0} s"))
    )  # fmt: skip
    times, found = (
        np.array(part) for part in zip(*((s.time, thickness(s)) for s in run), strict=True)
    )
    # t(δ) before the end, a line or with a residue a parabola, carries on to zero.
    end = int(np.flatnonzero(found > 0.05 * found[0])[-1])
    last = slice(end - 5, end + 1)
    vanished = float(np.polyfit(found[last] / found[0], times[last], 2 if share else 1)[-1])
    checks = [
        relative(f"{label}: time to vanish", exact, vanished, 5e-3, "s"),
        below(f"{label}: thickness left", float(found[-1]) / NANOMETRE, 1e-9, "nm"),
        below(f"{label}: volume below zero",
              min(float(s.film.volumes.min()) for s in run) / NANOMETRE, 1e-9, "nm"),
    ]  # fmt: skip
    line = (1.0 - consumed(share, times / exact)) * found[0] / NANOMETRE
    few = slice(None, None, 4)
    return checks, Series(label, times / exact, line, times[few] / exact, found[few] / NANOMETRE)


def compare() -> Findings:
    """All layers."""
    found = [compare_one(label, *numbers) for label, numbers in LAYERS.items()]
    checks = tuple(check for checks, _ in found for check in checks)
    return Findings(checks, Panel("t / time to vanish", "δ / nm", tuple(s for _, s in found)))


CASE = Case("I6", "a dissolving film of Li2O", Family.STATIC, __doc__, compare, seconds=20)
