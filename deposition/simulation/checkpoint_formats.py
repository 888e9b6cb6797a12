"""Earlier formats of checkpoints, as the present one.

Format 4 (version 0.1) differs from format 5 in the names of its entries alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FORMAT = 5
"""Raised with every change of the content of a checkpoint."""

READABLE = (4, FORMAT)

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

FORMAT_4_VALUES = {"run_state.progress.ended": {"lithium_used_up": "lithium_exhausted"}}


def in_present_format(entries: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Entries of a checkpoint by dotted name, read from format ``number``, with present names."""
    if number == FORMAT:
        return dict(entries)
    renamed = {_renamed(name): value for name, value in entries.items()}
    for name, values in FORMAT_4_VALUES.items():
        if name in renamed:
            renamed[name] = values.get(renamed[name], renamed[name])
    return renamed


def _renamed(name: str) -> str:
    for old, new in FORMAT_4_PREFIXES.items():
        if name == old or (old.endswith(".") and name.startswith(old)):
            return new + name[len(old) :]
    return name
