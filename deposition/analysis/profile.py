"""Height profile of a recorded deposit."""

from __future__ import annotations

from deposition.analysis.morphology import envelope
from deposition.mesh.cell import Floats
from deposition.mesh.footprint import SAMPLES, Footprint
from deposition.results.snapshot import Snapshot


def height_profile(initial: Snapshot, later: Snapshot) -> tuple[Floats, Floats]:
    """Heights of the deposit of a snapshot above the envelope of the initial snapshot.

    Returns the samples (size, d - 1) and the heights (size,), in µm; NaN without metal.
    """
    low, high = initial.bounds[:, :-1]
    footprint = Footprint(low, high, (SAMPLES[initial.dim],) * (initial.dim - 1))
    before, after = (envelope(s.bodies.as_cell(), footprint) for s in (initial, later))
    return footprint.samples, after - before
