"""``deposition trace``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deposition.cli.app import app


@app.command()
def trace(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME-OR-FOLDER", help="Results; several on common axes."),
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            "--curve",
            metavar="CURVE",
            help="voltammogram, charge or time (voltage over either), nyquist or bode (spectra of "
            "protocol steps), inventory (lithium, iodine and nitrogen over time), cycles (losses "
            "of each) or outlines (of dead lithium through time); default voltammogram for a "
            "sweep, else charge.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File: .png, .svg or .pdf; default NAME-CURVE.png."),
    ] = None,
    width: Annotated[
        str, typer.Option(metavar="LENGTH", help='Width of the picture: "8.5 cm", "18 cm".')
    ] = "8.5 cm",
) -> None:
    """Draw the voltammogram of results, their cell voltage over charge or time, their spectra, or
    the inventory of one.

    Example:  deposition trace cv-be;  deposition trace eis-be --curve nyquist --width "18 cm"
    """
    from deposition.impedance.report import PLOTS, draw_recorded, width_of
    from deposition.render.inventory import DRAWINGS, draw_one
    from deposition.render.outlines import draw_outlines
    from deposition.render.trace import draw
    from deposition.results.result import Result

    results = [Result.open(name) for name in names]
    swept = "sweep = " in results[0].scenario_text
    chosen = kind or ("voltammogram" if swept else "charge")
    label = "-".join(result.name for result in results)
    target = output or Path(f"{label}-{chosen}.png")
    others = dict.fromkeys(PLOTS, draw_recorded) | dict.fromkeys(DRAWINGS, draw_one)
    others["outlines"] = draw_outlines
    draw_it = others.get(chosen, draw)
    typer.echo(f"Written: {draw_it(results, chosen, target, width_of(width))}")
