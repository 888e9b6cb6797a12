"""``deposition export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deposition.cli.app import app, each


@app.command()
def export(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME-OR-FOLDER", help="Results: names below results/, or their folders."
        ),
    ],
    format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="vtkhdf, paraview (a scene to open there), vtu, vtk, xdmf, msh, med, inp, mesh, "
            "ply, obj, off, stl.",
        ),
    ] = "vtkhdf",
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Where the files go, into the results (export) unless given."
        ),
    ] = None,
    series: Annotated[
        str | None,
        typer.Option(metavar="SERIES", help="electrolyte, surface, bodies; several with commas."),
    ] = None,
    frames: Annotated[
        str | None,
        typer.Option(
            metavar="FRAMES",
            help="all, first, last, numbers (0,3,-1) or a range (0:10:2) of recorded states.",
        ),
    ] = None,
) -> None:
    """Write recorded states for ParaView, Gmsh, Salome and others."""
    from deposition.export import export as export_result
    from deposition.results.result import Result

    parts = [part.strip() for part in series.split(",")] if series else None
    for result in each(Result.open, names):
        # Several results have files of the same names: a folder for each.
        target = output / result.name if output and len(names) > 1 else output
        for file in export_result(result, format, output=target, series=parts, frames=frames):
            typer.echo(file)
