"""Several results side by side: flux maps on common scales, profiles, a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from deposition.cell import Floats
from deposition.comparison_table import Column, print_columns, write_csv
from deposition.constants import MAH_PER_CM2
from deposition.errors import ResultsError
from deposition.morphology import height_profile
from deposition.render.comparison import comparison
from deposition.render.layout import View
from deposition.render.of_result import caption_of
from deposition.render.panel import Caption
from deposition.render.profiles import Curve, profiles
from deposition.results import DEFAULT_PARENT, Result

DEFAULT_OUTPUT = DEFAULT_PARENT / "compare"
NEAR = 0.01
"""Charges that differ by less than this fraction are the same charge."""


@dataclass(frozen=True)
class Comparison:
    """What ``compare`` made.

    columns   one per result: its label and its summary
    capacity  charge at which maps and heights are compared, mAh/cm²
    figure, profiles, table   the files written
    """

    columns: tuple[Column, ...]
    capacity: float
    figure: Path
    profiles: Path
    table: Path


def compare(
    results: Sequence[Path | str],
    output: Path = DEFAULT_OUTPUT,
    parent: Path = DEFAULT_PARENT,
    suffix: str = ".png",
) -> Comparison:
    """Compare results: ``comparison.png``, ``profiles.png`` and ``comparison.csv`` in ``output``.

    results  folders, or names of scenarios whose results lie in ``parent``
    suffix   of the pictures: .png, .svg or .pdf

    Maps and heights are those at the largest charge that all results have recorded.  Raises
    ``ResultsError`` if there is nothing to compare, a result does not exist or has not ended, 2D is
    mixed with 3D, or ``output`` cannot be written.
    """
    opened = open_all(results, parent)
    charge = common_charge([result.capacities for result in opened])
    labels = unlike([caption_of(result).name for result in opened], opened)
    views = [view_at(r, name, charge) for r, name in zip(opened, labels, strict=True)]
    curves = [curve_of(r, v) for r, v in zip(opened, views, strict=True)]
    columns = tuple(Column(v.caption.name, r.summary) for r, v in zip(opened, views, strict=True))
    _make(output)
    return Comparison(
        columns=columns,
        capacity=charge / MAH_PER_CM2,
        figure=comparison(views, output / f"comparison{suffix}"),
        profiles=profiles(curves, output / f"profiles{suffix}"),
        table=write_csv(columns, output / "comparison.csv"),
    )


def print_table(comparison: Comparison, console: Console | None = None) -> None:
    """Print the numbers that matter, one column per result, and what was written."""
    shown = console or Console()
    print_columns(comparison.columns, shown)
    files = (comparison.figure, comparison.profiles, comparison.table)
    shown.print(
        f"\nMaps and heights at {comparison.capacity:.4g} mAh/cm²: {', '.join(map(str, files))}",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )


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
    _one_dimension(opened)
    return opened


def _one_dimension(results: Sequence[Result]) -> None:
    by_dimension: dict[int, list[str]] = {}
    for result in results:
        by_dimension.setdefault(result.summary["dimension"], []).append(str(result.folder))
    if len(by_dimension) > 1:
        parts = [f"{', '.join(names)} {d}D" for d, names in sorted(by_dimension.items())]
        raise ResultsError(
            f"2D and 3D results cannot be compared: {'; '.join(parts)}. Compare them apart"
        )


def common_charge(recorded: Sequence[Floats]) -> float:
    """The largest charge (C/m²) at which every result has a recorded state, to within ``NEAR``.

    Where there is none but the start, the smallest of the last charges.
    """
    shortest = min(recorded, key=lambda charges: float(charges[-1]))
    for charge in sorted(shortest[shortest > 0], reverse=True):
        if all(np.abs(charges - charge).min() <= NEAR * charge for charges in recorded):
            return float(charge)
    return float(shortest[-1])


def unlike(names: Sequence[str], results: Sequence[Result]) -> list[str]:
    """The names, with that of the folder where two would be the same."""
    return [
        f"{name} ({result.folder.resolve().name})" if names.count(name) > 1 else name
        for name, result in zip(names, results, strict=True)
    ]


def view_at(result: Result, name: str, charge: float) -> View:
    """The recorded state of a result that is nearest to ``charge``, C/m²."""
    index = int(np.argmin(np.abs(result.capacities - charge)))
    caption = Caption(name, caption_of(result).wagner)
    return View(caption, result.snapshot(0), result.snapshot(index))


def curve_of(result: Result, view: View) -> Curve:
    """What the profiles need of a result."""
    place, height = height_profile(view.initial, view.snapshot)
    history: dict[str, Any] = result.history
    return Curve(
        label=view.caption.name,
        place=place,
        height=height,
        capacity=history["capacity_mAh_cm2"],
        voltage=history["voltage_V"],
        roughness=history["roughness_rms_um"],
    )


def _make(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ResultsError(
            f"cannot make the folder {output}: {problem.strerror}. Choose another with --output"
        ) from problem
