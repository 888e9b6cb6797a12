"""Writing to a child process that may have ended."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def broken_pipes_raise() -> Iterator[None]:
    """A context in which writing to a pipe without a reader raises BrokenPipeError in this thread.

    Python ignores SIGPIPE, but Gmsh and PETSc install handlers of their own, under which the signal
    ends the process.  It is blocked here, and discarded, rather than handled: a mask belongs to one
    thread, a handler to the process of the caller.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
    try:
        yield
    finally:
        if signal.SIGPIPE not in before:
            while signal.SIGPIPE in signal.sigpending():
                signal.sigtimedwait({signal.SIGPIPE}, 0)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
