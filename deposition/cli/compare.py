"""Command ``deposition compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deposition.cli.app import app
from deposition.cli.pictures import (
    Columns,
    Dpi,
    Field,
    FilmColours,
    Font,
    HasLegend,
    Labels,
    Letters,
    Style,
    Width,
    choices_of,
)


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
    format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="Of the pictures: png, svg or pdf.")
    ] = "png",
    field: Field = None,
    width: Width = None,
    columns: Columns = None,
    labels: Labels = None,
    letters: Letters = None,
    legend: HasLegend = True,
    font: Font = None,
    film_colours: FilmColours = None,
    dpi: Dpi = None,
    style: Style = "paper",
) -> None:
    """Compare several results: pictures on common scales, movies, and a table."""
    from deposition.comparison.compare import compare as compare_results
    from deposition.comparison.compare import print_table
    from deposition.render.choices import Choices

    choices = Choices(
        **choices_of(labels, film_colours), field=field, width=width, columns=columns,
        letters=letters, legend=legend, font=font, dpi=dpi, style=style,
    )  # fmt: skip
    suffix = f".{format.lower().removeprefix('.')}"
    print_table(compare_results(names, output, suffix=suffix, report=report, choices=choices))
