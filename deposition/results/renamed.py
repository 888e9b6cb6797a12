"""Names in results folders of version 0.1 and their present names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STEP_TABLE = "stages.csv"
"""``protocol_steps.csv`` of version 0.1."""

HISTORY = {
    "stage": "protocol_step",
    "max_over_mean_current": "current_p99_over_mean",
    "relief_um": "peak_to_valley_um",
    "surface_length_ratio": "roughness_factor",
    "salt_correction_of_a_pool": "pocket_salt_correction",
}
"""Columns of ``history.csv``."""

SUMMARY = {
    "stages": "protocol_steps",
    "kappa_R_um": "polarization_length_um",
    "kappa_steady_S_m": "steady_conductivity_S_m",
    "max_over_mean_current_first": "current_p99_over_mean_first",
    "max_over_mean_current_last": "current_p99_over_mean_last",
    **HISTORY,
}
"""Keys of ``summary.json`` and of its events."""

REASONS = {"lithium_used_up": "lithium_exhausted"}
"""Values of ``ended_by`` and of the events."""


def with_new_keys(summary: Mapping[str, Any]) -> dict[str, Any]:
    """A summary of version 0.1 with the present names; others are returned as they are."""
    content = {SUMMARY.get(key, key): value for key, value in summary.items()}
    for event in content.get("events") or ():
        if "stage" in event:
            event["protocol_step"] = event.pop("stage")
            event["event"] = REASONS.get(event["event"], event["event"])
    if content.get("ended_by") in REASONS:
        content["ended_by"] = REASONS[content["ended_by"]]
    return content
