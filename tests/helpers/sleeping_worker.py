"""Work for a subprocess that takes as long as the task says."""

from __future__ import annotations

import time


def answer(task: float) -> float:
    """Sleep for ``task`` seconds."""
    time.sleep(task)
    return task
