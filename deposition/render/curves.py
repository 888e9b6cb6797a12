"""Curves of results: histories of a run, profiles along the surface, and line scans."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deposition.analysis.profile import height_profile
from deposition.common.constants import HOUR, MA_PER_CM2, MILLIVOLT
from deposition.common.errors import ResultsError
from deposition.common.suggest import did_you_mean, listing
from deposition.mesh.cell import Floats, Ints
from deposition.mesh.point_location import locate
from deposition.render.captions import charge_as_printed
from deposition.render.fields import ELECTROLYTE, FIELDS, IN_LAYER, OF_REACTIONS, SURFACE, WORKING
from deposition.render.films import film_label
from deposition.results.result import Result
from deposition.results.snapshot import Snapshot

CHARGE, TIME, X, ARC, LINE = "charge", "time", "x", "arc", "line"
KELVIN = 273.15
LEAST_SHARE = 1e-3
"""Area fraction below which a film is not drawn."""
SAMPLES = 401
"""Points of a line scan."""


@dataclass(frozen=True)
class Axis:
    """Label of an axis, and name of its column in a table."""

    label: str
    column: str


@dataclass(frozen=True, eq=False)
class Curve:
    """Points (n,) of a curve; NaN between parts that are not connected."""

    label: str
    x: Floats
    y: Floats


@dataclass(frozen=True, eq=False)
class Chart:
    """Curves on common axes."""

    x: Axis
    y: Axis
    curves: tuple[Curve, ...]


def _temperature(result: Result) -> Floats:
    """Temperature of the run, which is constant, in °C at each time step."""
    stated = str(tomllib.loads(result.scenario_text).get("temperature", "298.15 K"))
    celsius = float(stated.removesuffix(" K")) - KELVIN
    return np.full(len(result.history["time_s"]), celsius)


HISTORIES: dict[str, tuple[Axis, Callable[[Result], NDArray[Any]]]] = {
    "voltage": (
        Axis("Cell voltage (mV)", "cell_voltage_mV"),
        lambda result: result.history["voltage_V"] / MILLIVOLT,
    ),
    "current": (
        Axis("Current density (mA cm$^{-2}$)", "current_density_mA_cm2"),
        lambda result: result.history["current_density_A_m2"] / MA_PER_CM2,
    ),
    "temperature": (Axis("Temperature (°C)", "temperature_degC"), _temperature),
    "roughness": (
        Axis("Roughness (µm)", "roughness_rms_um"),
        lambda result: result.history["roughness_rms_um"],
    ),
}
OVER = {
    CHARGE: Axis("Net areal charge (mAh cm$^{-2}$)", "charge_mAh_cm2"),
    TIME: Axis("Time (h)", "time_h"),
    X: Axis("x (µm)", "x_um"),
    ARC: Axis("Length along the surface (µm)", "arc_um"),
    LINE: Axis("Distance along the line (µm)", "distance_um"),
}
HEIGHT, FILM = "height", "film"
COLUMNS = {
    "current": "current_density_mA_cm2", "resistance": "film_resistance_ohm_cm2",
    "thickness": "film_thickness_nm", "charge": "charge_passed_mAh_cm2",
    "concentration": "concentration_mol_m3", "potential": "potential_mV",
    "flux": "flux_umol_m2_s", "relative-flux": "flux_over_mean",
    "dissolution": "lithium_dissolved_umol_m2_s", "film-growth": "film_growth_nm_h",
    "porous-lithium": "dead_lithium_mol_L",
}  # fmt: skip
"""Columns of the fields in a table."""
SURFACE_FIELDS = {name: field for name, field in FIELDS.items() if field.place == SURFACE}
SURFACE_FIELDS |= OF_REACTIONS
ON_SURFACE = (HEIGHT, FILM, *SURFACE_FIELDS)
INNER_FIELDS = {name: field for name, field in FIELDS.items() if field.place == ELECTROLYTE}
INNER_FIELDS |= IN_LAYER
INSIDE = tuple(INNER_FIELDS)


def default_abscissa(quantity: str) -> str:
    """Abscissa of a quantity unless another is stated.

    Raises ``ResultsError`` for an unknown quantity.
    """
    if quantity in HISTORIES:
        return CHARGE
    if quantity in ON_SURFACE:
        return X
    if quantity in INSIDE:
        return LINE
    known = dict.fromkeys((*HISTORIES, *ON_SURFACE, *INSIDE))
    raise ResultsError(
        f'unknown quantity "{quantity}".{did_you_mean(quantity, known)} Choose one of '
        f"{listing(known)} [E994]"
    )


def histories(results: Sequence[Result], labels: Sequence[str], quantity: str, over: str) -> Chart:
    """History of a quantity of each result against charge or time.

    Raises ``ResultsError`` if the quantity is none of ``HISTORIES``.
    """
    _check(quantity, over, HISTORIES)
    axis, values = HISTORIES[quantity]

    def abscissa(result: Result) -> NDArray[Any]:
        history = result.history
        return history["capacity_mAh_cm2"] if over == CHARGE else history["time_s"] / HOUR

    curves = [
        Curve(label, abscissa(result), values(result))
        for label, result in zip(labels, results, strict=True)
    ]
    return Chart(OVER[over], axis, tuple(curves))


def profiles_of(
    results: Sequence[Result],
    labels: Sequence[str],
    states: Sequence[Sequence[int]],
    quantity: str,
    over: str,
) -> Chart:
    """Profile of a quantity along the surface of each recorded state, against x or the arc.

    states  indices of the recorded states of each result
    Raises ``ResultsError`` if the quantity is none of ``ON_SURFACE``, or a result is not 2D.
    """
    _check(quantity, over, ON_SURFACE)
    curves = []
    for label, snapshot, initial in _named_states(results, labels, states):
        if snapshot.dim != 2:
            raise ResultsError(
                f"{label}: profiles along x and the arc exist in 2D only. Use a line scan of the "
                "electrolyte (--line), or export the surface as CSV [E995]"
            )
        if quantity == HEIGHT and over == X:
            place, height = height_profile(initial, snapshot)
            curves.append(Curve(label, place[:, 0], height))
            continue
        shown = SURFACE_FIELDS[quantity].on if quantity in SURFACE_FIELDS else WORKING
        order, x, arc = _along(snapshot, shown)
        abscissa = x if over == X else arc
        for name, values in _on_facets(snapshot, initial, quantity):
            curves.append(Curve(f"{label}{name}", abscissa, _picked(values, order)))
    return Chart(OVER[over], _axis(quantity), tuple(curves))


def line_scans(
    results: Sequence[Result],
    labels: Sequence[str],
    states: Sequence[Sequence[int]],
    quantity: str,
    ends: Floats,
) -> Chart:
    """Field in the electrolyte along a straight line; nothing where the line crosses metal.

    ends  (2, d) end points, µm
    Raises ``ResultsError`` if the quantity is none of ``INSIDE``, the points have another
    dimension, or the line does not cross the electrolyte.
    """
    _check(quantity, LINE, INSIDE)
    share = np.linspace(0.0, 1.0, SAMPLES)[:, None]
    curves = []
    for label, snapshot, _ in _named_states(results, labels, states):
        part = snapshot.electrolyte
        if ends.shape[1] != snapshot.dim or not np.ptp(ends, axis=0).any():
            raise ResultsError(
                f"{label}: a line needs two different points of {snapshot.dim} coordinates: "
                f'"{"0 10, 40 10" if snapshot.dim == 2 else "0 0 10, 20 20 10"}" [E996]'
            )
        points = ends[0] + share * (ends[1] - ends[0])
        found = locate(points, part.points, part.simplices)
        corners = INNER_FIELDS[quantity].values(snapshot)[part.simplices[found.simplex]]
        values = np.where(found.inside, (found.weight * corners).sum(axis=1), np.nan)
        if not found.inside.any():
            low, high = (", ".join(f"{x:.4g}" for x in corner) for corner in snapshot.bounds)
            raise ResultsError(
                f"{label}: the line does not cross the electrolyte. The cell lies between ({low}) "
                f"and ({high}) µm [E997]"
            )
        length = float(np.linalg.norm(ends[1] - ends[0]))
        curves.append(Curve(label, share[:, 0] * length, values))
    return Chart(OVER[LINE], _axis(quantity), tuple(curves))


def _check(quantity: str, over: str, known: Collection[str]) -> None:
    if quantity not in known:
        raise ResultsError(
            f'"{quantity}" has no values against {over}. Choose one of {listing(known)}, or leave '
            "--over out [E998]"
        )


def _axis(quantity: str) -> Axis:
    if quantity == HEIGHT:
        return Axis("Height above the original surface (µm)", "height_um")
    if quantity == FILM:
        return Axis("Area fraction", "area_fraction")
    return Axis((INNER_FIELDS | SURFACE_FIELDS)[quantity].label, COLUMNS[quantity])


def _named_states(
    results: Sequence[Result], labels: Sequence[str], states: Sequence[Sequence[int]]
) -> list[tuple[str, Snapshot, Snapshot]]:
    """Label, snapshot and initial snapshot of each state; the label has the charge if a result has
    several states."""
    found = []
    for result, label, numbers in zip(results, labels, states, strict=True):
        initial = result.snapshot(0)
        for number in numbers:
            snapshot = result.snapshot(number)
            charge = charge_as_printed(snapshot.capacity_mAh_cm2)
            several = f", {charge} mAh cm$^{{-2}}$" if len(numbers) > 1 else ""
            found.append((f"{label}{several}", snapshot, initial))
    return found


def _on_facets(snapshot: Snapshot, initial: Snapshot, quantity: str) -> list[tuple[str, Floats]]:
    """Addition to the label, and values (f,) on all facets; one pair per film component."""
    surface = snapshot.surface
    if quantity == FILM:
        columns = zip(surface.films, surface.fractions.T, strict=True)
        return [
            (f", {film_label(name)}", share) for name, share in columns if share.max() > LEAST_SHARE
        ]
    if quantity == HEIGHT:
        before = initial.surface
        start = before.points[before.facets[before.on(*WORKING)], 1].mean()
        return [("", surface.points[surface.facets, 1].mean(axis=1) - start)]
    return [("", np.asarray(SURFACE_FIELDS[quantity].values(snapshot), dtype=np.float64))]


def _picked(values: Floats, order: Ints) -> Floats:
    """Values in the order of the facets, NaN where the order has -1."""
    return np.where(order >= 0, values[order], np.nan)


def _along(snapshot: Snapshot, electrodes: Sequence[str]) -> tuple[Ints, Floats, Floats]:
    """Order of the facets of some electrodes along their surface, with x and arc length (µm) at
    their midpoints; parts begin at their left end, and -1 and NaN stand between two parts."""
    surface = snapshot.surface
    chosen = np.flatnonzero(surface.on(*electrodes))
    ends = surface.facets[chosen]
    pairs: list[tuple[int, int]] = [(int(one), int(other)) for one, other in ends]
    at: dict[int, list[int]] = {}
    for k, pair in enumerate(pairs):
        for vertex in pair:
            at.setdefault(vertex, []).append(k)
    tips = [vertex for vertex, facets in at.items() if len(facets) == 1]
    starts = sorted(tips or at, key=lambda vertex: tuple(surface.points[vertex]))
    order: list[int] = []
    used: set[int] = set()
    for start in [*starts, *sorted(at, key=lambda vertex: tuple(surface.points[vertex]))]:
        part = _walk(start, pairs, at, used)
        order += [*([-1] if order and part else []), *part]
    facets = np.array(order, dtype=np.int64)
    corners = surface.points[ends[np.maximum(facets, 0)]]
    gap = facets < 0
    length = np.where(gap, 0.0, np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1))
    arc = np.where(gap, np.nan, np.cumsum(length) - 0.5 * length)
    x = np.where(gap, np.nan, corners[..., 0].mean(axis=1))
    return np.where(gap, -1, chosen[np.maximum(facets, 0)]), x, arc


def _walk(
    start: int, ends: Sequence[tuple[int, int]], at: dict[int, list[int]], used: set[int]
) -> list[int]:
    """Facets from a vertex on, each once."""
    found: list[int] = []
    vertex = start
    while True:
        following = next((k for k in at[vertex] if k not in used), None)
        if following is None:
            return found
        used.add(following)
        found.append(following)
        one, other = ends[following]
        vertex = other if vertex == one else one
