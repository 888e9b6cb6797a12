"""The first Ctrl-C ends a run after its time step."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from deposition.common.stop_signal import StopAfterStep


@pytest.fixture(autouse=True)
def same_handlers() -> Iterator[None]:
    """Every test leaves the handlers as they were."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    yield
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_a_request_and_the_second_interrupts(number: int) -> None:
    with pytest.raises(KeyboardInterrupt), StopAfterStep() as stop:
        assert not stop.requested
        os.kill(os.getpid(), number)
        assert stop.requested
        os.kill(os.getpid(), number)


def test_threads_leave_signals_alone() -> None:
    done = []

    def work() -> None:
        with StopAfterStep():
            done.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [before]
