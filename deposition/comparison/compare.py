"""Comparison of several results: flux maps on common scales, profiles, movies, a table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deposition.common.constants import MAH_PER_CM2
from deposition.common.errors import ResultsError
from deposition.comparison.gather import Gathered, gather
from deposition.render.choices import Choices
from deposition.render.comparison import comparison
from deposition.render.movies import growth_movie
from deposition.render.profiles import profiles
from deposition.render.style import COLUMN_CM, DPI, check_format
from deposition.results.result import DEFAULT_PARENT
from deposition.results.summary_table import Column, print_columns, write_csv

DEFAULT_OUTPUT = DEFAULT_PARENT / "compare"
PLAIN = Choices()


@dataclass(frozen=True)
class Comparison:
    """Results and files of ``compare``.

    columns   one per result: its label and its summary
    capacity  common charge of maps and heights, mAh/cm²
    figure, profiles, table   the files written
    movies    synchronized movies of the deposits; none if only the initial state was recorded
    report    the page, if it was requested
    notes     one for each result without a recorded state near the common charge
    """

    columns: tuple[Column, ...]
    capacity: float
    figure: Path
    profiles: Path
    table: Path
    movies: tuple[Path, ...] = ()
    report: Path | None = None
    notes: tuple[str, ...] = ()


def compare(
    results: Sequence[Path | str],
    output: str | Path = DEFAULT_OUTPUT,
    parent: str | Path = DEFAULT_PARENT,
    suffix: str = ".png",
    report: str | Path | None = None,
    choices: Choices = PLAIN,
) -> Comparison:
    """Compare results and write pictures, movies and a table.

    The files ``comparison.png``, ``profiles.png``, ``comparison.csv``, ``growth.gif`` and
    ``growth.mp4`` are written into ``output``.

    results  folders, or names of scenarios whose results lie in ``parent``
    suffix   of the pictures: .png, .svg or .pdf
    report   path of a self-contained page (.html), if it is requested
    choices  width, labels, colours, font … of the pictures, see ``render.choices.Choices``

    Maps and heights are taken at the largest charge at which all results have a recorded state, or
    from the states nearest to it; ``notes`` states the deviations.  Raises ``ResultsError`` if
    there is no result, a result does not exist or has not ended, 2D is mixed with 3D, or ``output``
    or ``report`` cannot be written.

    >>> compare(["c-i-be-ln", "early"], output="both").table.name
    'comparison.csv'
    """
    output, report = Path(output), None if report is None else Path(report)
    look, page, dpi = choices.look, choices.page, choices.sharpness or DPI
    check_format(Path(f"comparison{suffix}"))
    gathered = gather(results, Path(parent), choices.labels)
    views = [one.view for one in gathered.results]
    scale = choices.scale([view.snapshot for view in views])
    if report is not None:
        _check_page(report)
    _make_output_folder(output)
    columns = tuple(one.column for one in gathered.results)
    curves = [one.curve for one in gathered.results]
    return Comparison(
        columns=columns,
        capacity=gathered.charge / MAH_PER_CM2,
        figure=comparison(views, output / f"comparison{suffix}", dpi, scale, page, look),
        profiles=profiles(curves, output / f"profiles{suffix}", dpi, page.width or COLUMN_CM, look),
        table=write_csv(columns, output / "comparison.csv"),
        movies=_movies(gathered, output),
        report=None if report is None else _report(gathered, report),
        notes=gathered.notes,
    )


def _check_page(path: Path) -> None:
    """Create the folder of the page before the pictures are drawn.

    Raises ``ResultsError`` if the page cannot be written.
    """
    if path.suffix.lower() not in (".html", ".htm") or path.is_dir():
        raise ResultsError(f"--report {path} is no page. Name a file that ends in .html [E650]")
    _make_output_folder(path.parent, "--report")
    if not os.access(path.parent, os.W_OK):
        raise ResultsError(
            f"cannot write into {path.parent}. Choose another folder with --report [E651]"
        )


def _movies(gathered: Gathered, output: Path) -> tuple[Path, ...]:
    results = [one.result for one in gathered.results]
    captions = [one.view.caption for one in gathered.results]
    paths = [output / f"growth{suffix}" for suffix in (".gif", ".mp4")]
    return tuple(growth_movie(results, captions, paths))


def _report(gathered: Gathered, path: Path) -> Path:
    from deposition.comparison.report import write_report

    return write_report(gathered, path)


def print_table(comparison: Comparison, console: Console | None = None) -> None:
    """Print the table of the summaries, one column per result, and the paths of the files."""
    shown = console or Console()
    print_columns(comparison.columns, shown)
    files = [comparison.figure, comparison.profiles, *comparison.movies, comparison.table]
    files += [] if comparison.report is None else [comparison.report]
    shown.print(
        f"\nMaps and heights at {comparison.capacity:.4g} mAh/cm²: {', '.join(map(str, files))}",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
    for note in comparison.notes:
        shown.print(note, soft_wrap=True, highlight=False, markup=False)


def _make_output_folder(folder: Path, option: str = "--output") -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ResultsError(
            f"cannot create the folder {folder}. {problem.strerror}. Choose another with {option} "
            "[E652]"
        ) from problem
