"""Command ``deposition compare``."""

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
        Path, typer.Option(metavar="DIR", help="Folder for the pictures, the movies and the table.")
    ] = Path("results/compare"),
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help="Also write a self-contained page with pictures, tables and interactive views.",
        ),
    ] = None,
) -> None:
    """Compare several results: pictures on common scales, movies, and a table."""
    from deposition.comparison.compare import compare as compare_results
    from deposition.comparison.compare import print_table

    print_table(compare_results(names, output, report=report))
