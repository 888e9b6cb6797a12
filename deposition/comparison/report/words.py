"""Differences between results as sentences, made from the numbers alone.

A sentence names the result with the greatest value and the one with the least:
"be has a roughness of 5.72 µm (rms); c-i-be-ln 0.0762 µm."
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deposition.common.constants import MILLIVOLT
from deposition.results.summary_table import BY_FILM

SAME = 1e-4
"""Values that differ by less than this fraction are said to be the same."""
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Named = Sequence[tuple[str, Mapping[str, Any]]]
"""Name and summary of each result."""


@dataclass(frozen=True)
class Phrase:
    """How the values of one number are said.

    first         of the result that comes first, with {} for its value
    other         of the other
    same          of all, where they are the same
    lowest_first  whether the result with the least value comes first
    factor        from the unit of the summary to that of the words
    """

    first: str
    other: str
    same: str
    lowest_first: bool = False
    factor: float = 1.0


PHRASES = {
    "capacity_mAh_cm2": Phrase("plated {} mAh/cm²", "{} mAh/cm²", "{} mAh/cm² plated in each."),
    "wagner": Phrase(
        "has the Wagner number {} (the greater, the more its film decides)", "{}",
        "Wagner number {} for all.",
    ),
    "polarization_length_um": Phrase("has κR = {} µm", "{} µm", "κR is {} µm for all."),
    "steady_conductivity_S_m": Phrase(
        "conducts {} S/m once the salt has spread",
        "{} S/m",
        "All conduct {} S/m once the salt has spread.",
    ),
    "cell_voltage_first_V": Phrase(
        "begins at {} mV", "at {} mV", "All begin at {} mV.", factor=1 / MILLIVOLT
    ),
    "cell_voltage_steady_V": Phrase(
        "settles at {} mV", "at {} mV", "All settle at {} mV.", factor=1 / MILLIVOLT
    ),
    "cell_voltage_V": Phrase(
        "ends at {} mV", "at {} mV", "All end at {} mV.", factor=1 / MILLIVOLT
    ),
    "cell_voltage_drift_percent": Phrase(
        "changes its voltage by {} % from there", "by {} %", "All change it by {} % from there."
    ),
    "measured_cell_voltage_V": Phrase(
        "was measured at {} mV", "at {} mV", "All were measured at {} mV.", factor=1 / MILLIVOLT
    ),
    "measured_difference_percent": Phrase(
        "settles {} % over the measured voltage", "{} %", "All settle {} % over the measured one."
    ),
    "current_p99_over_mean_first": Phrase(
        "concentrates {} times the mean current, or more, on 1 % of its surface at the start",
        "{} times",
        "1 % of each surface carries {} times the mean current, or more, at the start.",
    ),
    "current_p99_over_mean_last": Phrase(
        "concentrates {} times the mean current, or more, on 1 % of its surface at the end",
        "{} times",
        "1 % of each surface carries {} times the mean current, or more, at the end.",
    ),
    "height_mean_um": Phrase(
        "has {} µm of lithium on average", "{} µm",
        "{} µm of lithium on average in each: the same charge makes the same volume.",
    ),
    "height_max_um": Phrase("grows up to {} µm", "up to {} µm", "All grow up to {} µm."),
    "height_min_um": Phrase(
        "has only {} µm at its lowest place", "{} µm", "All have {} µm at the lowest place.", True
    ),
    "roughness_rms_um": Phrase(
        "has a roughness of {} µm (rms)", "{} µm", "The roughness of each is {} µm (rms)."
    ),
    "peak_to_valley_um": Phrase(
        "ends with {} µm from its lowest to its highest point", "{} µm",
        "All end with {} µm from the lowest to the highest point.",
    ),
    "roughness_factor": Phrase(
        "ends with {} times its projected area as surface", "{} times",
        "All end with {} times their projected area as surface.",
    ),
    "void_area_um2": Phrase("encloses {} µm² of electrolyte", "{} µm²", "{} µm² enclosed in each."),
    "void_volume_um3": Phrase(
        "encloses {} µm³ of electrolyte", "{} µm³", "{} µm³ enclosed in each."
    ),
    "c_min_mol_m3": Phrase(
        "falls to {} mol/m³ where it is lowest", "to {} mol/m³", "All fall to {} mol/m³.", True
    ),
    "faraday_error": Phrase(
        "misses {} of the volume that its charge makes", "{}",
        "Each misses {} of the volume that its charge makes.",
    ),
    "salt_error": Phrase("gains or loses {} of its salt", "{}", "Each gains or loses {} of it."),
    "salt_correction": Phrase(
        "restored up to {} of its salt in one step", "{}", "Up to {} restored in one step of each."
    ),
    "pocket_salt_correction": Phrase(
        "restored up to {} of the salt of one pool in one step", "{}",
        "Up to {} of one pool restored in one step of each.",
    ),
    "volume_correction": Phrase(
        "scaled the advance of a step by up to {}", "{}",
        "The advance of a step is scaled by up to {} in each.",
    ),
    "film_error": Phrase(
        "misses {} of the area or volume of its films", "{}",
        "Each misses {} of the area or volume of its films.",
    ),
    "dead_lithium_error": Phrase(
        "changes a floating body by {} of its volume", "{}",
        "Floating bodies change by up to {} of their volume in each.",
    ),
    "dead_lithium_net_current": Phrase(
        "leaves a floating body {} of the current that passes through it", "{}",
        "Floating bodies keep up to {} of the current that passes through them in each.",
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
"""What is said at the head of the page."""


def number(value: float) -> str:
    """Three significant digits, as one writes them: 0.0762, 15.9, 6.0 × 10⁻⁸; a count in full."""
    if value == int(value) and abs(value) < 1e5:
        return str(int(value)).replace("-", "−")
    if 1e-3 <= abs(value) < 1e5:
        digits = f"{value:#.3g}" if abs(value) < 100 else f"{value:.0f}"
        return digits.rstrip(".").replace("-", "−")
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(_SUPERSCRIPT)}".replace("-", "−")


def sentence(key: str, named: Named) -> str:
    """How the results differ in one number of the summary; empty where nothing can be said."""
    if key == BY_FILM:
        return _by_film(named)
    phrase = PHRASES.get(key)
    values = {name: s[key] for name, s in named if s.get(key) is not None}
    if phrase is None or not values:
        return ""
    return _said(phrase, {name: phrase.factor * value for name, value in values.items()})


def endings(named: Named) -> list[str]:
    """Which results ended before their whole charge was passed, and why."""
    return [
        f"{name} ended before its whole charge: {summary.get('stopped_because') or 'unknown why'}."
        for name, summary in named
        if not summary.get("completed", True)
    ]


def _said(phrase: Phrase, values: Mapping[str, float]) -> str:
    low, high = min(values.values()), max(values.values())
    if len(values) > 1 and _same(low, high):
        return phrase.same.format(number(high))
    first, other = (low, high) if phrase.lowest_first else (high, low)
    stated = f"{_who(values, first)} {phrase.first.format(number(first))}"
    if len(values) == 1:
        return f"{stated}."
    return f"{stated}; {_who(values, other)} {phrase.other.format(number(other))}."


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(abs(one), abs(other))


def _who(values: Mapping[str, float], value: float) -> str:
    """Who has this value: "be", or "be (be-dead-li too)"."""
    first, *more = [name for name, own in values.items() if _same(own, value)]
    return f"{first} ({', '.join(more)} too)" if more else first


def _by_film(named: Named) -> str:
    """Mean heights above the films of each result where they grow most and least."""
    parts = []
    for name, summary in named:
        heights = {film: h for film, h in (summary.get(BY_FILM) or {}).items() if h is not None}
        if len(heights) > 1:
            low, high = sorted(heights, key=heights.__getitem__)[:: len(heights) - 1]
            most, least = (
                f"{number(heights[film])} µm above {film.replace('_', ' ')}" for film in (high, low)
            )
            parts.append(f"{name} grows {most} and {least}")
    return f"{'; '.join(parts)}." if parts else ""
