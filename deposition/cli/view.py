"""Command ``deposition view``."""

from __future__ import annotations

from typing import Annotated

import typer

from deposition.cli.app import app


@app.command()
def view(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME-OR-FOLDER", help="A result in results/, or its folder."),
    ],
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, metavar="N", help="Port of this machine; a free one if left out."
        ),
    ] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address and open no browser.")
    ] = False,
) -> None:
    """Show a result in the browser: time, fields, threshold, probe, plots. Ctrl-C ends it.

    Example:  deposition view be
    """
    from deposition.results.result import Result
    from deposition.view.serve import view as show

    show(Result.open(name), port, browser=not no_browser, told=typer.echo)
