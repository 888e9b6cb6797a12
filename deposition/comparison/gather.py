"""Results of a comparison and their common charge."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from deposition.analysis.profile import height_profile
from deposition.common.constants import MAH_PER_CM2
from deposition.common.errors import ResultsError
from deposition.mesh.cell import Floats
from deposition.protocol import net
from deposition.protocol.plan import RELATIVE_ROUNDING
from deposition.render.choices import Choices
from deposition.render.layout import View
from deposition.render.movies import charge_throughput
from deposition.render.of_result import caption_of, unlike
from deposition.render.panel import Caption
from deposition.render.profiles import Curve
from deposition.results.error_bars import ErrorBar, error_bars_of
from deposition.results.loads import history_of_loads
from deposition.results.result import DEFAULT_PARENT, SCENARIO, Result
from deposition.results.summary_table import Column

NEAR = 0.01
"""Relative difference below which two charges count as equal."""


@dataclass(frozen=True, eq=False)
class Compared:
    """One result of a comparison.

    name        of its scenario, with the folder name if two scenarios have the same name
    view        its map, of the recorded state nearest to the common charge
    drawn_at    net charge of that state, C/m²
    off_charge  true if that charge deviates from the common charge by more than ``NEAR``
    """

    name: str
    result: Result
    view: View
    drawn_at: float
    off_charge: bool = False

    @property
    def label(self) -> str:
        """Caption of its map."""
        return self.view.caption.name

    @property
    def column(self) -> Column:
        """Its column in the table."""
        return Column(self.label, self.result.summary, self.bars)

    @cached_property
    def bars(self) -> Mapping[str, ErrorBar]:
        """Error bars of its numbers, if its scenario has been studied (``deposition converge``)."""
        result = self.result
        return error_bars_of(result.folder, result.scenario_text)

    @cached_property
    def curve(self) -> Curve:
        """Its heights, voltage and roughness."""
        return curve_of(self.result, self.view, self.drawn_at if self.off_charge else None)

    @property
    def note(self) -> str:
        """Statement of the charge of its map if that is not the common one; else empty."""
        if not self.off_charge:
            return ""
        return (
            f"{self.label} has no recorded state near that charge; it is drawn at "
            f"{self.drawn_at / MAH_PER_CM2:.4g} mAh/cm²"
        )


@dataclass(frozen=True, eq=False)
class Gathered:
    """Comparable results and their common charge, C/m²."""

    results: tuple[Compared, ...]
    charge: float

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on the results that are not drawn at the common charge."""
        return tuple(one.note for one in self.results if one.off_charge)


def gather(
    results: Sequence[Path | str],
    parent: Path = DEFAULT_PARENT,
    labels: Sequence[str] | None = None,
) -> Gathered:
    """Open the results with their maps at the common charge; raises as ``compare`` does.

    labels  names of the results (None: those of ``caption_of``)
    """
    opened = open_all(results, parent)
    recorded = [recorded_charges(result) for result in opened]
    charge = common_charge(recorded)
    captions = Choices(labels=labels).captions([caption_of(result) for result in opened])
    labels = unlike([caption.name for caption in captions], opened)
    names = unlike([result.name for result in opened], opened)
    compared = (
        _compared(name, label, result, charges, charge)
        for name, label, result, charges in zip(names, labels, opened, recorded, strict=True)
    )
    return Gathered(tuple(compared), charge)


def _compared(name: str, label: str, result: Result, charges: Floats, charge: float) -> Compared:
    """Result with the recorded state that is nearest to a charge, C/m²."""
    index = nearest(charges, charge)
    drawn_at = float(charges[index])
    far = abs(drawn_at - charge) > NEAR * abs(charge)
    return Compared(name, result, view_of(result, label, index), drawn_at, far)


def open_all(results: Sequence[Path | str], parent: Path) -> list[Result]:
    """Open the results, each once.

    Raises ``ResultsError`` if there is none, one has not ended, or dimensions differ.
    """
    found = {r.folder.resolve(): r for r in (Result.open(name, parent) for name in results)}
    if not found:
        raise ResultsError("no result to compare. Name at least one result, such as be [E653]")
    opened = list(found.values())
    for result in opened:
        if not result.ended:
            raise ResultsError(
                f"{result.folder} has no summary.json. Its run has not ended, or was killed. "
                "Wait for its end, or run it again with --overwrite [E654]"
            )
        scenario_of(result)
    _one_dimension(opened)
    return opened


def scenario_of(result: Result) -> dict[str, Any]:
    """Resolved scenario of a result as nested tables.  Raises ``ResultsError`` if it is damaged."""
    try:
        return tomllib.loads(result.scenario_text)
    except tomllib.TOMLDecodeError as problem:
        raise ResultsError(
            f"{result.folder / SCENARIO} is damaged: {problem}. "
            "Restore the file, or run the scenario again with --overwrite."
            " [E655]"
        ) from problem


def _one_dimension(results: Sequence[Result]) -> None:
    by_dimension: dict[int, list[str]] = {}
    for result in results:
        by_dimension.setdefault(result.summary["dimension"], []).append(str(result.folder))
    if len(by_dimension) > 1:
        parts = [f"{', '.join(names)} {d}D" for d, names in sorted(by_dimension.items())]
        raise ResultsError(
            f"2D and 3D results cannot be compared: {'; '.join(parts)}. Compare them separately "
            "[E656]"
        )


def recorded_charges(result: Result) -> Floats:
    """(r,) net charge of the recorded states, C/m²; 0 if it is rounding of the throughput."""
    charges = result.capacities
    return np.array(
        [net(c, total) for c, total in zip(charges, charge_throughput(charges), strict=True)]
    )


def common_charge(recorded: Sequence[Floats]) -> float:
    """Largest net charge at which every result has a recorded state within ``NEAR``, C/m².

    If only the initial state is common, the smallest of their ``farthest`` charges.
    """
    shortest = min(recorded, key=lambda charges: abs(farthest(charges)))
    plated, stripped = shortest[shortest > 0.0], shortest[shortest < 0.0]
    for charge in (*sorted(plated, reverse=True), *sorted(stripped)):
        if all(np.abs(charges - charge).min() <= NEAR * abs(charge) for charges in recorded):
            return float(charge)
    return farthest(shortest)


def farthest(charges: Floats) -> float:
    """Largest recorded net charge, C/m²; if the run only strips, the most negative one.

    The final charge is not used, because it is near 0 after a cycle.
    """
    most = float(charges.max())
    return most if most > 0.0 else float(charges.min())


def nearest(charges: Floats, charge: float) -> int:
    """Index of the first recorded state that is nearest to a charge, within rounding."""
    distance = np.abs(charges - charge)
    return int(np.argmax(distance <= distance.min() + RELATIVE_ROUNDING * np.abs(charges).max()))


def view_of(result: Result, name: str, index: int) -> View:
    """Map of a recorded state with a caption."""
    caption = Caption(name, caption_of(result).wagner)
    return View(caption, result.snapshot(0), result.snapshot(index))


def curve_of(result: Result, view: View, drawn_at: float | None = None) -> Curve:
    """Curves of a result; ``drawn_at`` (C/m²) only if it is not the common charge."""
    place, height = height_profile(view.initial, view.snapshot)
    history = history_of_loads(result)
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
