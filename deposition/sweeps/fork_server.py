"""Process from which the members are forked, once its imports are done.

``python -m deposition.sweeps.fork_server N``, with N the file descriptor of the connection.  It
imports what a run needs except MPI, PETSc and DOLFINx, which must not be initialised before a fork,
and reads units and library: two thirds of the processor time that a member needs before its first
time step.  Then, for each task, it forks a member, sends it the signals that are requested, and
answers with its exit code, negative after a signal.  Where the connection is closed, it ends, and
its member receives SIGTERM as of any parent that ends (``member.stop_with_parent``).
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from typing import NoReturn

from deposition.library import library

PRELOADED = (
    "rich.console",
    "rich.markup",
    "scipy.sparse.linalg",
    "scipy.spatial",
    "ufl",
    "deposition.analysis.morphology",
    "deposition.check.wagner",
    "deposition.interface.moving",
    "deposition.runs.last_line",
    "deposition.runs.summary",
    "deposition.sei.patches",
    "deposition.simulation.checkpoint",
    "deposition.sweeps.outcome",
)
"""Modules that a member imports, and that import neither MPI nor DOLFINx."""

_POLL = 0.02
"""Interval (s) at which the end of the member is noticed."""


def preload() -> None:
    """Import what a member needs; a module that is missing is reported by the member itself."""
    for name in PRELOADED:
        with suppress(ImportError):
            import_module(name)
    library()
    gc.collect()
    gc.freeze()  # so that a collection in the member copies no memory of this process


def fork_members(connection: Connection) -> tuple[str, str] | None:
    """Fork a member for each (task, log) that arrives.

    Returns its task and log in the member, None in the server once the connection is closed.
    """
    server = os.getpid()
    while True:
        try:
            request: tuple[str, str] | int = connection.recv()
        except (EOFError, OSError):
            return None
        if isinstance(request, int):
            continue  # a signal to a member that has just ended
        member = os.fork()
        if member == 0:
            os.environ["DEPOSITION_PARENT"] = str(server)
            connection.close()
            return request
        with suppress(EOFError, OSError):
            connection.send(_exit_code(member, connection))


def _exit_code(member: int, connection: Connection) -> int:
    """Wait for the end of the member; raises EOFError where the connection is closed before."""
    while True:
        ended, status = os.waitpid(member, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if connection.poll(_POLL):
            os.kill(member, connection.recv())


def become_member(task: str, log: str) -> NoReturn:
    """Run the task in this process, with its output in the log, and exit."""
    file = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    from deposition.sweeps import member

    sys.argv[1:] = [task]
    member.main()
    sys.exit()


def main() -> None:
    """Entry point of the process."""
    preload()
    request = fork_members(Connection(int(sys.argv[1])))
    if request is not None:
        become_member(*request)


if __name__ == "__main__":
    main()
