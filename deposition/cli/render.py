"""Command ``deposition render``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deposition.cli.app import app, complain
from deposition.cli.pictures import (
    AtCapacity,
    AtTime,
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
from deposition.common.errors import ResultsError

if TYPE_CHECKING:
    from deposition.results.result import Result

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
SnapshotNumber = Annotated[
    int | None,
    typer.Option("--snapshot", help="Draw the snapshot of this number; -1 is the last (default)."),
]
Snapshots = Annotated[
    str | None,
    typer.Option(
        metavar="STATES",
        help="Draw several snapshots in a row, one row per result: fractions of the charge "
        '("0.25,0.5,0.75,1"), charges or times ("0.2 mAh/cm^2, 1 h").',
    ),
]
OldFrame = Annotated[int | None, typer.Option("--frame", hidden=True)]
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
Colours = Annotated[
    str | None, typer.Option(metavar="MAP", help="Colour map of matplotlib, such as viridis.")
]
Limits = Annotated[
    tuple[float, float] | None,
    typer.Option(metavar="LOW HIGH", help="Limits of the colour bar, in its unit."),
]
Aspect = Annotated[
    str | None,
    typer.Option(
        metavar="RATIO", help='Width to height of a movie: "16:9", 1080 pixels high by default.'
    ),
]
Fps = Annotated[float | None, typer.Option(help="Pictures of a movie per second; default 5.")]
Hold = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="Display time of the last picture; default 1.6."),
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
    snapshots: Snapshots = None,
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
    aspect: Aspect = None,
    fps: Fps = None,
    hold: Hold = None,
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
        **choices_of(labels, film_colours), "field": field, "width": width, "dpi": dpi,
        "style": style, "colours": colours, "limits": limits, "columns": columns,
        "letters": letters, "legend": legend, "font": font, "crop": crop, "zoom": zoom,
        "aspect": aspect, "fps": fps, "hold": hold,
    }  # fmt: skip
    results = [Result.open(name) for name in names]
    states: dict[str, Any] = {
        "capacity": at_capacity, "time": at_time, "snapshot": snapshot, "snapshots": snapshots,
    }  # fmt: skip
    is_movie = movie or old_film or (output is not None and output.suffix.lower() in MOVIE_FORMATS)
    target = output or Path(
        _file_name([result.name for result in results], field, ".mp4" if is_movie else ".png")
    )
    if is_movie:
        typer.echo(_movie(results, target, states, choices))
        return
    typer.echo(pictures.picture(results, target, **states, **choices))
    for result in results:
        if note := nearest_state_note(result, at_capacity, at_time):
            complain(note)


def _movie(
    results: list[Result], target: Path, states: dict[str, Any], choices: dict[str, Any]
) -> Path:
    from deposition.render import pictures

    if any(state is not None for state in states.values()):
        raise ResultsError(
            "a movie shows all snapshots. Leave out --at-capacity, --at-time, --snapshot and "
            "--snapshots [E852]"
        )
    return pictures.movie(results, target, **choices)


def _warn_of_old_name(old: str, new: str) -> None:
    complain(f"Warning: {old} is now called {new}; the old name works until version 0.3")


def _file_name(names: list[str], field: str | None, suffix: str) -> str:
    """Default name of the file."""
    return "-".join([*names, *([] if field is None else [field])]) + suffix
