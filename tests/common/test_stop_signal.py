"""The first Ctrl-C ends a run after its time step."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest
from helpers import small_models

from deposition.common import stop_signal
from deposition.common.broken_pipes import broken_pipes_raise
from deposition.common.errors import InterfaceError
from deposition.common.stop_signal import (
    StopAfterStep,
    Stopped,
    stop_overdue,
    stop_requested,
)
from deposition.common.subprocess_worker import Worker
from deposition.interface.moving import MovingInterface
from deposition.simulation.loop import time_loop


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


def test_a_request_is_known_everywhere_until_the_run_has_ended() -> None:
    assert not stop_requested() and not stop_overdue()
    with StopAfterStep():
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop_requested() and not stop_overdue()
    assert not stop_requested()


@pytest.mark.solve
def test_no_step_is_halved_after_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGTERM arrives in an attempt that fails: the next one is not begun."""
    attempts = []

    def fail(*_: object) -> None:
        attempts.append(1)
        os.kill(os.getpid(), signal.SIGTERM)
        raise InterfaceError("no mesh [E360]")

    model = small_models.model()
    start = small_models.begin(model, small_models.slab())
    monkeypatch.setattr(MovingInterface, "advance_corrected", fail)
    with StopAfterStep(), pytest.raises(Stopped):
        list(time_loop(model, start))
    assert attempts == [1]


@pytest.mark.process
def test_the_wait_for_a_subprocess_ends_when_a_request_is_overdue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stop_signal, "PATIENCE", 0.2)
    worker = Worker("helpers.sleeping_worker")
    with StopAfterStep(), pytest.raises(Stopped):
        os.kill(os.getpid(), signal.SIGTERM)
        worker.work(60.0, 120.0)
    assert not worker.alive


def test_a_broken_pipe_is_an_error_and_no_signal() -> None:
    """Even where SIGPIPE has its default action, which ends the process."""
    before = signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        read, write = os.pipe()
        os.close(read)
        with pytest.raises(BrokenPipeError), broken_pipes_raise():
            os.write(write, b"x")
        os.close(write)
        assert signal.SIGPIPE not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    finally:
        signal.signal(signal.SIGPIPE, before)
