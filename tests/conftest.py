"""For all tests: nothing opens a window, and every run tries the same examples."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import messages
import pytest
from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"
os.environ["PYVISTA_OFF_SCREEN"] = "true"

# Derandomised, so that a failure is seen again; without a deadline, as machines differ in speed.
settings.register_profile("deposition", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("deposition")


def pytest_configure(config: pytest.Config) -> None:
    """Note which messages of the program come up, here and in the processes that tests start."""
    if messages.RECORD not in os.environ:
        record = Path(tempfile.mkdtemp(prefix="messages-")) / "raised"
        os.environ[messages.RECORD] = str(record)
        messages.watch(record)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """After the whole suite: every message must have come up."""
    if config.args != ["tests"] or config.option.keyword or config.option.markexpr != "not slow":
        return
    never = messages.missing(Path(os.environ[messages.RECORD]))
    count = len(messages.messages())
    terminalreporter.write_line(f"messages of the program: {count}, never provoked: {len(never)}")
    for message in never:
        terminalreporter.write_line(f"  {message.file}:{message.first}: {message.text}")
