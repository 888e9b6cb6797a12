"""Launcher of members on this machine: one thread waits for each process."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from deposition.sweeps.forked import end_idle
from deposition.sweeps.processes import Command, Stop, run_command
from deposition.sweeps.progress import Progress, as_ctrl_c

_POLL_INTERVAL = 0.2
"""Timeout (s) of each wait: Ctrl-C just before a wait does not interrupt it."""


def run_all(
    members: Sequence[tuple[str, Command]], jobs: int, progress: Progress
) -> dict[str, str]:
    """Run the (name, command) of all members, ``jobs`` at a time; return the reasons of failures.

    On Ctrl-C no more members start, the running ones stop after their time step, and
    KeyboardInterrupt is raised when all have ended; a second Ctrl-C kills them.
    """
    stop = Stop()
    failures: dict[str, str] = {}
    with as_ctrl_c(), ThreadPoolExecutor(jobs) as pool:
        try:
            futures = {pool.submit(run_command, command, stop): name for name, command in members}
            for future in _as_completed(futures):
                name, failure = futures[future], future.result()
                if failure:
                    failures[name] = failure
                progress.ended(name, failure)
        except KeyboardInterrupt:
            progress.stopping()
            _stop(pool, stop, futures)
            raise KeyboardInterrupt(progress.stopped()) from None
        finally:
            end_idle()
    return failures


def _as_completed(futures: Iterable[Future[str]]) -> Iterator[Future[str]]:
    """Yield the futures as they complete; Ctrl-C interrupts the wait."""
    running = set(futures)
    while running:
        ended, running = wait(running, _POLL_INTERVAL, FIRST_COMPLETED)
        yield from ended


def _stop(pool: ThreadPoolExecutor, stop: Stop, futures: Iterable[Future[str]]) -> None:
    """Interrupt the running members and wait for their end; kill them on a second Ctrl-C."""
    try:
        stop.request(signal.SIGINT)
        pool.shutdown(wait=False, cancel_futures=True)
        for _ in _as_completed(future for future in futures if not future.cancelled()):
            pass
    except KeyboardInterrupt:
        stop.request(signal.SIGKILL)
