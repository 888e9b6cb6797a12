"""``deposition compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deposition.cli.app import app


@app.command()
def compare(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME-OR-FOLDER", help="Results: names below results/, or their folders."
        ),
    ],
    output: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the pictures and the table go.")
    ] = Path("results/compare"),
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help="Also write one page with pictures, tables and views to turn and play; "
            "it opens offline.",
        ),
    ] = None,
) -> None:
    """Put several results side by side: pictures on common scales, and a table."""
    from deposition.comparison.compare import compare as compare_results
    from deposition.comparison.compare import print_table

    print_table(compare_results(names, output, report=report))
