"""The command line, one file a command.

Exit codes: 0 it did what was asked, 1 it could not (one message on stderr says why), 2 the command
was not understood, 130 Ctrl-C.
"""

from __future__ import annotations

from deposition.cli.app import app

# Each adds its commands; --help lists them in this order.
# isort: off
from deposition.cli import scenarios, run  # noqa: F401
from deposition.cli import sweep  # noqa: F401
from deposition.cli import compare  # noqa: F401
from deposition.cli import render  # noqa: F401
from deposition.cli import verify  # noqa: F401
from deposition.cli import export  # noqa: F401
# isort: on

__all__ = ["app", "main"]


def main() -> None:
    """What the installed command ``deposition`` calls."""
    app(prog_name="deposition")
