"""Command-line interface, one module per group of commands.

Exit codes: 0 success; 1 failure, with one message on stderr; 2 invalid command line; 130 Ctrl-C.
"""

from __future__ import annotations

from deposition.cli.app import app

# The import registers the commands; --help lists them in this order.
# isort: off
from deposition.cli import scenarios, run  # noqa: F401
from deposition.cli import sweep, converge  # noqa: F401
from deposition.cli import eis, fit, trace  # noqa: F401
from deposition.cli import compare  # noqa: F401
from deposition.cli import plot, render  # noqa: F401
from deposition.cli import view  # noqa: F401
from deposition.cli import verify  # noqa: F401
from deposition.cli import export  # noqa: F401
# isort: on

__all__ = ["app", "main"]


def main() -> None:
    """Entry point of the installed command ``deposition``."""
    app(prog_name="deposition")
