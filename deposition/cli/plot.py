"""Command ``deposition plot``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deposition.cli.app import app
from deposition.cli.pictures import AtCapacity, AtTime, Dpi, Font, Labels, Style, Width, choices_of
from deposition.common.errors import ResultsError

if TYPE_CHECKING:
    from deposition.mesh.cell import Floats
    from deposition.render.curves import Chart
    from deposition.results.result import Result


@app.command()
def plot(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME-OR-FOLDER", help="Results; several on common axes."),
    ],
    quantity: Annotated[
        str,
        typer.Option(
            metavar="QUANTITY",
            help="History: voltage, current, temperature, roughness. Along the surface: height, "
            "current, resistance, thickness, charge, dissolution, film-growth, film. In the "
            "electrolyte: concentration, potential, flux, relative-flux, porous-lithium.",
        ),
    ] = "voltage",
    over: Annotated[
        str | None,
        typer.Option(metavar="ABSCISSA", help="charge, time; x, arc (length along the surface)."),
    ] = None,
    line: Annotated[
        str | None,
        typer.Option(
            metavar="POINTS", help='Line scan of the electrolyte, in micrometres: "0 10, 40 10".'
        ),
    ] = None,
    at_capacity: AtCapacity = None,
    at_time: AtTime = None,
    snapshots: Annotated[
        str | None,
        typer.Option(metavar="STATES", help='Several snapshots, such as "0.25,0.5,1"; as render.'),
    ] = None,
    format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="png, svg, pdf or csv.")
    ] = "png",
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File; its suffix replaces --format."),
    ] = None,
    width: Width = None,
    labels: Labels = None,
    font: Font = None,
    dpi: Dpi = None,
    style: Style = "paper",
) -> None:
    """Draw histories, profiles along the surface or line scans of results, or write them as CSV."""
    from deposition.render import curves
    from deposition.render.choices import Choices
    from deposition.render.of_result import captions_of
    from deposition.render.plot import write_chart
    from deposition.render.style import COLUMN_CM, DPI
    from deposition.results.result import Result

    chosen = Choices(**choices_of(labels, None), width=width, font=font, dpi=dpi, style=style)
    results = [Result.open(name) for name in names]
    named = [caption.name for caption in chosen.captions(captions_of(results))]
    abscissa = over or (curves.LINE if line else curves.default_abscissa(quantity))
    states = _states(results, at_capacity, at_time, snapshots)
    chart = _chart(results, named, states, quantity, abscissa, line)
    default = "-".join([*(result.name for result in results), quantity, abscissa])
    target = output or Path(f"{default}.{format.lower().removeprefix('.')}")
    look, across = chosen.look, chosen.page.width or COLUMN_CM
    typer.echo(write_chart(chart, target, across, chosen.sharpness or DPI, look))


def _states(
    results: list[Result], capacity: str | None, time: str | None, snapshots: str | None
) -> list[list[int]]:
    """Indices of the recorded states of each result."""
    from deposition.render.choose import check_one_selector, state_at, states_in_row

    check_one_selector(capacity, time, snapshots)
    if snapshots is not None:
        return states_in_row(results, snapshots)
    return [[state_at(result, capacity, time)] for result in results]


def _chart(
    results: list[Result],
    labels: list[str],
    states: list[list[int]],
    quantity: str,
    abscissa: str,
    line: str | None,
) -> Chart:
    from deposition.render import curves

    if abscissa in (curves.CHARGE, curves.TIME):
        return curves.histories(results, labels, quantity, abscissa)
    if abscissa in (curves.X, curves.ARC):
        return curves.profiles_of(results, labels, states, quantity, abscissa)
    return curves.line_scans(results, labels, states, quantity, _ends(abscissa, line))


def _ends(abscissa: str, line: str | None) -> Floats:
    """End points (2, d) of a line scan, µm."""
    import numpy as np

    if abscissa != "line":
        raise ResultsError(
            f'unknown abscissa "{abscissa}". Choose charge, time, x or arc, or state a line [E999]'
        )
    try:
        points = [[float(x) for x in part.split()] for part in (line or "").split(",")]
        ends = np.array(points, dtype=np.float64)
        if ends.ndim != 2 or len(ends) != 2 or not np.isfinite(ends).all():
            raise ValueError
    except ValueError:
        raise ResultsError(
            f'--line "{line or ""}": state the two ends of the line in µm, separated by a comma: '
            '"0 10, 40 10" [E992]'
        ) from None
    return ends
