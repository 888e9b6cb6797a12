"""Ctrl-C waits for the step, and for foreign code that would end the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from tiny import ENVIRONMENT

from deposition.interrupt import StopAfterStep, signals_wait


@pytest.fixture(autouse=True)
def same_handlers() -> Iterator[None]:
    """Every test leaves the handlers as they were."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    yield
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_only_asks_and_the_second_stops(number: int) -> None:
    with pytest.raises(KeyboardInterrupt), StopAfterStep() as stop:
        assert not stop.asked
        os.kill(os.getpid(), number)
        assert stop.asked
        os.kill(os.getpid(), number)


FOREIGN = """
import os, signal
from deposition.interrupt import StopAfterStep, signals_wait
with StopAfterStep() as stop:
    with signals_wait():
        # What Mmg does: no handler of Python's any more, and a signal meanwhile.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
        assert not stop.asked
    assert stop.asked
"""


def test_handlers_that_foreign_code_replaces_come_back() -> None:
    """In a process of its own: the signal would end one in which another thread takes it."""
    done = subprocess.run([sys.executable, "-c", FOREIGN], env=ENVIRONMENT, check=False)
    assert done.returncode == 0


def test_handlers_come_back_after_an_error() -> None:
    with pytest.raises(RuntimeError), signals_wait():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise RuntimeError("Mmg failed")
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()


def test_threads_leave_signals_alone() -> None:
    done = []

    def work() -> None:
        with StopAfterStep(), signals_wait():
            done.append(signal.pthread_sigmask(signal.SIG_BLOCK, []))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [set()]
