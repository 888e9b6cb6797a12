"""One member of a sweep, in a process of its own: run, resumed or already complete.

``python -m deposition.sweeps.member TASK``, with the task as JSON.  The process is stopped after
its time step when the process that started it is gone, and waits while another one runs the same
member: whatever is killed, nothing is computed twice.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import sys
import time
from pathlib import Path

from rich.console import Console

from deposition.common.errors import CheckpointError, DepositionError
from deposition.results.result import MARKER
from deposition.runs.run import resume, run
from deposition.scenario import Scenario
from deposition.sweeps.outcome import has_checkpoint, is_complete
from deposition.sweeps.task import Task

STOPPED = 130
"""Exit code after a signal to stop, as of a shell."""

_PR_SET_PDEATHSIG = 1
_POLL = 0.5
"""Interval (s) at which a folder in use is tried again."""


def run_member(task: Task) -> None:
    """Run the member, resume it from its checkpoint, or do nothing if it is complete.

    Raises as ``run`` and ``resume`` do.
    """
    folder = Path(task.folder)
    scenario = Scenario.load(task.scenario, task.overrides, trust=task.trust)
    _wait_until_free(folder)
    console = Console(stderr=True, quiet=True)
    if task.anew:
        run(scenario, folder, overwrite=True, console=console, pictures=task.pictures)
        return
    if is_complete(folder, scenario):
        return
    if has_checkpoint(folder, scenario):
        try:
            resume(folder, console=console, pictures=task.pictures)
        except CheckpointError:
            pass  # both checkpoints are damaged: run it anew
        else:
            return
    run(scenario, folder, overwrite=True, console=console, pictures=task.pictures)


def _wait_until_free(folder: Path) -> None:
    """Wait while another process has the lock of the folder."""
    try:
        marker = open(folder / MARKER, "a", encoding="utf-8")  # noqa: SIM115
    except OSError:
        return  # no results yet
    with marker:
        while True:
            try:
                fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_POLL)
            except OSError:
                return  # a file system without locks
            else:
                return


def stop_with_parent(parent: int) -> None:
    """Receive SIGTERM when the parent process ends; Linux only.

    parent: its process identifier, as it may have ended already
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(STOPPED)


def main() -> None:
    """Entry point of the process; a message on standard error and exit code 1 for a failure."""
    stop_with_parent(int(os.environ.get("DEPOSITION_PARENT") or os.getppid()))
    task = Task.parse(sys.argv[1])
    sys.argv[1:] = task.run_words  # for the provenance of the result
    try:
        run_member(task)
    except DepositionError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
