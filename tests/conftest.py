"""For all tests: kinds, no windows, the same examples in every run, and the messages that came up.

A test is a unit test unless it is marked ``solve``, ``process``, ``picture`` or ``slow``; a unit
test starts no process, solves no transport problem and draws nothing.
"""

from __future__ import annotations

import importlib
import os
import platform
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from helpers import messages
from helpers.campaign import CAMPAIGN
from hypothesis import settings
from hypothesis.internal.conjecture import providers

os.environ["MPLBACKEND"] = "Agg"
os.environ["PYVISTA_OFF_SCREEN"] = "true"

QUICK = "not slow"
"""The tests that run unless told otherwise (pyproject.toml)."""

KINDS = ("solve", "process", "picture", "slow")

NARROWED = ("keyword", "deselect", "ignore", "ignore_glob", "collectonly", "lf", "sw", "maxfail")
"""Options that leave tests out."""

# Derandomised, so that a failure is seen again; without a deadline, as machines differ in speed.
settings.register_profile("deposition", derandomize=True, deadline=None, max_examples=50)
settings.register_profile(CAMPAIGN, settings.get_profile("deposition"))
settings.load_profile("deposition")
# Hypothesis draws some values from the constants of the modules that happen to be imported: the
# examples would change with every edit, and with the selection of tests.
providers.is_local_module_file = lambda file: False  # type: ignore[assignment]


def pytest_configure(config: pytest.Config) -> None:
    """Record which messages of the program come up.

    Where the tests run in the background, Ctrl-C would be ignored in all that they start.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if messages.RECORD not in os.environ:
        os.environ[messages.RECORD] = str(Path(tempfile.mkdtemp(prefix="messages-")) / "codes")
    messages.watch()
    platform.processor()  # starts a process when h5py asks first, which a unit test may not


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is left as unit tests."""
    for item in items:
        if not any(item.get_closest_marker(kind) for kind in KINDS):
            item.add_marker("unit")


@pytest.fixture(autouse=True)
def nothing_heavy(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a unit test that starts a process, compiles, solves or draws: it wants another mark."""
    if request.node.get_closest_marker("unit") is None:
        yield
        return
    from deposition.common.subprocess_worker import Worker
    from deposition.transport.problem import TransportProblem  # before dolfinx: see dolfinx_compat

    jit = importlib.import_module("dolfinx.jit")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "Popen", _forbidden("process"))
        patch.setattr(Worker, "work", _forbidden("process"))
        patch.setattr(TransportProblem, "__init__", _forbidden("solve"))
        patch.setattr(jit, "ffcx_jit", _forbidden("process"))  # a compiler, where no cache helps
        yield


def _forbidden(kind: str) -> Callable[..., NoReturn]:
    def fail(*args: Any, **kwargs: Any) -> NoReturn:
        pytest.fail(f"this is no unit test: mark it {kind}")

    return fail


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """After the whole suite: a message that never came up is a failure."""
    if (
        _is_whole(session.config)
        and messages.missing()
        and session.exitstatus == pytest.ExitCode.OK
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """List the messages that never came up."""
    if not _is_whole(config) or exitstatus == pytest.ExitCode.INTERRUPTED:
        return
    never, count = messages.missing(), len(messages.messages())
    said = f"messages of the program: {count}, never provoked: {len(never)}"
    terminalreporter.write_line(said, red=bool(never))
    for message in never:
        terminalreporter.write_line(f"  {message.code} {message.file}: {message.text}")


def _is_whole(config: pytest.Config) -> bool:
    """Whether all quick tests were asked for."""
    whole = config.args == ["tests"] and config.option.markexpr == QUICK
    return whole and not any(config.getoption(o, None) for o in NARROWED)
