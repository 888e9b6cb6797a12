"""Heights of a recorded deposit along the footprint."""

from __future__ import annotations

from deposition.analysis.morphology import envelope
from deposition.mesh.cell import Floats
from deposition.mesh.footprint import SAMPLES, Footprint
from deposition.results.snapshot import Snapshot


def height_profile(initial: Snapshot, later: Snapshot) -> tuple[Floats, Floats]:
    """Heights of a recorded deposit above its recorded beginning.

    Returns the samples (size, d - 1) and the heights (size,), both in µm; NaN without metal.
    """
    low, high = initial.bounds[:, :-1]
    footprint = Footprint(low, high, (SAMPLES[initial.dim],) * (initial.dim - 1))
    before, after = (envelope(s.bodies.as_cell(), footprint) for s in (initial, later))
    return footprint.samples, after - before
