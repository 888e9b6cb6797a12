"""Published parameters of SEI growth, and growth by tunnelling, on flat lithium at rest.

Ethylene carbonate that is reduced at a rate constant k and diffuses through the film with D, and
solvent diffusion alone (k → ∞), grow as in R2,

    δ/k + δ²/(2 D) = δ0/k + δ0²/(2 D) + V c t/z

electrons that tunnel through it over a decay length λ

    e^(δ/λ) = e^(δ0/λ) + V j0 t/(z F λ)

with the molar volume V of the component, z electrons per mol, and the current j0 through bare
surface.  The parameters are those of the library by their name; after 30 days the two published
sets, both of the SEI on graphite, differ by two orders of magnitude.

The interface is fixed, so that nothing but growth changes the film; mesh and steps are those of any
run.
Source: Deal & Grove, J. Appl. Phys. 36 (1965) 3770; Mott, Trans. Faraday Soc. 43 (1947) 429.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from deposition.common.constants import FARADAY, NANOMETRE
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.sei.film_library import molar_volume
from deposition.verification.bench import scenario, states
from deposition.verification.case import Case, Check, Family, Findings, Panel, Series, relative
from deposition.verification.cases.r2_sei_growth import film, thickness

COMPONENT = "LEDC"
TIMES = {"1 h": 3600.0, "1 d": 86400.0, "30 d": 30 * 86400.0}
SETS = ("EC-limited, Xu 2019", "solvent-diffusion, Xu 2019")
"""Names in ``library/sei_growth.toml``."""
BARE_CURRENT, DECAY = 1.0, 0.5e-9
"""j0 (A/m²) and λ (m), chosen."""


def published(settings: Scenario, times: Floats) -> Floats:
    """δ of a set of the library."""
    law = settings.sei.growth[0].growth
    return thickness(settings, law.rate_constant, law.diffusivity, times, COMPONENT)  # type: ignore[attr-defined]


def tunnelled(settings: Scenario, times: Floats) -> Floats:
    """δ of growth by tunnelling."""
    z = settings.sei.growth[0].growth.electrons
    grown = molar_volume(COMPONENT) * BARE_CURRENT * times / (z * FARADAY * DECAY)
    start = settings.sei.thickness / DECAY
    return np.asarray(DECAY * (start + np.log1p(grown * np.exp(-start))), dtype=np.float64)


def compare_one(
    label: str, law: str, exact_at: Callable[[Scenario, Floats], Floats]
) -> tuple[list[Check], Series]:
    """One law, given as text, against its exact thickness."""
    settings = scenario(
        "r2_sei_growth",
        f"sei.films.{COMPONENT}.conductivity=1e-6 S/m",  # the library has none; R does not matter
        f"sei.default_film={COMPONENT}",
        f'sei.growth=[{{component = "{COMPONENT}", {law}}}]',
        f"protocol.rest={TIMES['30 d']} s",
    )
    run = list(states(settings))
    times, found = np.array([s.time for s in run]), np.array([film(s) for s in run])
    exact = exact_at(settings, times)
    worst = float(np.abs(found / exact - 1.0).max())
    at = dict(zip(TIMES, exact_at(settings, np.array(list(TIMES.values()))), strict=True))
    # Between two steps the growth is interpolated, linear in √t.
    computed = np.interp(np.sqrt(list(TIMES.values())), np.sqrt(times), found)
    checks = [relative(f"{label}: largest relative error of δ", 1.0, 1.0 + worst, 5e-4)]
    checks += [
        relative(f"{label}: δ after {when}", value / NANOMETRE, one / NANOMETRE, 5e-3, "nm")
        for (when, value), one in zip(at.items(), computed, strict=True)
    ]
    late = times > 0.0
    few = np.flatnonzero(late)[:: 1 + len(times) // 15]
    curve = np.asarray(exact[late] / NANOMETRE, dtype=np.float64)
    return checks, Series(label, times[late], curve, times[few], found[few] / NANOMETRE)


def compare() -> Findings:
    """The published sets and tunnelling."""
    found = [compare_one(name, f'parameters = "{name}"', published) for name in SETS]
    tunnelling = (
        f'law = "tunnelling", current_density = "{BARE_CURRENT} A/m^2", decay_length = "{DECAY} m"'
    )
    found.append(compare_one("tunnelling", tunnelling, tunnelled))
    checks = tuple(check for checks, _ in found for check in checks)
    panel = Panel("t / s", "δ / nm", tuple(series for _, series in found), log=True)
    return Findings(checks, panel)


CASE = Case("R6", "published laws of SEI growth", Family.STATIC, __doc__, compare, seconds=10)
