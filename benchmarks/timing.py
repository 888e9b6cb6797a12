"""Wall time, CPU time and peak memory of calls."""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Seconds:
    """Wall time, and CPU time of this process and those that it has started, s."""

    wall: float
    cpu: float

    @classmethod
    def median(cls, rounds: Sequence[Seconds]) -> Seconds:
        """The medians of both."""
        return cls(
            statistics.median(one.wall for one in rounds),
            statistics.median(one.cpu for one in rounds),
        )

    def __add__(self, other: Seconds) -> Seconds:
        return Seconds(self.wall + other.wall, self.cpu + other.cpu)


def measure(call: Callable[[], T]) -> tuple[T, Seconds]:
    """The result of a call, and its time."""
    wall, cpu = time.perf_counter(), _cpu()
    result = call()
    return result, Seconds(time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    return time.process_time() + cpu_of_children()


def cpu_of_children() -> float:
    """CPU time (s) of all processes that this one has started, running or not (Linux)."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = ended.ru_utime + ended.ru_stime
    for listed in Path("/proc/self/task").glob("*/children"):
        for pid in listed.read_text().split():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def memory_mib(which: str = "VmRSS") -> float:
    """Resident memory of this process, MiB: now, or with "VmHWM" the largest so far (Linux).

    The kernel's ru_maxrss would count the process from which this one was started.
    """
    status = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in status if line.startswith(f"{which}:"))
    return int(line.split()[1]) / 2**10
