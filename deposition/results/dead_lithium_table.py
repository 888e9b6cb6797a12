"""``dead_lithium.csv``: one row per body of dead lithium, from its birth to its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from math import isnan
from pathlib import Path
from typing import Any

from deposition.results.csv_rows import line_of, number_in, read_rows


@dataclass(frozen=True)
class DeadBody:
    """A body of dead lithium; the fields are the columns of the file, in this order.

    body              number from 1, in the order of appearance
    region            name of its region
    origin            "initial", "pinched_off" from the deposit, or "split" off another body
    born_step, born_time_s  of the first state with it, as in ``history.csv``
    ended             "joined" the deposit, "merged" with another body, "dissolved"; empty while it
                      is there
    ended_step, ended_time_s  of the first state without it; -1 and NaN while it is there
    charge_mAh_cm2    its lithium per projected area, as charge, at the last state with it
    volume_um         area (2D, µm²) or volume (3D, µm³), likewise
    film_ohm_cm2      mean film resistance on its surface, likewise; NaN without surface
    x_um, y_um, z_um  its centroid, likewise; z NaN in 2D
    """

    body: int
    region: str
    origin: str
    born_step: int
    born_time_s: float
    ended: str
    ended_step: int
    ended_time_s: float
    charge_mAh_cm2: float
    volume_um: float
    film_ohm_cm2: float
    x_um: float
    y_um: float
    z_um: float

    @property
    def place(self) -> list[float]:
        """(d,) µm."""
        return [x for x in (self.x_um, self.y_um, self.z_um) if not isnan(x)]

    @property
    def line(self) -> str:
        """The row as a line of the file."""
        return line_of(self)


HEADER = ",".join(f.name for f in fields(DeadBody)) + "\n"
_KINDS: Mapping[str, Callable[[str], Any]] = {
    "int": int,
    "float": number_in,
    "str": str,
}


def read_dead_lithium(path: Path) -> list[DeadBody]:
    """Read the bodies of a run; none without a file.

    Raises ResultsError if the file cannot be read.
    """
    kinds = [_KINDS[str(f.type)] for f in fields(DeadBody)]
    return read_rows(
        path,
        "dead lithium",
        lambda _, cells: DeadBody(*(kind(x) for kind, x in zip(kinds, cells, strict=True))),
    )
