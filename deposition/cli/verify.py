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
        typer.Argument(metavar="[CASE]...", help="Cases such as E1; default all."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Include the long cases.")] = False,
    output: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of table, page and figures.")
    ] = Path("results/verification"),
    jobs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Cases computed at a time; default one per core."),
    ] = None,
) -> None:
    """Verify the code against analytical solutions; exit code 1 if an error exceeds its bound."""
    from deposition.common.errors import VerificationError
    from deposition.verification import verify as verify_cases

    verdict = verify_cases(names or (), output, full=full, jobs=jobs)
    typer.echo("Written: " + ", ".join(map(str, verdict.files)))
    if verdict.missed:
        raise VerificationError(
            f"Verification failed in {', '.join(verdict.missed)}: an error exceeds its bound, or "
            "the case could not be computed. The table has the details. [E853]"
        )
