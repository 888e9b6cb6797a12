"""Wall time of the parts of a time step."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Wall time (s) that each part has taken since the process began."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def measure(self, part: str) -> Iterator[None]:
        """Context whose time counts as that of the part; parts do not nest."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[part] += time.perf_counter() - started

    def __getitem__(self, part: str) -> float:
        return self._seconds[part]


STOPWATCH = Stopwatch()
SOLVE, MMG = "solve", "mmg"
"""Parts: the nonlinear systems with their assembly, and remeshing by Mmg."""
