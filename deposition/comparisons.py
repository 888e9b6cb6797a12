"""Several results side by side: flux maps on common scales, profiles, a table."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from deposition.cell import Floats
from deposition.comparison_table import Column, print_columns, write_csv
from deposition.constants import MAH_PER_CM2
from deposition.errors import ResultsError
from deposition.morphology import height_profile
from deposition.protocol import net
from deposition.protocol.plan import NOISE
from deposition.render.comparison import comparison
from deposition.render.growth import growth_film, passed
from deposition.render.layout import View
from deposition.render.of_result import caption_of, unlike
from deposition.render.panel import Caption
from deposition.render.profiles import Curve, profiles
from deposition.results import ANEW, DEFAULT_PARENT, SCENARIO, Result

DEFAULT_OUTPUT = DEFAULT_PARENT / "compare"
NEAR = 0.01
"""Charges that differ by less than this fraction are the same charge."""


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


@dataclass(frozen=True, eq=False)
class Compared:
    """One result of a comparison.

    name  of its scenario, with its folder where two have the same
    view  its map, of the state recorded nearest to the common charge
    drawn_at   net charge of that state, C/m²
    elsewhere  whether that is another charge
    """

    name: str
    result: Result
    view: View
    drawn_at: float
    elsewhere: bool = False

    @property
    def label(self) -> str:
        """What stands over its map."""
        return self.view.caption.name

    @property
    def column(self) -> Column:
        """Its column in the table."""
        return Column(self.label, self.result.summary)

    @cached_property
    def curve(self) -> Curve:
        """Its heights, voltage and roughness."""
        return curve_of(self.result, self.view, self.drawn_at if self.elsewhere else None)

    @property
    def note(self) -> str:
        """At what charge it is drawn, where that is not the common one; else empty."""
        if not self.elsewhere:
            return ""
        return (
            f"{self.label} has no state recorded near that charge: drawn at "
            f"{self.drawn_at / MAH_PER_CM2:.4g} mAh/cm²"
        )


@dataclass(frozen=True, eq=False)
class Gathered:
    """Results that can be compared, and the charge at which they are, C/m²."""

    results: tuple[Compared, ...]
    charge: float

    @property
    def notes(self) -> tuple[str, ...]:
        """What is drawn at another charge."""
        return tuple(one.note for one in self.results if one.elsewhere)


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


def gather(results: Sequence[Path | str], parent: Path = DEFAULT_PARENT) -> Gathered:
    """The results and their maps at the charge that all have; raises as ``compare`` does."""
    opened = open_all(results, parent)
    recorded = [recorded_charges(result) for result in opened]
    charge = common_charge(recorded)
    labels = unlike([caption_of(result).name for result in opened], opened)
    names = unlike([result.name for result in opened], opened)
    compared = (
        _compared(name, label, result, charges, charge)
        for name, label, result, charges in zip(names, labels, opened, recorded, strict=True)
    )
    return Gathered(tuple(compared), charge)


def _compared(name: str, label: str, result: Result, charges: Floats, charge: float) -> Compared:
    """A result at the recorded state that is nearest to a charge, C/m²."""
    index = nearest(charges, charge)
    drawn_at = float(charges[index])
    far = abs(drawn_at - charge) > NEAR * abs(charge)
    return Compared(name, result, view_of(result, label, index), drawn_at, far)


def _check_page(path: Path) -> None:
    """Make the folder of the page, before the long work; ResultsError if it cannot be written."""
    if path.suffix.lower() not in (".html", ".htm") or path.is_dir():
        raise ResultsError(f"--report {path}: name a file that ends in .html")
    _make(path.parent, "--report")
    if not os.access(path.parent, os.W_OK):
        raise ResultsError(f"cannot write into {path.parent}. Choose another place with --report")


def _films(gathered: Gathered, output: Path) -> tuple[Path, ...]:
    results = [one.result for one in gathered.results]
    captions = [one.view.caption for one in gathered.results]
    paths = [output / f"growth{suffix}" for suffix in (".gif", ".mp4")]
    return tuple(growth_film(results, captions, paths))


def _report(gathered: Gathered, path: Path) -> Path:
    from deposition.report import write_report  # loads jinja2 only when a page is wanted

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


def open_all(results: Sequence[Path | str], parent: Path) -> list[Result]:
    """The results, each once, all ended and all of one dimension.  Raises ``ResultsError``."""
    found = {r.folder.resolve(): r for r in (Result.open(name, parent) for name in results)}
    if not found:
        raise ResultsError("nothing to compare: name at least one result, such as be")
    opened = list(found.values())
    for result in opened:
        if not result.ended:
            raise ResultsError(
                f"{result.folder} has no summary.json: its run has not ended, or was killed. "
                "Wait for it, or run it again with --overwrite"
            )
        scenario_of(result)
    _one_dimension(opened)
    return opened


def scenario_of(result: Result) -> dict[str, Any]:
    """The resolved scenario of a result as nested tables; ResultsError if it is damaged."""
    try:
        return tomllib.loads(result.scenario_text)
    except tomllib.TOMLDecodeError as problem:
        raise ResultsError(f"{result.folder / SCENARIO} is damaged: {problem}. {ANEW}") from problem


def _one_dimension(results: Sequence[Result]) -> None:
    by_dimension: dict[int, list[str]] = {}
    for result in results:
        by_dimension.setdefault(result.summary["dimension"], []).append(str(result.folder))
    if len(by_dimension) > 1:
        parts = [f"{', '.join(names)} {d}D" for d, names in sorted(by_dimension.items())]
        raise ResultsError(
            f"2D and 3D results cannot be compared: {'; '.join(parts)}. Compare them apart"
        )


def recorded_charges(result: Result) -> Floats:
    """(r,) net charge at the recorded states, C/m²; 0 where it is but rounding of what passed."""
    charges = result.capacities
    return np.array(
        [net(charge, through) for charge, through in zip(charges, passed(charges), strict=True)]
    )


def common_charge(recorded: Sequence[Floats]) -> float:
    """The largest net charge (C/m²) at which every result has a recorded state, within ``NEAR``.

    Where there is none but the start, the smallest of their ``farthest`` charges.
    """
    shortest = min(recorded, key=lambda charges: abs(farthest(charges)))
    plated, stripped = shortest[shortest > 0.0], shortest[shortest < 0.0]
    for charge in (*sorted(plated, reverse=True), *sorted(stripped)):
        if all(np.abs(charges - charge).min() <= NEAR * abs(charge) for charges in recorded):
            return float(charge)
    return farthest(shortest)


def farthest(charges: Floats) -> float:
    """The largest net charge plated that a result has recorded; if it has only stripped, the most
    that it stripped (< 0).  A run that cycles ends near 0, whatever it has done before."""
    most = float(charges.max())
    return most if most > 0.0 else float(charges.min())


def nearest(charges: Floats, charge: float) -> int:
    """Number of the first recorded state that is nearest to a charge, but for rounding."""
    distance = np.abs(charges - charge)
    return int(np.argmax(distance <= distance.min() + NOISE * np.abs(charges).max()))


def view_of(result: Result, name: str, index: int) -> View:
    """A recorded state of a result, under a name."""
    caption = Caption(name, caption_of(result).wagner)
    return View(caption, result.snapshot(0), result.snapshot(index))


def curve_of(result: Result, view: View, drawn_at: float | None = None) -> Curve:
    """What the profiles need of a result; ``drawn_at`` (C/m²) where it is not the common charge."""
    place, height = height_profile(view.initial, view.snapshot)
    history: dict[str, Any] = result.history
    return Curve(
        label=view.caption.name,
        drawn_at=None if drawn_at is None else drawn_at / MAH_PER_CM2,
        place=place,
        height=height,
        time=history["time_s"],
        capacity=history["capacity_mAh_cm2"],
        voltage=history["voltage_V"],
        roughness=history["roughness_rms_um"],
        measured=result.summary.get("measured_cell_voltage_V"),
    )


def _make(folder: Path, option: str = "--output") -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ResultsError(
            f"cannot make the folder {folder}: {problem.strerror}. Choose another with {option}"
        ) from problem
