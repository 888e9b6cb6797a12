"""``deposition verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deposition.cli.app import app


@app.command()
def verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CASE]...", help="Cases, such as E1; all if none."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="The long cases as well.")] = False,
    output: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the table, the page and the figures go.")
    ] = Path("results/verification"),
) -> None:
    """Hold the program against exact solutions; exit code 1 when a bound is missed."""
    from deposition.common.errors import VerificationError
    from deposition.verification import verify as verify_cases

    verdict = verify_cases(names or (), output, full=full)
    typer.echo("Written: " + ", ".join(map(str, verdict.files)))
    if verdict.missed:
        raise VerificationError(f"bounds were missed in {', '.join(verdict.missed)} [E853]")
