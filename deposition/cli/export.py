"""``deposition export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deposition.cli.app import app, complain, each


@app.command()
def export(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME-OR-FOLDER", help="Results: names in results/, or their folders."
        ),
    ],
    format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="vtkhdf, paraview (a script that loads the scene), vtu, vtk, xdmf, msh, med, inp, "
            "mesh, ply, obj, off, stl.",
        ),
    ] = "vtkhdf",
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Target folder; default is export/ in the results folder."
        ),
    ] = None,
    series: Annotated[
        str | None,
        typer.Option(metavar="SERIES", help="electrolyte, surface, bodies; separated by commas."),
    ] = None,
    snapshots: Annotated[
        str | None,
        typer.Option(
            metavar="SNAPSHOTS",
            help="all, first, last, numbers (0,3,-1) or a range (0:10:2) of recorded states.",
        ),
    ] = None,
    frames: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Write recorded states for ParaView, Gmsh, Salome and others."""
    from deposition.export import export as export_result
    from deposition.results.result import Result

    if frames is not None:
        complain(
            "Warning: --frames is now called --snapshots; the old name works until version 0.3"
        )
        snapshots = frames if snapshots is None else snapshots
    parts = [part.strip() for part in series.split(",")] if series else None
    for result in each(Result.open, names):
        # Files of several results have the same names: one folder per result.
        target = output / result.name if output and len(names) > 1 else output
        for file in export_result(result, format, output=target, series=parts, snapshots=snapshots):
            typer.echo(file)
