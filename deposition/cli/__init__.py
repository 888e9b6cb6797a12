"""The command line, one file a command; commands are listed by ``--help`` in this order.

Exit codes: 0 it did what was asked, 1 it could not (one message on stderr says why), 2 the command
was not understood, 130 Ctrl-C.
"""

from __future__ import annotations

from deposition.cli import compare, run, scenarios  # noqa: F401  each adds its commands
from deposition.cli.app import app

__all__ = ["app", "main"]


def main() -> None:
    """What the installed command ``deposition`` calls."""
    app(prog_name="deposition")
