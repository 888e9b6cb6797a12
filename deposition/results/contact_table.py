"""``contacts.csv``: one row per contact of metal bodies, and per enclosed pocket."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from math import isnan, nan
from pathlib import Path
from typing import Any

from deposition.common.errors import ResultsError


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
        values = (getattr(self, field.name) for field in fields(self))
        cells = (f"{v:.10g}" if isinstance(v, float) else str(v) for v in values)
        return ",".join("" if cell == "nan" else cell for cell in cells) + "\n"


HEADER = ",".join(field.name for field in fields(ContactRow)) + "\n"


def read_contacts(path: Path) -> list[ContactRow]:
    """Read the contacts of a run; none without a file.

    Raises ResultsError if the file cannot be read.
    """
    if not path.exists():
        return []
    try:
        with open(path, encoding="utf-8", newline="") as file:
            _, *lines = csv.reader(file)
        return [
            ContactRow(
                int(step), float(time), float(charge), kind, body,
                *(float(x) if x else nan for x in place),
            )
            for step, time, charge, kind, body, *place in lines
        ]  # fmt: skip
    except (OSError, ValueError, TypeError) as problem:
        raise ResultsError(
            f"cannot read {path} as a table of contacts: {problem}. "
            "Restore the file, or run the scenario again with --overwrite. [E469]"
        ) from problem
