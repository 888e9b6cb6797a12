"""Give every state of a run to its recorders, and keep the error that stopped it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from logging import ERROR, INFO

from deposition.common.constants import MAH_PER_CM2
from deposition.common.errors import DepositionError, ResultsError
from deposition.common.stop_signal import StopAfterStep, Stopped
from deposition.protocol import ProtocolPlan
from deposition.recorders import Recorder
from deposition.runs.summary import Ending
from deposition.simulation.state import State

LOGGER = logging.getLogger("deposition.follow")
EARLY = "Ended after step {} by the function until; deposition resume continues from here."
"""Reason why a run that its caller has ended is not complete."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """The last state, the end of the run, and the error to raise once all is written."""

    last: State
    ending: Ending
    error: BaseException | None


def run_loop(
    states: Iterator[State],
    recorders: Sequence[Recorder],
    plan: ProtocolPlan,
    wall_before: float = 0.0,
    ended_early: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Record every state until the protocol is complete.

    wall_before  wall time of the run before it was resumed, s
    ended_early  is asked after each state whether the caller of the run ends it there

    Ctrl-C and SIGTERM stop it after the step, or after a failed attempt at it.  The error that
    stopped it is logged; it is raised only where there is no state at all.
    """
    began = time.perf_counter()
    errors: list[BaseException] = []
    last, reason = None, ""
    with ExitStack() as stack:
        for recorder in recorders:
            stack.callback(_attempt, recorder.close, errors)
        stop = stack.enter_context(StopAfterStep())
        try:
            with written():
                for state in states:
                    last = state
                    for recorder in recorders:
                        recorder.record(state)
                    if plan.complete(state.progress):
                        continue
                    if stop.requested:
                        raise Stopped
                    if ended_early():
                        reason = EARLY.format(state.step)
                        LOGGER.log(INFO, "%s", reason)
                        break
        except Stopped:
            stopped = Stopped(_how_far(last, plan))
            errors.append(stopped)
            # Now, while the recorder of the log is still open.
            LOGGER.log(INFO, "%s", stopped)
        except DepositionError as problem:
            errors.append(problem)
            LOGGER.log(ERROR, "%s", problem)
    if last is None:
        raise errors[0] if errors else AssertionError("a run without a state ends with an error")
    error = first_fault(errors) if errors else None
    wall = wall_before + time.perf_counter() - began
    completed = error is None and not reason
    return Outcome(last, Ending(completed, str(error or reason), wall), error)


def first_fault(errors: Sequence[BaseException | None]) -> BaseException:
    """The first error that is a fault, else the request to stop."""
    found = [error for error in errors if error is not None]
    return next((error for error in found if isinstance(error, DepositionError)), found[0])


def _attempt(close: Callable[[], None], errors: list[BaseException]) -> None:
    """Close one recorder; its errors are kept, so that the others are closed too."""
    try:
        with written():
            close()
    except DepositionError as problem:
        errors.append(problem)


@contextmanager
def written() -> Iterator[None]:
    """A context in which an OSError, as of a full disk, becomes a ResultsError with its remedy."""
    try:
        yield
    except OSError as problem:
        raise ResultsError(
            f"cannot write {problem.filename or 'the results'}: {problem.strerror}. All that was "
            "written before is kept: remove the cause, then deposition resume continues from the "
            "last checkpoint."
            " [E501]"
        ) from problem


def _how_far(state: State | None, plan: ProtocolPlan) -> str:
    if state is None:
        return (
            "Stopped before the first step; no file has changed. deposition resume continues from "
            "the last checkpoint, if there is one. [E503]"
        )
    passed = state.progress.charge_throughput / MAH_PER_CM2
    return (
        f"Stopped after step {state.step}: {passed:.4g} mAh/cm² passed, "
        f"{plan.done(state.progress):.0%} of the protocol. All results up to this step are kept; "
        "deposition resume continues from here."
        " [E502]"
    )
