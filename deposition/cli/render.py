"""``deposition render``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deposition.cli.app import app, complain
from deposition.common.errors import ResultsError

Names = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME-OR-FOLDER",
        help="Results: names below results/, or their folders; several stand side by side.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The file: .png, .svg or .pdf; .gif or .mp4 for a film. By default NAME.png, "
        "NAME-FIELD.png or NAME.mp4 in the current folder.",
    ),
]
Field = Annotated[
    str | None,
    typer.Option(
        help="What is coloured: concentration, potential, flux (in the electrolyte), current, "
        "resistance, thickness, charge or film (on the surface)."
    ),
]
AtCapacity = Annotated[
    str | None,
    typer.Option(metavar="CHARGE", help='The nearest state by charge: "0.5 mAh/cm^2".'),
]
AtTime = Annotated[
    str | None, typer.Option(metavar="TIME", help='The nearest state by time: "1 h".')
]
Frame = Annotated[
    int | None, typer.Option(help="A recorded state by its number; -1 is the last, as ever.")
]
Width = Annotated[
    str | None, typer.Option(metavar="LENGTH", help='Width of the picture: "8.5 cm".')
]
Dpi = Annotated[int | None, typer.Option(help="Dots per inch.")]
Style = Annotated[str, typer.Option(help="paper (white) or dark (for slides).")]
Colours = Annotated[
    str | None, typer.Option(metavar="MAP", help="A colour map of matplotlib: viridis.")
]
Limits = Annotated[
    tuple[float, float] | None,
    typer.Option(metavar="LOW HIGH", help="Ends of the colour bar, in its unit."),
]
Film = Annotated[
    bool, typer.Option("--film", help="A film of all recorded states instead of one picture.")
]


@app.command()
def render(
    names: Names,
    output: Output = None,
    field: Field = None,
    at_capacity: AtCapacity = None,
    at_time: AtTime = None,
    frame: Frame = None,
    width: Width = None,
    dpi: Dpi = None,
    style: Style = "paper",
    colours: Colours = None,
    limits: Limits = None,
    film: Film = False,
) -> None:
    """Draw results at any recorded time, or their growth as a film."""
    from deposition.render import pictures
    from deposition.render.choose import otherwise
    from deposition.render.growth import MOVIE_FORMATS
    from deposition.results.result import Result

    results = [Result.open(name) for name in names]
    moving = film or (output is not None and output.suffix.lower() in MOVIE_FORMATS)
    target = output or Path(
        _file_name([result.name for result in results], field, ".mp4" if moving else ".png")
    )
    if not moving:
        made = pictures.picture(
            results, target, capacity=at_capacity, time=at_time, frame=frame, field=field,
            width=width, dpi=dpi, style=style, colours=colours, limits=limits,
        )  # fmt: skip
        for note in filter(None, (otherwise(one, at_capacity, at_time) for one in results)):
            complain(note)
    elif (at_capacity, at_time, frame) == (None, None, None):
        made = pictures.film(
            results, target, field=field, width=width, dpi=dpi, style=style, colours=colours,
            limits=limits,
        )  # fmt: skip
    else:
        raise ResultsError("a film shows all recorded states: leave out --at-… and --frame [E852]")
    typer.echo(made)


def _file_name(names: list[str], field: str | None, suffix: str) -> str:
    """Where a picture goes by default."""
    return "-".join([*names, *([] if field is None else [field])]) + suffix
