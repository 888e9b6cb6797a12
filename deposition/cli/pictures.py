"""Options that the commands share that draw pictures."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from deposition.common.errors import ResultsError

AtCapacity = Annotated[
    str | None,
    typer.Option(metavar="CHARGE", help='Draw the snapshot nearest to a charge: "0.5 mAh/cm^2".'),
]
AtTime = Annotated[
    str | None, typer.Option(metavar="TIME", help='Draw the snapshot nearest to a time: "1 h".')
]
Field = Annotated[
    str | None,
    typer.Option(
        help="Field in colour: relative-flux (default), concentration, potential, flux (in the "
        "electrolyte), porous-lithium (in a layer), current, resistance, thickness, charge, "
        "dissolution, film-growth or film (on the surface), or a dissolved species such as I3-."
    ),
]
Width = Annotated[str | None, typer.Option(metavar="LENGTH", help='Width of the picture: "85 mm".')]
Columns = Annotated[int | None, typer.Option(help="Maps side by side.")]
Labels = Annotated[
    str | None,
    typer.Option(metavar="LABELS", help='Names over the maps, one per result: "BE; BE + LiNO₃".'),
]
Letters = Annotated[
    bool | None,
    typer.Option(help="Letters a, b, c … before the names; default if there are several maps."),
]
Font = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Font; default Arial, Helvetica or one of the same widths if installed, else DejaVu "
        "Sans.",
    ),
]
FilmColours = Annotated[
    str | None,
    typer.Option(
        "--film-colours", metavar="COLOURS", help='Colours of films: "LiF=navy; Li2O=#6fc6f5".'
    ),
]
HasLegend = Annotated[bool, typer.Option("--legend/--no-legend", help="Draw the legend.")]
Dpi = Annotated[int | None, typer.Option(help="Dots per inch.")]
Style = Annotated[str, typer.Option(help="Background: paper (white) or dark (for slides).")]


def choices_of(labels: str | None, film_colours: str | None) -> dict[str, Any]:
    """Labels and colours of films out of their text."""
    return {
        "labels": None if labels is None else labels.split(";"),
        "films": colours_of(film_colours),
    }


def colours_of(text: str | None) -> dict[str, str]:
    """Colours of films by name, as stated: "LiF=navy; Li2O=skyblue"."""
    pairs = [part.partition("=") for part in (text or "").split(";") if part.strip()]
    for name, equals, colour in pairs:
        if not (name.strip() and equals and colour.strip()):
            raise ResultsError(
                f'--film-colours "{text}": "{name.strip()}" has no colour. State name and colour '
                'of each film, separated by semicolons: "LiF=navy; Li2O=#6fc6f5" [E990]'
            )
    return {name.strip(): colour.strip() for name, _, colour in pairs}
