"""Launcher of members on the workers of a Dask cluster, which share a file system and environment.

Dask places the members, and gives those of a lost worker to another one; each member is a process
of its own that a worker starts.  A variable of the cluster carries the request to stop to all.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import Any

from deposition.common.errors import MissingRequirement, SweepError
from deposition.sweeps.processes import Command, run_command
from deposition.sweeps.progress import Progress, as_ctrl_c

LOCAL = "local"
"""Address that stands for a cluster of this machine, which ends with the sweep."""

CONNECT_TIMEOUT = 30.0
"""Time to wait for the scheduler, s."""

_ASK_EVERY = 2.0
"""Interval (s) at which a worker asks whether the members are to stop."""


def run_on_cluster(
    members: Sequence[tuple[str, Command]], address: str, jobs: int, progress: Progress
) -> dict[str, str]:
    """Run the (name, command) of all members; return the reasons of failures by name.

    address  of a Dask scheduler, or ``LOCAL``
    jobs     workers of a local cluster
    As ``local.run_all`` on Ctrl-C.  Raises SweepError if the scheduler cannot be reached,
    MissingRequirement without Dask.
    """
    with as_ctrl_c(), _client(address, jobs) as client:
        from distributed import Variable

        order = Variable(client=client)
        order.set("")
        futures = {
            client.submit(run_on_worker, command, order.name, key=f"{name}-{order.name}"): name
            for name, command in members
        }
        if not client.scheduler_info()["workers"]:
            progress.print("The cluster has no workers yet; the runs start when they come.")
        try:
            return _follow(futures, progress)
        except KeyboardInterrupt:
            progress.stopping()
            _stop(order, list(futures))
            raise KeyboardInterrupt(progress.stopped()) from None


def _follow(futures: Mapping[Any, str], progress: Progress) -> dict[str, str]:
    """Report the members as they end; return the reasons of failures by name."""
    from distributed import as_completed

    failures: dict[str, str] = {}
    for future in as_completed(list(futures)):
        name, failure = futures[future], _failure(future)
        if failure:
            failures[name] = failure
        progress.ended(name, failure)
    return failures


def _failure(future: Any) -> str:
    """Reason of the failure of a member, empty if it succeeded."""
    try:
        return str(future.result())
    except CancelledError:
        return "the scheduler of the cluster was lost"
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}".splitlines()[0]


def _stop(order: Any, futures: Sequence[Any]) -> None:
    """Interrupt the running members and wait for their end; kill them on a second Ctrl-C."""
    from distributed import wait

    try:
        order.set(signal.SIGINT.name)
        wait(futures)
    except KeyboardInterrupt:
        order.set(signal.SIGKILL.name)
        wait(futures)


def run_on_worker(command: Command, order: str) -> str:
    """Run a member from a worker; return the reason of its failure, empty if it succeeded.

    order: name of the variable with the signal that stops all members
    """
    return run_command(command, Order(order))


class Order:
    """The signal that the members are to receive, from the variable of the cluster.

    It is asked for at intervals; while the scheduler does not answer, the last answer holds.
    """

    def __init__(self, name: str) -> None:
        from distributed import Variable

        self._variable: Any = Variable(name)
        self._asked = -_ASK_EVERY
        self._answer: signal.Signals | None = None

    def __call__(self) -> signal.Signals | None:
        """The signal; None while the members may go on."""
        if time.monotonic() - self._asked >= _ASK_EVERY:
            with suppress(Exception):
                said = str(self._variable.get(timeout=_ASK_EVERY))
                self._answer = signal.Signals[said] if said else None
            self._asked = time.monotonic()
        return self._answer


@contextmanager
def _client(address: str, jobs: int) -> Iterator[Any]:
    """Connection to a scheduler, or to a new cluster of this machine."""
    try:
        from distributed import Client, LocalCluster
    except ImportError as problem:
        raise MissingRequirement(
            f"a sweep with --scheduler needs Dask, which cannot be imported ({problem}). Install "
            "it here and on the workers: pip install distributed, or conda install -c conda-forge "
            "distributed. [E079]"
        ) from problem
    logging.getLogger("distributed").setLevel(logging.ERROR)
    if address == LOCAL:
        with (
            LocalCluster(
                n_workers=jobs, threads_per_worker=1, memory_limit=None, dashboard_address=None
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=CONNECT_TIMEOUT)
    except (OSError, ValueError) as problem:
        raise SweepError(
            f"no Dask scheduler answers at {address}: {problem}. Start one with dask scheduler, "
            "and give the address that it prints, such as tcp://127.0.0.1:8786. [E775]"
        ) from problem
    with client:
        yield client
