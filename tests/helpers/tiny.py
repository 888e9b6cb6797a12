"""Runs that take a second: a small, coarse box, and what it takes to start one in a process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deposition.common import package_data as shipped
from deposition.scenario import Scenario
from helpers.messages import note

TINY = """
base = "c-i-be-ln"
title = "A tiny run [with brackets]"

[geometry.parameters]
width = 8
height = 8

[mesh]
surface_size = "0.5 um"
coarse_size = "2 um"

[sei]
patch_size = "2 um"

[protocol]
capacity = "0.1 mAh/cm^2"

[time]
first_step = "100 s"
"""

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(shipped.PACKAGE.parent), "COLUMNS": "200"}
"""For commands in a process of their own, which must find the package under test."""


def write(folder: Path, text: str = TINY, name: str = "tiny") -> Path:
    """A scenario file."""
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return file


def tiny(folder: Path, *overrides: str) -> Scenario:
    """The tiny scenario, changed."""
    return Scenario.load(write(folder), overrides)


def command(*words: object) -> list[str]:
    """``deposition WORDS`` as a command line of its own."""
    return [sys.executable, "-m", "deposition", *map(str, words)]


def call(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Run ``deposition WORDS`` in ``folder`` to its end."""
    settings: dict[str, Any] = {"capture_output": True, "text": True, "check": False}
    done = subprocess.run(command(*words), cwd=folder, env=ENVIRONMENT, **settings)
    note(done.stdout + done.stderr)
    return done


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def wait_for(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Until a process has done something; fail if it ends before, or takes a minute."""
    for _ in range(1200):
        if happened():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    pytest.fail("nothing happened within a minute")


class Noted(subprocess.Popen[str]):
    """A process whose messages are recorded when it has ended."""

    def communicate(self, *given: Any, **settings: Any) -> tuple[str, str]:
        """See ``Popen``."""
        out, err = super().communicate(*given, **settings)
        note(f"{out}{err}")
        return out, err


def started(folder: Path, *words: object) -> subprocess.Popen[str]:
    """``deposition WORDS`` in the background."""
    return Noted(
        command(*words),
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
