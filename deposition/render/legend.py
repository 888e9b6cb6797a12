"""Legend under a flux map: films with their resistance, and the kinds of metal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.patheffects as effects
import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from deposition.analysis.profile import height_profile
from deposition.mesh.cell import COLLECTOR, DEAD_LITHIUM, LITHIUM
from deposition.render.film_strip import CASING, WIDTH
from deposition.render.films import film_label, film_resistance, films_shown
from deposition.render.metal import DOTS, FACE, HATCH, simplices_of
from deposition.render.style import (
    DEPOSIT,
    FLUX,
    INK,
    ORIGINAL,
    PLAIN,
    SEPARATOR,
    SMALL,
    outside_ink,
)
from deposition.render.typesetting import LEADING, type_width, wrapped
from deposition.results.snapshot import Snapshot
from deposition.scenario import NO_FILM

ROW_CM, LEFT_CM, ABOVE_CM = 0.36, 0.1, 0.22
HIDDEN = 0.5 * CASING * WIDTH
"""Half the width of the surface strip over that of the map; a smaller displacement is invisible."""


def film_entries(
    snapshots: Sequence[Snapshot], initial: Sequence[Snapshot], colours: dict[str, str]
) -> list[Artist]:
    """Coloured line for each film on any of the surfaces, in ascending order of resistance.

    The resistance is that of the undiluted film, one value per result: before the run, else in the
    first state that contains the film undiluted.  ``initial``: the state before the run of each
    snapshot.
    """
    names = {name for snapshot in snapshots for name in films_shown(snapshot.surface)}
    found = {name: _resistances(name, snapshots, initial) for name in names}
    casing = [effects.withStroke(linewidth=4, foreground="white")]  # visible on dark paper only
    return [
        Line2D([], [], color=colours[name], linewidth=3, solid_capstyle="butt",
               path_effects=casing, label=_with_resistance(name, found[name]))
        for name in sorted(found, key=lambda n: (min(found[n], default=float("inf")), n))
    ]  # fmt: skip


def _resistances(
    name: str, snapshots: Sequence[Snapshot], initial: Sequence[Snapshot]
) -> set[float]:
    """Distinct resistances of a film in the results, ohm cm², rounded to three digits.

    Snapshots with the same state before the run belong to the same result.
    """
    by_result: dict[int, float] = {}
    for before, later in zip(initial, snapshots, strict=True):
        for surface in (before.surface, later.surface):
            value = film_resistance(surface, name) if name in surface.films else None
            if value is not None:
                by_result.setdefault(id(before), float(f"{value:.3g}"))
    return set(by_result.values())


def _with_resistance(name: str, values: set[float]) -> str:
    """Label of a film with its resistances in the different runs if they are known."""
    printed = " or ".join(f"{value:g}" for value in sorted(values) if name != NO_FILM)
    return f"{film_label(name)} ({printed} Ω cm$^2$)" if printed else film_label(name)


def flux_entry() -> Artist:
    """Legend entry of the flux lines."""
    return Line2D([], [], color=FLUX, linewidth=0.6, solid_capstyle="butt", label="Li$^+$ flux",
                  path_effects=_ground())  # fmt: skip


def _ground() -> list[effects.AbstractPathEffect]:
    """Ground of a thin line in the legend: that of the map on a dark page, else the paper."""
    if outside_ink() == INK:
        return [effects.Normal()]
    solid = {"dash_offset": 0, "dash_list": None}
    return [effects.Stroke(linewidth=7, foreground=PLAIN, dashes=solid), effects.Normal()]


def metal_entries(snapshots: Sequence[Snapshot], initial: Sequence[Snapshot]) -> list[Artist]:
    """Legend entries of the visible kinds of metal, the separator and the original surface.

    ``initial``: the state before the run of each snapshot.
    """
    moved = [Moved.of(before, later) for before, later in zip(initial, snapshots, strict=True)]

    def occurs(kind: str) -> bool:
        return any(len(simplices_of(s.bodies, kind)) for s in snapshots)

    entries: list[Artist] = []
    if any(one.up for one in moved):
        entries.append(Patch(facecolor=DEPOSIT, edgecolor="none", label="deposited Li"))
    if any(len(simplices_of(s.bodies, LITHIUM)) for s in initial):
        entries.append(Patch(facecolor=ORIGINAL, edgecolor="none", label="original Li"))
    if occurs(COLLECTOR):
        entries.append(Patch(facecolor=FACE[COLLECTOR], edgecolor="none", label="collector"))
    if occurs(DEAD_LITHIUM):
        entries.append(
            Patch(facecolor=FACE[DEAD_LITHIUM], edgecolor=INK, linewidth=0.5, hatch=HATCH,
                  label="dead Li")
        )  # fmt: skip
    if any(len(s.electrolyte.separator) for s in snapshots):
        entries.append(
            Patch(facecolor=PLAIN, edgecolor=SEPARATOR, linewidth=0.4, hatch=DOTS,
                  label="separator")
        )  # fmt: skip
    if any(one.original_visible for one in moved):
        entries.append(
            Line2D([], [], color=INK, linewidth=0.6, dashes=(4, 2.5), label="original surface",
                   path_effects=_ground())
        )  # fmt: skip
    return entries


@dataclass(frozen=True)
class Moved:
    """Visible displacement of the surface, larger than half the strip along it.

    up                the surface has moved up somewhere, so that a deposit is visible
    original_visible  the surface has moved up or down, or dead lithium exists, which has no strip
    """

    up: bool
    original_visible: bool

    @classmethod
    def of(cls, before: Snapshot, later: Snapshot) -> Moved:
        """Displacement from the snapshot before the run to a later one."""
        if before is later:
            return cls(up=False, original_visible=_has_dead(later))
        hidden = HIDDEN * float(np.ptp(later.bounds[:, 0]))
        _, height = height_profile(before, later)
        up, down = (np.nanmax(sign * height, initial=0.0) > hidden for sign in (1.0, -1.0))
        return cls(bool(up), bool(up or down) or _has_dead(later))


def _has_dead(snapshot: Snapshot) -> bool:
    return bool(snapshot.surface.on(DEAD_LITHIUM).any())


HANDLE, CURVE_HANDLE, PAD, BETWEEN = 1.4, 2.6, 0.4, 1.0
"""Handle length of patches and of curves, and space after the handle and after the label, in units
of the font size."""


@dataclass(frozen=True)
class Group:
    """Legend entries arranged in rows of ``columns``.

    lines   most lines of type in an entry: 1, unless a single entry is wider than the page
    handle  length of the coloured lines, in units of the font size
    """

    entries: Sequence[Artist]
    columns: int
    lines: int = 1
    handle: float = HANDLE

    @classmethod
    def of(cls, entries: Sequence[Artist], width: float, handle: float = HANDLE) -> Group:
        """Arrange the entries in the fewest evenly filled rows that fit into ``width`` cm."""
        beside = SMALL * (handle + PAD + BETWEEN)
        each = [beside + type_width(str(e.get_label())) for e in entries]

        def required(columns: int) -> float:
            return sum(max(each[first::columns]) for first in range(columns)) / 72 * 2.54

        room = width - LEFT_CM + BETWEEN * SMALL / 72 * 2.54
        most = next((n for n in range(len(each), 0, -1) if required(n) <= room), 0)
        if most == 0:
            return cls(entries, 1, _divide(entries, room / 2.54 * 72 - beside), handle)
        rows = -(-len(each) // most)
        return cls(entries, -(-len(each) // rows), 1, handle)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return -(-len(self.entries) // self.columns)

    @property
    def height(self) -> float:
        """Height of the group, cm."""
        more = (self.lines - 1) * LEADING * SMALL / 72 * 2.54
        return (ROW_CM + more) * self.rows

    @property
    def by_rows(self) -> list[Artist]:
        """Entries reordered so that matplotlib, which fills columns, shows them row by row."""
        return [
            entry for first in range(self.columns) for entry in self.entries[first :: self.columns]
        ]


def _divide(entries: Sequence[Artist], room: float) -> int:
    """Divide labels that are wider than the room into lines; return the most lines."""
    most = 1
    for entry in entries:
        lines = wrapped(str(entry.get_label()), room, SMALL)
        entry.set_label("\n".join(lines))
        most = max(most, len(lines))
    return most


@dataclass(frozen=True)
class Legend:
    """Groups of entries and lines of text, stacked along the bottom of a figure."""

    groups: tuple[Group, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        first: Sequence[Artist],
        second: Sequence[Artist],
        width: float,
        flux: bool = True,
        notes: Sequence[str] = (),
    ) -> Legend:
        """Two groups in ``width`` cm, and notes below them.

        If there are flux lines (``flux``), their entry ends the first group if that needs no
        additional row, else the second.
        """
        room = (width - 2 * LEFT_CM) / 2.54 * 72
        lines = tuple(line for note in notes for line in wrapped(note, room, SMALL))
        if flux:
            room_left = first and Group.of([*first, flux_entry()], width).rows == (
                Group.of(first, width).rows
            )
            if room_left:
                first = [*first, flux_entry()]
            else:
                second = [*second, flux_entry()]
        return cls(tuple(Group.of(g, width) for g in (first, second) if g), lines)

    @classmethod
    def of_curves(
        cls, entries: Sequence[Artist], width: float, notes: Sequence[str] = ()
    ) -> Legend:
        """One group of curves, whose dashes need longer lines, and notes below it."""
        room = (width - 2 * LEFT_CM) / 2.54 * 72
        lines = tuple(line for note in notes for line in wrapped(note, room, SMALL))
        return cls((Group.of(entries, width, CURVE_HANDLE),) if entries else (), lines)

    @property
    def height(self) -> float:
        """Height of the legend, cm."""
        entries = sum(group.height for group in self.groups)
        return entries + ROW_CM * len(self.notes) + ABOVE_CM + 0.08

    def draw(self, figure: Figure) -> None:
        """Add the groups and the notes to the figure."""
        top = self.height - ABOVE_CM
        across, up = figure.get_size_inches() * 2.54
        for group in self.groups:
            figure.legend(
                handles=group.by_rows, loc="upper left", ncols=group.columns,
                bbox_to_anchor=(LEFT_CM / across, top / up), frameon=False, fontsize=SMALL,
                handlelength=group.handle, handletextpad=PAD, columnspacing=BETWEEN,
                labelspacing=0.35, borderaxespad=0.0, borderpad=0.0,
            )  # fmt: skip
            top -= group.height
        for note in self.notes:
            figure.text(LEFT_CM / across, top / up, note, fontsize=SMALL, va="top")
            top -= ROW_CM
