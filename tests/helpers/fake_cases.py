"""Cases of verification that take no time, or fail; other processes can import them."""

from __future__ import annotations

import os
import signal
import time

from deposition.verification.case import Case, Family, Findings, below

PROCESS = "FAKE_CASE_PROCESS"
"""Environment variable: the file that ``hangs`` writes to."""


def passes() -> Findings:
    """One check that is passed."""
    return Findings((below("error", 0.5, 1.0),))


def misses() -> Findings:
    """One check that is missed."""
    return Findings((below("error", 2.0, 1.0),))


def raises() -> Findings:
    """An error of the program."""
    return Findings((below("error", [][0], 1.0),))


def dies() -> Findings:
    """The process is killed, as by the system when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)
    return passes()


def hangs() -> Findings:
    """A case that takes too long; its process appends its number to the file ``PROCESS``."""
    with open(os.environ[PROCESS], "a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(600.0)
    return passes()


PASSES = Case("X1", "passes", Family.STATIC, "", passes, seconds=1.0)
MISSES = Case("X2", "misses its bound", Family.STATIC, "", misses, seconds=2.0)
RAISES = Case("X3", "raises", Family.STATIC, "", raises, seconds=3.0)
DIES = Case("X4", "dies", Family.STATIC, "", dies, seconds=4.0)
HANGS = Case("X5", "hangs", Family.STATIC, "", hangs, seconds=5.0)
