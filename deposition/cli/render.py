"""Command ``deposition render``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from deposition.cli.app import app, complain
from deposition.common.errors import ResultsError

Names = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME-OR-FOLDER",
        help="Results: names below results/, or their folders; several are drawn side by side.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="File to write: .png, .svg or .pdf; .gif or .mp4 for a movie. Default: NAME.png, "
        "NAME-FIELD.png or NAME.mp4 in the current folder.",
    ),
]
Field = Annotated[
    str | None,
    typer.Option(
        help="Field in colour: relative-flux (default), concentration, potential, flux (in the "
        "electrolyte), current, resistance, thickness, charge or film (on the surface)."
    ),
]
AtCapacity = Annotated[
    str | None,
    typer.Option(metavar="CHARGE", help='Draw the snapshot nearest to a charge: "0.5 mAh/cm^2".'),
]
AtTime = Annotated[
    str | None, typer.Option(metavar="TIME", help='Draw the snapshot nearest to a time: "1 h".')
]
SnapshotNumber = Annotated[
    int | None,
    typer.Option("--snapshot", help="Draw the snapshot of this number; -1 is the last (default)."),
]
OldFrame = Annotated[int | None, typer.Option("--frame", hidden=True)]
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
Crop = Annotated[
    tuple[float, float, float, float] | None,
    typer.Option(
        metavar="LEFT RIGHT BOTTOM TOP", help="Draw this part of a 2D cell only, in micrometres."
    ),
]
Zoom = Annotated[
    float | None,
    typer.Option(metavar="FACTOR", help="Magnify the middle of the deposit of a 2D cell."),
]
HasLegend = Annotated[bool, typer.Option("--legend/--no-legend", help="Draw the legend.")]
Dpi = Annotated[int | None, typer.Option(help="Dots per inch.")]
Style = Annotated[str, typer.Option(help="Background: paper (white) or dark (for slides).")]
Colours = Annotated[
    str | None, typer.Option(metavar="MAP", help="Colour map of matplotlib, such as viridis.")
]
Limits = Annotated[
    tuple[float, float] | None,
    typer.Option(metavar="LOW HIGH", help="Limits of the colour bar, in its unit."),
]
Movie = Annotated[
    bool, typer.Option("--movie", help="Write a movie of all snapshots instead of one picture.")
]
OldFilm = Annotated[bool, typer.Option("--film", hidden=True)]


@app.command()
def render(
    names: Names,
    output: Output = None,
    field: Field = None,
    at_capacity: AtCapacity = None,
    at_time: AtTime = None,
    snapshot: SnapshotNumber = None,
    width: Width = None,
    columns: Columns = None,
    labels: Labels = None,
    letters: Letters = None,
    legend: HasLegend = True,
    font: Font = None,
    film_colours: FilmColours = None,
    crop: Crop = None,
    zoom: Zoom = None,
    dpi: Dpi = None,
    style: Style = "paper",
    colours: Colours = None,
    limits: Limits = None,
    movie: Movie = False,
    old_frame: OldFrame = None,
    old_film: OldFilm = False,
) -> None:
    """Draw a snapshot of one or several results, or write a movie of all snapshots."""
    from deposition.render import pictures
    from deposition.render.choose import nearest_state_note
    from deposition.render.movies import MOVIE_FORMATS
    from deposition.results.result import Result

    if old_frame is not None:
        _warn_of_old_name("--frame", "--snapshot")
        snapshot = old_frame if snapshot is None else snapshot
    if old_film:
        _warn_of_old_name("--film", "--movie")
    choices: dict[str, Any] = {
        "field": field, "width": width, "dpi": dpi, "style": style, "colours": colours,
        "limits": limits, "columns": columns, "letters": letters, "legend": legend,
        "labels": None if labels is None else labels.split(";"), "font": font,
        "films": _colours_of(film_colours), "crop": crop, "zoom": zoom,
    }  # fmt: skip
    results = [Result.open(name) for name in names]
    is_movie = movie or old_film or (output is not None and output.suffix.lower() in MOVIE_FORMATS)
    target = output or Path(
        _file_name([result.name for result in results], field, ".mp4" if is_movie else ".png")
    )
    if not is_movie:
        written = pictures.picture(
            results, target, capacity=at_capacity, time=at_time, snapshot=snapshot, **choices
        )
        for result in results:
            if note := nearest_state_note(result, at_capacity, at_time):
                complain(note)
    elif (at_capacity, at_time, snapshot) == (None, None, None):
        written = pictures.movie(results, target, **choices)
    else:
        raise ResultsError(
            "a movie shows all snapshots. Leave out --at-capacity, --at-time and --snapshot [E852]"
        )
    typer.echo(written)


def _warn_of_old_name(old: str, new: str) -> None:
    complain(f"Warning: {old} is now called {new}; the old name works until version 0.3")


def _file_name(names: list[str], field: str | None, suffix: str) -> str:
    """Default name of the file."""
    return "-".join([*names, *([] if field is None else [field])]) + suffix


def _colours_of(text: str | None) -> dict[str, str]:
    """Colours of films by name, as stated: "LiF=navy; Li2O=skyblue"."""
    pairs = [part.partition("=") for part in (text or "").split(";") if part.strip()]
    for name, equals, colour in pairs:
        if not (name.strip() and equals and colour.strip()):
            raise ResultsError(
                f'--film-colours "{text}": "{name.strip()}" has no colour. State name and colour '
                'of each film, separated by semicolons: "LiF=navy; Li2O=#6fc6f5" [E990]'
            )
    return {name.strip(): colour.strip() for name, _, colour in pairs}
