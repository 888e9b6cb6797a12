"""For all tests: nothing opens a window, and every run tries the same examples."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path

import messages
import pytest
from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"
os.environ["PYVISTA_OFF_SCREEN"] = "true"

QUICK = "not slow"
"""Which tests run unless told otherwise (pyproject.toml)."""

NARROWED = ("keyword", "deselect", "ignore", "ignore_glob", "collectonly", "lf", "sw", "maxfail")
"""Options that leave tests out."""

# Derandomised, so that a failure is seen again; without a deadline, as machines differ in speed.
settings.register_profile("deposition", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("deposition")


def pytest_configure(config: pytest.Config) -> None:
    """Note which messages of the program come up, here and in the processes that tests start.

    Where the tests run in the background, Ctrl-C would be ignored in all that they start.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if messages.RECORD not in os.environ:
        record = Path(tempfile.mkdtemp(prefix="messages-")) / "raised"
        os.environ[messages.RECORD] = str(record)
        # Also for the processes that the program itself starts, which take over this path.
        sys.path.insert(0, str(Path(__file__).parent / "watch"))
        messages.watch(record)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """After the whole suite: a message that never came up is a failure."""
    if _is_whole(session.config) and _never() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Which messages never came up."""
    if not _is_whole(config) or exitstatus == pytest.ExitCode.INTERRUPTED:
        return
    never, count = _never(), len(messages.messages())
    said = f"messages of the program: {count}, never provoked: {len(never)}"
    terminalreporter.write_line(said, red=bool(never))
    for message in never:
        terminalreporter.write_line(f"  {message.file}:{message.first}: {message.text}")


def _is_whole(config: pytest.Config) -> bool:
    """Whether all quick tests were asked for, and this Python can tell what they raise."""
    whole = config.args == ["tests"] and config.option.markexpr == QUICK
    return messages.SEEN and whole and not any(config.getoption(o, None) for o in NARROWED)


def _never() -> list[messages.Message]:
    return messages.missing(Path(os.environ[messages.RECORD]))
