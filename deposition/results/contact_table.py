"""``contacts.csv``: one row per contact of metal bodies, and per enclosed pocket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import isnan
from pathlib import Path
from typing import Any

from deposition.results.csv_rows import line_of, number_in, read_rows


@dataclass(frozen=True)
class ContactRow:
    """A contact; the fields are the columns of the file, in this order.

    step, time_s, capacity_mAh_cm2  of the state after it, as in ``history.csv``
    contact         its kind, see ``deposition.analysis.contacts``
    body            name of the dead lithium, or "electrolyte"
    x_um, y_um, z_um  its place; z NaN in 2D
    """

    step: int
    time_s: float
    capacity_mAh_cm2: float
    contact: str
    body: str
    x_um: float
    y_um: float
    z_um: float

    @property
    def place(self) -> list[float]:
        """(d,) µm."""
        return [x for x in (self.x_um, self.y_um, self.z_um) if not isnan(x)]

    @property
    def words(self) -> str:
        """The contact in one line."""
        where = ", ".join(f"{x:.3g}" for x in self.place)
        what = {
            "contact": f"the deposit has reached {self.body}",
            "parted": f"the deposit has lost its contact with {self.body}",
            "joined": f"{self.body} is part of the deposit",
            "pinched_off": f"{self.body} has lost its connection to the deposit",
            "enclosed": "electrolyte is enclosed",
        }[self.contact]
        return f"{what} at ({where}) µm, {self.time_s:.6g} s, {self.capacity_mAh_cm2:.4g} mAh/cm²"

    def as_entry(self) -> dict[str, Any]:
        """The row as an entry of ``contacts`` in ``summary.json``."""
        return {
            "contact": self.contact,
            "body": self.body,
            "time_s": self.time_s,
            "capacity_mAh_cm2": self.capacity_mAh_cm2,
            "place_um": self.place,
        }

    @property
    def line(self) -> str:
        """The row as a line of the file."""
        return line_of(self)


HEADER = ",".join(field.name for field in fields(ContactRow)) + "\n"


def read_contacts(path: Path) -> list[ContactRow]:
    """Read the contacts of a run; none without a file.

    Raises ResultsError if the file cannot be read.
    """

    def row(_: Sequence[str], cells: Sequence[str]) -> ContactRow:
        step, time, charge, kind, body, *place = cells
        return ContactRow(
            int(step), float(time), float(charge), kind, body, *(number_in(x) for x in place)
        )

    return read_rows(path, "contacts", row)
