"""Sentences on the differences between results, generated from the summaries.

A sentence names the results with the largest and the smallest value:
"be has a roughness of 5.72 µm (rms); c-i-be-ln 0.0762 µm."
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deposition.common.constants import MILLIVOLT
from deposition.results.summary_table import BY_FILM

SAME = 1e-4
"""Relative difference below which values count as equal."""
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Named = Sequence[tuple[str, Mapping[str, Any]]]
"""Name and summary of each result."""


@dataclass(frozen=True)
class Phrase:
    """Templates of the sentence on one number, with {} for its value.

    first         for the result that is named first
    other         for the other extreme
    same          for equal values
    lowest_first  name the result with the smallest value first
    factor        from the unit of the summary to that of the sentence
    """

    first: str
    other: str
    same: str
    lowest_first: bool = False
    factor: float = 1.0


PHRASES = {
    "capacity_mAh_cm2": Phrase(
        "has a net charge of {} mAh/cm²", "{} mAh/cm²", "The net charge is {} mAh/cm² in each."
    ),
    "wagner": Phrase(
        "has the Wagner number {} (larger: more uniform current distribution)", "{}",
        "The Wagner number is {} for all.",
    ),
    "polarization_length_um": Phrase(
        "has the polarization length κR = {} µm", "{} µm",
        "The polarization length κR is {} µm for all.",
    ),
    "steady_conductivity_S_m": Phrase(
        "has an effective steady-state conductivity of {} S/m", "{} S/m",
        "The effective steady-state conductivity is {} S/m for all.",
    ),
    "cell_voltage_first_V": Phrase(
        "has an initial cell voltage of {} mV", "{} mV",
        "The initial cell voltage is {} mV for all.", factor=1 / MILLIVOLT,
    ),
    "cell_voltage_steady_V": Phrase(
        "has a steady-state cell voltage of {} mV", "{} mV",
        "The steady-state cell voltage is {} mV for all.", factor=1 / MILLIVOLT,
    ),
    "cell_voltage_V": Phrase(
        "has a final cell voltage of {} mV", "{} mV",
        "The final cell voltage is {} mV for all.", factor=1 / MILLIVOLT,
    ),
    "cell_voltage_drift_percent": Phrase(
        "has a voltage drift of {} % from steady state to the end", "{} %",
        "The voltage drift from steady state to the end is {} % for all.",
    ),
    "measured_cell_voltage_V": Phrase(
        "has a measured cell voltage of {} mV", "{} mV",
        "The measured cell voltage is {} mV for all.", factor=1 / MILLIVOLT,
    ),
    "measured_difference_percent": Phrase(
        "has a steady-state voltage {} % above the measured one", "{} %",
        "The steady-state voltage is {} % above the measured one for all.",
    ),
    "current_p99_over_mean_first": Phrase(
        "has an initial current density with P99/mean = {}", "{}",
        "P99/mean of the initial current density is {} for all.",
    ),
    "current_p99_over_mean_last": Phrase(
        "has a final current density with P99/mean = {}", "{}",
        "P99/mean of the final current density is {} for all.",
    ),
    "height_mean_um": Phrase(
        "has a mean height of {} µm", "{} µm", "The mean height is {} µm for all."
    ),
    "height_max_um": Phrase(
        "has a maximum height of {} µm", "{} µm", "The maximum height is {} µm for all."
    ),
    "height_min_um": Phrase(
        "has a minimum height of only {} µm", "{} µm", "The minimum height is {} µm for all.", True
    ),
    "roughness_rms_um": Phrase(
        "has a roughness of {} µm (rms)", "{} µm", "The roughness of each is {} µm (rms)."
    ),
    "peak_to_valley_um": Phrase(
        "has a peak-to-valley height of {} µm", "{} µm",
        "The peak-to-valley height is {} µm for all.",
    ),
    "roughness_factor": Phrase(
        "has a roughness factor of {}", "{}", "The roughness factor is {} for all."
    ),
    "void_area_um2": Phrase("encloses {} µm² of electrolyte", "{} µm²", "{} µm² enclosed in each."),
    "void_volume_um3": Phrase(
        "encloses {} µm³ of electrolyte", "{} µm³", "{} µm³ enclosed in each."
    ),
    "c_min_mol_m3": Phrase(
        "has a minimum concentration of only {} mol/m³", "{} mol/m³",
        "The minimum concentration is {} mol/m³ for all.", True,
    ),
    "faraday_error": Phrase(
        "has a charge-balance error of {}", "{}", "The charge-balance error is {} for all."
    ),
    "salt_error": Phrase(
        "has a salt-balance error of {}", "{}", "The salt-balance error is {} for all."
    ),
    "salt_correction": Phrase(
        "has a salt correction of up to {} in one step", "{}",
        "The salt correction is up to {} in one step of each.",
    ),
    "pocket_salt_correction": Phrase(
        "has a salt correction of up to {} in one electrolyte pocket in one step", "{}",
        "The salt correction of one electrolyte pocket is up to {} in one step of each.",
    ),
    "volume_correction": Phrase(
        "has a correction of the interface advance of up to {} in one step", "{}",
        "The correction of the interface advance is up to {} in one step of each.",
    ),
    "film_error": Phrase(
        "has a film-balance error of {}", "{}", "The film-balance error is {} for all."
    ),
    "dead_lithium_error": Phrase(
        "has a volume error of a floating body of {}", "{}",
        "The volume error of floating bodies is up to {} in each.",
    ),
    "dead_lithium_net_current": Phrase(
        "has a net current into a floating body of {} of the current through it", "{}",
        "The net current into floating bodies is up to {} of the current through them in each.",
    ),
    "steps": Phrase("took {} steps", "{}", "{} steps each."),
    "wall_s": Phrase("took {} s", "{} s", "{} s each."),
}  # fmt: skip

SHORT = (
    "current_p99_over_mean_first",
    "current_p99_over_mean_last",
    "height_max_um",
    "height_min_um",
    BY_FILM,
    "roughness_rms_um",
    "cell_voltage_V",
    "faraday_error",
)
"""Keys of the sentences at the head of the page."""


def number(value: float) -> str:
    """Number with three significant digits: 0.0762, 15.9, 6.0 × 10⁻⁸; an integer in full."""
    if value == int(value) and abs(value) < 1e5:
        return str(int(value)).replace("-", "−")
    if 1e-3 <= abs(value) < 1e5:
        digits = f"{value:#.3g}" if abs(value) < 100 else f"{value:.0f}"
        return digits.rstrip(".").replace("-", "−")
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(_SUPERSCRIPT)}".replace("-", "−")


def sentence(key: str, named: Named) -> str:
    """Sentence on the differences in one number; empty if there is no template or no value."""
    if key == BY_FILM:
        return _by_film(named)
    phrase = PHRASES.get(key)
    values = {name: s[key] for name, s in named if s.get(key) is not None}
    if phrase is None or not values:
        return ""
    return _extremes(phrase, {name: phrase.factor * value for name, value in values.items()})


def endings(named: Named) -> list[str]:
    """Sentences on the results that stopped before the end of their protocol."""
    return [
        f"{name} stopped early: {summary.get('stopped_because') or 'reason unknown'}."
        for name, summary in named
        if not summary.get("completed", True)
    ]


def _extremes(phrase: Phrase, values: Mapping[str, float]) -> str:
    low, high = min(values.values()), max(values.values())
    if len(values) > 1 and _same(low, high):
        return phrase.same.format(number(high))
    first, other = (low, high) if phrase.lowest_first else (high, low)
    stated = f"{_names_with(values, first)} {phrase.first.format(number(first))}"
    if len(values) == 1:
        return f"{stated}."
    return f"{stated}; {_names_with(values, other)} {phrase.other.format(number(other))}."


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def _names_with(values: Mapping[str, float], value: float) -> str:
    """Names of the results with this value: "be", or "be (be-dead-li too)"."""
    first, *more = [name for name, own in values.items() if _same(own, value)]
    return f"{first} ({', '.join(more)} too)" if more else first


def _by_film(named: Named) -> str:
    """Sentence on the films of each result with the largest and the smallest mean height."""
    parts = []
    for name, summary in named:
        heights = {film: h for film, h in (summary.get(BY_FILM) or {}).items() if h is not None}
        if len(heights) > 1:
            low, high = sorted(heights, key=heights.__getitem__)[:: len(heights) - 1]
            most, least = (
                f"{number(heights[film])} µm above {film.replace('_', ' ')}" for film in (high, low)
            )
            parts.append(f"{name} has a mean height of {most} and {least}")
    return f"{'; '.join(parts)}." if parts else ""
