"""Several results side by side: flux maps on common scales, profiles, a table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deposition.common.constants import MAH_PER_CM2
from deposition.common.errors import ResultsError
from deposition.comparison.gather import Gathered, gather
from deposition.render.comparison import comparison
from deposition.render.growth import growth_movie
from deposition.render.profiles import profiles
from deposition.results.result import DEFAULT_PARENT
from deposition.results.summary_table import Column, print_columns, write_csv

DEFAULT_OUTPUT = DEFAULT_PARENT / "compare"


@dataclass(frozen=True)
class Comparison:
    """What ``compare`` made.

    columns   one per result: its label and its summary
    capacity  charge at which maps and heights are compared, mAh/cm²
    elsewhere  which results had no state recorded near, and at what charge theirs is drawn
    figure, profiles, table   the files written
    films     of their growth in step; none where only the start was recorded
    report    the page, if one was wanted
    """

    columns: tuple[Column, ...]
    capacity: float
    figure: Path
    profiles: Path
    table: Path
    films: tuple[Path, ...] = ()
    report: Path | None = None
    elsewhere: tuple[str, ...] = ()


def compare(
    results: Sequence[Path | str],
    output: Path = DEFAULT_OUTPUT,
    parent: Path = DEFAULT_PARENT,
    suffix: str = ".png",
    report: Path | None = None,
) -> Comparison:
    """Compare results: ``comparison.png``, ``profiles.png``, ``comparison.csv`` and a film of their
    growth, ``growth.gif`` and ``growth.mp4``, in ``output``.

    results  folders, or names of scenarios whose results lie in ``parent``
    suffix   of the pictures: .png, .svg or .pdf
    report   a page (.html) that holds all of it and opens offline, if it is wanted

    Maps and heights are those at the largest charge that all results have recorded, or of the
    states nearest to it: ``elsewhere`` names those that are not near.  Raises
    ``ResultsError`` if there is nothing to compare, a result does not exist or has not ended, 2D is
    mixed with 3D, or ``output`` or ``report`` cannot be written.
    """
    gathered = gather(results, parent)
    if report is not None:
        _check_page(report)
    _make(output)
    columns = tuple(one.column for one in gathered.results)
    views = [one.view for one in gathered.results]
    curves = [one.curve for one in gathered.results]
    return Comparison(
        columns=columns,
        capacity=gathered.charge / MAH_PER_CM2,
        figure=comparison(views, output / f"comparison{suffix}"),
        profiles=profiles(curves, output / f"profiles{suffix}"),
        table=write_csv(columns, output / "comparison.csv"),
        films=_films(gathered, output),
        report=None if report is None else _report(gathered, report),
        elsewhere=gathered.notes,
    )


def _check_page(path: Path) -> None:
    """Make the folder of the page, before the long work; ResultsError if it cannot be written."""
    if path.suffix.lower() not in (".html", ".htm") or path.is_dir():
        raise ResultsError(f"--report {path}: name a file that ends in .html [E650]")
    _make(path.parent, "--report")
    if not os.access(path.parent, os.W_OK):
        raise ResultsError(
            f"cannot write into {path.parent}. Choose another place with --report [E651]"
        )


def _films(gathered: Gathered, output: Path) -> tuple[Path, ...]:
    results = [one.result for one in gathered.results]
    captions = [one.view.caption for one in gathered.results]
    paths = [output / f"growth{suffix}" for suffix in (".gif", ".mp4")]
    return tuple(growth_movie(results, captions, paths))


def _report(gathered: Gathered, path: Path) -> Path:
    from deposition.comparison.report import write_report

    return write_report(gathered, path)


def print_table(comparison: Comparison, console: Console | None = None) -> None:
    """Print the numbers that matter, one column per result, and what was written."""
    shown = console or Console()
    print_columns(comparison.columns, shown)
    files = [comparison.figure, comparison.profiles, *comparison.films, comparison.table]
    files += [] if comparison.report is None else [comparison.report]
    shown.print(
        f"\nMaps and heights at {comparison.capacity:.4g} mAh/cm²: {', '.join(map(str, files))}",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
    for note in comparison.elsewhere:
        shown.print(note, soft_wrap=True, highlight=False, markup=False)


def _make(folder: Path, option: str = "--output") -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ResultsError(
            f"cannot make the folder {folder}: {problem.strerror}. Choose another with {option}"
            " [E652]"
        ) from problem
