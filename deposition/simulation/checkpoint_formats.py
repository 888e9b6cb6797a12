"""Earlier formats of checkpoints, as the present one.

Format 4 (version 0.1) differs from format 5 in the names of its entries alone.  Format 5 has one
thickness of the film on each facet where format 6 has the volume of each component.  Format 7 adds
the markers that carry film; a run of an earlier format continues with markers on the film of its
facets.  Format 8 adds the porosity of the region ``separator``, which earlier cells do not have.
Format 9 adds the relaxed area of the markers' film, which earlier versions did not strain.  Format
10 adds the film of a counter electrode on which it grows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deposition.interface.film_markers import FilmMarkers

FORMAT = 10
"""Raised with every change of the content of a checkpoint."""

READABLE = (4, 5, 6, 7, 8, 9, FORMAT)

FORMAT_4_PREFIXES = {
    "moment.front.ledger.owed": "run_state.interface_state.balances.volume_deficit",
    "moment.front.ledger.lost": "run_state.interface_state.balances.unassigned_deficit",
    "moment.front.ledger.pool_correction": "run_state.interface_state.balances.pocket_correction",
    "moment.front.ledger.": "run_state.interface_state.balances.",
    "moment.front.": "run_state.interface_state.",
    "moment.progress.stage": "run_state.progress.protocol_step",
    "moment.progress.passed": "run_state.progress.charge_throughput",
    "moment.density": "run_state.applied_current_density",
    "moment.charge": "run_state.net_areal_charge",
    "moment.": "run_state.",
    "frame": "is_snapshot",
}
"""Old beginning of a name and the new one; the first that fits counts."""

FILMS = ("start.film.", "run_state.interface_state.film.")
MARKERS = "run_state.interface_state.markers."

FORMAT_4_VALUES = {"run_state.progress.ended": {"lithium_used_up": "lithium_exhausted"}}


def in_present_format(entries: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Entries of a checkpoint by dotted name, read from format ``number``, with present names."""
    found = dict(entries)
    if number < 5:
        found = {_renamed(name): value for name, value in entries.items()}
        for name, values in FORMAT_4_VALUES.items():
            if name in found:
                found[name] = values.get(found[name], found[name])
    for film in FILMS if number < 6 else ():
        if film + "thickness" in found:
            thickness = found.pop(film + "thickness")
            found[film + "volumes"] = found[film + "fractions"] * thickness[:, None]
    if number < 7 and FILMS[1] + "fractions" in found:
        found |= {MARKERS + name: value for name, value in vars(FilmMarkers.none()).items()}
    if number < 9 and MARKERS + "area" in found:
        found[MARKERS + "relaxed"] = found[MARKERS + "area"].sum(axis=1)
    return found


def _renamed(name: str) -> str:
    for old, new in FORMAT_4_PREFIXES.items():
        if name == old or (old.endswith(".") and name.startswith(old)):
            return new + name[len(old) :]
    return name
