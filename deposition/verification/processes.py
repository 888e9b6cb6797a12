"""Computation of the cases: one after the other in this process, or several at a time in others."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from deposition.common.errors import DepositionError
from deposition.common.subprocess_worker import Worker, WorkerEnded
from deposition.verification.case import Case, Result

LIMIT = 3600.0
"""Duration of a case after which its process is ended, s; the longest case takes 1 to 2 min."""

_POLL = 0.2
"""Time-out of one wait, s: a Ctrl-C that arrives just before a wait would not end it."""


def compute(cases: Sequence[Case], jobs: int) -> Iterator[Result]:
    """Results of the cases, each as soon as it is known.

    jobs  number of processes; with 1 the cases are computed in this one, in the given order.
          With more, every case is one task and the longest start first, which balances the load.
    A KeyboardInterrupt ends the processes at once.
    """
    jobs = min(jobs, len(cases))
    if jobs <= 1:
        yield from map(run_case, cases)
        return
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # inherited: one core per process
    processes, pool = _Processes(), ThreadPoolExecutor(jobs)
    try:
        longest_first = sorted(cases, key=lambda case: -case.seconds)
        waiting = {pool.submit(processes.run, case) for case in longest_first}
        while waiting:
            done, waiting = wait(waiting, _POLL, FIRST_COMPLETED)
            yield from map(Future.result, done)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        processes.end()


def run_case(case: Case) -> Result:
    """Compute one case; an exception becomes a failed result with its message."""
    began = time.perf_counter()
    try:
        findings = case.compare()
    except DepositionError as error:
        return Result(case, time.perf_counter() - began, failure=str(error))
    except Exception as error:  # an error of the program in one case must not end the others
        failure = f"{type(error).__name__}: {error}"
        return Result(case, time.perf_counter() - began, failure=failure)
    return Result(case, time.perf_counter() - began, findings)


answer = run_case
"""Task of a process of ``common.subprocess_worker``."""


class _Processes:
    """Processes that compute cases for several threads; each is kept for the next case."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._ending = False

    def run(self, case: Case) -> Result:
        """Compute a case in an idle process, or in a new one if there is none.

        A process that ends before it answers, or is ended after ``LIMIT``, fails its case alone.
        """
        began = time.perf_counter()
        worker = self._take()
        try:
            result: Result = worker.work(case, LIMIT)
        except WorkerEnded as ended:
            result = Result(case, time.perf_counter() - began, failure=_reason(ended))
        with self._lock:
            if worker in self._busy:  # otherwise ``end`` has ended it
                self._busy.remove(worker)
                if worker.alive:
                    self._idle.append(worker)
                else:
                    worker.end()
        return result

    def _take(self) -> Worker:
        with self._lock:
            if self._ending:
                raise KeyboardInterrupt
            worker = self._idle.pop() if self._idle else Worker(__name__)
            self._busy.add(worker)
            return worker

    def end(self) -> None:
        """End all processes, and start none from now on."""
        with self._lock:
            self._ending = True
            for worker in (*self._idle, *self._busy):
                worker.end()
            self._idle.clear()
            self._busy.clear()


def _reason(ended: WorkerEnded) -> str:
    if ended.timed_out:
        return f"The process of the case was ended after {LIMIT:g} s."
    name = f"exit code {ended.code}"
    if ended.code < 0:
        name = signal.strsignal(-ended.code) or name
    words = f": {ended.last_line}" if ended.last_line else ""
    return f"The process of the case ended before its result was known ({name}){words}."
