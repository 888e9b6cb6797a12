"""``inventory.csv``: where the lithium is after each step; ``cycles.csv``: what a cycle loses."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from deposition.results.csv_rows import by_name, read_rows
from deposition.results.protocol_step_table import ROUNDING

UNIT = "_mAh_cm2"
SEI = "sei_of_"
LATER = ("counter_sei", "counter_side", "products", "counter_gained")
"""Columns that files of version 0.2 lack."""
LEAST_THROUGHPUT = 1e-3
"""Charge (mAh/cm²) to which the error is relative where less has passed."""


@dataclass(frozen=True)
class Inventory:
    """Lithium per projected area as charge F n/A, mAh/cm²; ``deposition.analysis.inventory``
    defines each.

    Without a fault,

        metal + dead_metal + Σ sei + sei_buried + counter_sei + electrolyte + products
            + counter_gained - passed - counter_side - received - film_laid

    is constant.
    """

    metal: float
    dead_metal: float
    sei: Mapping[str, float]
    sei_buried: float
    electrolyte: float
    passed: float
    received: float
    film_laid: float
    counter_sei: float = 0.0
    counter_side: float = 0.0
    products: float = 0.0
    counter_gained: float = 0.0

    @property
    def total_sei(self) -> float:
        """Li⁺ in all SEI on the working electrode and on dead lithium, buried too."""
        return sum(self.sei.values()) + self.sei_buried

    @property
    def content(self) -> float:
        """All lithium in the cell, less what came into it; constant without a fault."""
        stored = self.metal + self.dead_metal + self.total_sei + self.electrolyte
        stored += self.counter_sei + self.products + self.counter_gained
        return stored - (self.passed + self.counter_side + self.received + self.film_laid)

    def error(self, initial: Inventory, throughput: float) -> float:
        """|content - initial content| over all charge that has passed and all lithium that has
        reacted (mAh/cm²)."""
        return abs(self.content - initial.content) / max(throughput, LEAST_THROUGHPUT)


@dataclass(frozen=True)
class InventoryRow:
    """The inventory after a step.

    step, time_s   as in ``history.csv``; cycle from 1
    lithium_error  see ``Inventory.error``
    solvent_uL_cm2  solvent that the SEI has consumed since the start, µL/cm²; NaN where reactions
                    form or dissolve film
    fragments_mAh_cm2  lithium so far in loose pieces below mesh resolution, which do not become
                    dead lithium
    """

    step: int
    cycle: int
    time_s: float
    inventory: Inventory
    lithium_error: float
    solvent_uL_cm2: float = math.nan
    fragments_mAh_cm2: float = 0.0

    @property
    def cells(self) -> dict[str, float]:
        """The row by column name."""
        found = self.inventory
        amounts = {f.name: getattr(found, f.name) for f in fields(found) if f.name != "sei"}
        return {
            "step": self.step,
            "cycle": self.cycle,
            "time_s": self.time_s,
            **{name + UNIT: value for name, value in amounts.items()},
            **{SEI + name + UNIT: value for name, value in found.sei.items()},
            "lithium_error": self.lithium_error,
            "solvent_uL_cm2": self.solvent_uL_cm2,
            "fragments_mAh_cm2": self.fragments_mAh_cm2,
        }

    @classmethod
    def of(cls, cells: Mapping[str, float]) -> InventoryRow:
        """The row of a line of the file."""
        sei = {
            name[len(SEI) : -len(UNIT)]: value
            for name, value in cells.items()
            if name.startswith(SEI)
        }
        # Earlier versions had no SEI that grows on the counter electrode.
        names = [f.name for f in fields(Inventory) if f.name != "sei"]
        amounts = {n: cells.get(n + UNIT, 0.0) if n in LATER else cells[n + UNIT] for n in names}
        return cls(
            int(cells["step"]),
            int(cells["cycle"]),
            cells["time_s"],
            Inventory(sei=sei, **amounts),
            cells["lithium_error"],
            cells.get("solvent_uL_cm2", math.nan),
            cells.get("fragments_mAh_cm2", 0.0),
        )


def read_inventory(path: Path) -> list[InventoryRow]:
    """Read ``inventory.csv``; no rows without a file.

    Raises ResultsError if the file cannot be read.
    """
    return read_rows(path, "lithium", lambda names, cells: InventoryRow.of(by_name(names, cells)))


@dataclass(frozen=True)
class CycleRow:
    """Charges of a cycle, mAh/cm²; the fields are columns of ``cycles.csv``.

        plated - stripped = li_ion_loss + li_metal_loss + left + in_electrolyte

    coulombic_efficiency  stripped/plated
    li_ion_loss      Li⁺ that the SEI has gained, without film laid free of charge
    li_metal_loss    Li⁰ that has lost its connection, less what was connected again
    left             connected lithium that was not stripped
    in_electrolyte   gain of the electrolyte and of products that are not followed, and of the
                     counter electrode without a current, less what came from a reservoir
    counter_li_ion_loss  Li⁺ that the SEI on the counter electrode has gained, which its metal gave
    solvent_uL_cm2   solvent that the SEI has consumed, µL/cm²; NaN where that is not known
    fragments        lithium in loose pieces below mesh resolution, which were returned to the
                     deposit: what li_metal_loss may lack
    """

    cycle: int
    plated_mAh_cm2: float
    stripped_mAh_cm2: float
    coulombic_efficiency: float
    li_ion_loss_mAh_cm2: float
    li_metal_loss_mAh_cm2: float
    left_mAh_cm2: float
    in_electrolyte_mAh_cm2: float
    counter_li_ion_loss_mAh_cm2: float = 0.0
    solvent_uL_cm2: float = math.nan
    fragments_mAh_cm2: float = 0.0

    @property
    def line(self) -> str:
        """The row as a line of the file."""
        values = (getattr(self, f.name) for f in fields(self))
        return ",".join(f"{v:.10g}" for v in values) + "\n"

    def as_entry(self) -> dict[str, Any]:
        """The row as an entry of ``cycles`` in ``summary.json``."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: None if math.isnan(value) else value for name, value in values.items()}


CYCLES_HEADER = ",".join(f.name for f in fields(CycleRow)) + "\n"


def cycles_of(rows: Sequence[InventoryRow]) -> list[CycleRow]:
    """The cycles of a run that plate and strip, the last one perhaps unfinished."""
    found = []
    for cycle in dict.fromkeys(row.cycle for row in rows):
        own = [k for k, row in enumerate(rows) if row.cycle == cycle]
        course = rows[max(own[0] - 1, 0) : own[-1] + 1]
        passed = [row.inventory.passed for row in course]
        changes = [after - before for before, after in itertools.pairwise(passed)]
        plated = sum(change for change in changes if change > 0.0)
        stripped = -sum(change for change in changes if change < 0.0)
        if min(plated, stripped) <= ROUNDING:
            continue
        before, after = course[0].inventory, course[-1].inventory
        laid = after.film_laid - before.film_laid
        received = after.received - before.received
        others = [row.electrolyte + row.products + row.counter_gained for row in (before, after)]
        found.append(
            CycleRow(
                cycle,
                plated,
                stripped,
                stripped / plated,
                after.total_sei - before.total_sei - laid,
                after.dead_metal - before.dead_metal,
                after.metal - before.metal,
                others[1] - others[0] - received,
                after.counter_sei - before.counter_sei,
                course[-1].solvent_uL_cm2 - course[0].solvent_uL_cm2,
                course[-1].fragments_mAh_cm2 - course[0].fragments_mAh_cm2,
            )
        )
    return found
