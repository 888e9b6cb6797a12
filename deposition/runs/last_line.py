"""The last line of a run on the console."""

from __future__ import annotations

from collections.abc import Sequence

from deposition.common.constants import MAH_PER_CM2
from deposition.common.formula import FOLLOWED
from deposition.protocol import ProtocolPlan
from deposition.results.element_table import ElementRow, largest_errors
from deposition.results.inventory_table import InventoryRow
from deposition.results.protocol_step_table import Row
from deposition.runs.summary import EVENTS, Ending
from deposition.simulation.state import State

SAME = 1e-6
"""Relative difference below which net charge and charge throughput are stated as one number."""
MOST = 5
"""Most protocol steps that are listed."""

PARTS_OF_ELEMENTS = {
    "dissolved": "dissolved",
    "film": "film",
    "stored": "ion exchanger",
    "products": "products that are not followed",
    "received": "received from the reservoir",
}
"""Parts of the balance of an element, in words."""

LEAST_SHARE = 1e-12
"""Share of an amount that is only rounding."""

NOTHING = 1e-9
"""Charge in mAh/cm² that is only rounding."""


def last_line(
    last: State, ending: Ending, plan: ProtocolPlan, protocol_steps: Sequence[Row]
) -> str:
    """The end of a run, its charge and its balances, in one line.

    protocol_steps  those that have ended; the ones that an event ended are listed
    """
    word = "done" if ending.completed else "stopped"
    cut = _cut_short(last, plan, protocol_steps) if ending.completed else ""
    return (
        f"{word}: {charge_in_words(last)} in {last.step} steps and {ending.wall_s:.0f} s{cut}, "
        f"charge-balance error {last.balance.faraday_error:.1e}, "
        f"salt-balance error {last.balance.salt_error:.1e}"
    )


def charge_in_words(state: State) -> str:
    """``0.1 mAh/cm²``; net charge and throughput where they differ, as after stripping."""
    net = state.rounded_areal_charge / MAH_PER_CM2
    passed = state.progress.charge_throughput / MAH_PER_CM2
    if abs(passed - net) <= max(SAME * passed, NOTHING):
        return f"{net:.4g} mAh/cm²"
    return f"net {net:.4g} mAh/cm², throughput {passed:.4g} mAh/cm²"


def _cut_short(last: State, plan: ProtocolPlan, protocol_steps: Sequence[Row]) -> str:
    """The protocol steps that an event ended, and the events."""
    early = [row for row in protocol_steps if row.ended_by in EVENTS]
    if not early:
        return ""
    why = ", ".join(dict.fromkeys(row.ended_by.replace("_", " ") for row in early))
    count, reached = len(plan.protocol_steps), last.progress.protocol_step + 1
    if reached < count:
        return f", ended by its protocol in protocol step {reached} of {count} ({why})"
    if count == 1:
        return f", ended early ({why})"
    numbers = ", ".join(str(row.protocol_step) for row in early[:MOST])
    more = f" and {len(early) - MOST} more" if len(early) > MOST else ""
    return f", protocol step {numbers}{more} of {count} ended early ({why})"


def element_lines(rows: Sequence[ElementRow]) -> list[str]:
    """Balances of iodine and nitrogen, a line for each; none without such species."""
    if not rows:
        return []
    first, last, errors = rows[0].contents, rows[-1].contents, largest_errors(rows)
    lines = []
    for symbol, content in last.items():
        before, gains = first[symbol], []
        for part, words in PARTS_OF_ELEMENTS.items():
            gained = getattr(content, part) - getattr(before, part)
            if abs(gained) < LEAST_SHARE * (before.held + abs(content.received)):
                gained = 0.0
            if gained or part == "dissolved":
                gains.append(f"{words} {1e3 * gained:.4g}")
        error = f"error {errors[symbol]:.1e}"
        lines.append(f"{FOLLOWED[symbol]} gained, mmol/m²: {', '.join(gains)}; {error}")
    return lines


def inventory_line(rows: Sequence[InventoryRow]) -> str:
    """Balance of the lithium that passed, in one line; empty without an inventory."""
    if not rows:
        return ""
    first, last = rows[0].inventory, rows[-1].inventory

    def gained(part: str) -> str:
        change = getattr(last, part) - getattr(first, part)
        return f"{0.0 if abs(change) < NOTHING else change:.4g}"

    parts = (
        f"metal {gained('metal')}, dead metal {gained('dead_metal')}, SEI {gained('total_sei')}, "
        f"electrolyte {gained('electrolyte')}"
    )
    further = {
        "products": "products that are not followed",
        "counter_gained": "counter without current",
    }
    parts += "".join(f", {words} {gained(k)}" for k, words in further.items() if gained(k) != "0")
    came = {"received": "received from the reservoir", "film_laid": "film laid without charge"}
    source = "".join(f", {words} {gained(k)}" for k, words in came.items() if gained(k) != "0")
    return (
        f"lithium gained, mAh/cm²: {parts}, of {gained('passed')} passed{source}; "
        f"error {rows[-1].lithium_error:.1e}"
    )
