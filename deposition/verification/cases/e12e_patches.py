"""Patches of a conductive film that grow into domes: ``c-i-be`` with films that limit the current.

    rms height 4.327 µm,  height on the first place of LiI over that elsewhere 5.63,  LiI 16.00 µm

at a mean height of 4.85 µm: the finest result of a front-tracking code of its own, a polyline whose
segments carry amounts of film (Heun's method; four meshes and five step lengths agree to 0.1 %).
No exact solution is known.  The film borders stretch and dilute from the flanks of the domes
inwards; nothing is buried.  The deposit is symmetric, so its mirror image measures the scatter.
Source: front tracking without a mesh of the box, h = 0.0375 µm, advance h/20.
"""

from __future__ import annotations

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
from deposition.verification.travelling_film import film_area, profile, symmetric

RUNS = ((0.3, 0.5), (0.3, 0.2), (0.2, 0.5))
"""Edge length h at the surface, µm, and advance of a step, of h."""
RMS, BY_PLACE, IODIDE = 4.327, 5.63, 16.0


def compare_one(size: float, advance: float) -> tuple[list[Check], Series]:
    """One mesh and time step."""
    settings = scenario("e12_film", f"mesh.surface_size={size} um", f"time.max_advance={advance}")
    run = list(states(settings))
    last = run[-1]
    x, height = profile(last)
    first = (x < 8.0) | (x > 32.0)
    by_place = float(height[first].mean() / height[~first].mean())
    name = f"h = {size} µm, {last.step} steps"
    checks = [
        relative(f"rms height, {name}", RMS, float(height.std()), 0.02, "µm"),
        relative(f"height by place, {name}", BY_PLACE, by_place, 0.03),
        relative(f"LiI, {name}", IODIDE, film_area(last, "LiI"), 1e-3, "µm"),
        below(f"mean |h(x) - h(40 µm - x)|, {name}", symmetric(x, height), 0.05, "µm"),
        below(f"film balance, {name}", last.balance.film_error, 1e-9),
    ]
    half = x < 20.0
    return checks, Series(name, x[half], height[half], x[half][::60], height[::-1][half][::60])


def compare() -> Findings:
    """All meshes and time steps; the line of the panel is the left half, the points the right."""
    checks, series = zip(*(compare_one(*run) for run in RUNS), strict=True)
    every = tuple(check for some in checks for check in some)
    return Findings(every, Panel("x / µm", "height / µm", series))


CASE = Case(
    "E12e", "domes of a conductive film", Family.MOVING, __doc__, compare, long=True, seconds=35.0
)
