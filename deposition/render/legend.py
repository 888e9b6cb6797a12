"""The legend under a flux map: films with their resistance, and the kinds of metal."""

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
from deposition.render.metal import FACE, HATCH, simplices_of
from deposition.render.style import DEPOSIT, FLUX, INK, ORIGINAL, SMALL, outside_ink, type_width
from deposition.results.snapshot import Snapshot
from deposition.scenario import NO_FILM

ROW_CM, LEFT_CM, ABOVE_CM = 0.36, 0.1, 0.22
HIDDEN = 0.5 * CASING * WIDTH
"""Half of the strip along a surface, over the width of the map: no less is seen to have moved."""


def film_entries(
    snapshots: Sequence[Snapshot], initial: Sequence[Snapshot], colours: dict[str, str]
) -> list[Artist]:
    """A coloured line for each film on any of the surfaces, most conductive first.

    Its resistance is that of the undiluted film: one number a result, as it was before the run,
    else as it is in the first state that has the film undiluted.  ``initial`` of each snapshot.
    """
    names = {name for snapshot in snapshots for name in films_shown(snapshot.surface)}
    found = {name: _resistances(name, snapshots, initial) for name in names}
    casing = [effects.withStroke(linewidth=4, foreground="white")]  # seen on dark paper only
    return [
        Line2D([], [], color=colours[name], linewidth=3, solid_capstyle="butt",
               path_effects=casing, label=_with_resistance(name, found[name]))
        for name in sorted(found, key=lambda n: (min(found[n], default=float("inf")), n))
    ]  # fmt: skip


def _resistances(
    name: str, snapshots: Sequence[Snapshot], initial: Sequence[Snapshot]
) -> set[float]:
    """Resistance of a film in each result, which is known by its state before the run; three
    digits, ohm cm²."""
    by_result: dict[int, float] = {}
    for before, later in zip(initial, snapshots, strict=True):
        for surface in (before.surface, later.surface):
            value = film_resistance(surface, name) if name in surface.films else None
            if value is not None:
                by_result.setdefault(id(before), float(f"{value:.3g}"))
    return set(by_result.values())


def _with_resistance(name: str, values: set[float]) -> str:
    """The film, with its resistances in the different runs where they are known."""
    printed = " or ".join(f"{value:g}" for value in sorted(values) if name != NO_FILM)
    return f"{film_label(name)} ({printed} Ω cm$^2$)" if printed else film_label(name)


def flux_entry() -> Artist:
    """A flux line."""
    return Line2D([], [], color=_line(FLUX), linewidth=0.6, label="Li$^+$ flux")


def _line(inside: str) -> str:
    """The colour of a thin line in the legend: as in the map, unless the page is dark."""
    return inside if outside_ink() == INK else outside_ink()


def metal_entries(snapshots: Sequence[Snapshot], initial: Sequence[Snapshot]) -> list[Artist]:
    """Patches of the kinds of metal that are seen, and the original surface where it is.

    ``initial``: the state before the run of each snapshot.
    """
    seen = [Moved.of(before, later) for before, later in zip(initial, snapshots, strict=True)]

    def occurs(kind: str) -> bool:
        return any(len(simplices_of(s.bodies, kind)) for s in snapshots)

    entries: list[Artist] = []
    if any(moved.up for moved in seen):
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
    if any(moved.at_all for moved in seen):
        entries.append(
            Line2D([], [], color=_line(INK), linewidth=0.6, dashes=(4, 2.5),
                   label="original surface")
        )  # fmt: skip
    return entries


@dataclass(frozen=True)
class Moved:
    """Where a surface has moved so far that the strip along it no longer hides that.

    up      somewhere up: a deposit is seen
    at_all  up or down, or dead lithium is there, which has no strip: its old surface is seen
    """

    up: bool
    at_all: bool

    @classmethod
    def of(cls, before: Snapshot, later: Snapshot) -> Moved:
        """Of a snapshot since the one before the run."""
        if before is later:
            return cls(up=False, at_all=_has_dead(later))
        hidden = HIDDEN * float(np.ptp(later.bounds[:, 0]))
        _, height = height_profile(before, later)
        up, down = (np.nanmax(sign * height, initial=0.0) > hidden for sign in (1.0, -1.0))
        return cls(bool(up), bool(up or down) or _has_dead(later))


def _has_dead(snapshot: Snapshot) -> bool:
    return bool(snapshot.surface.on(DEAD_LITHIUM).any())


HANDLE, PAD, BETWEEN = 1.4, 0.4, 1.0
"""Length of a handle, and the room after it and after the label, in units of the type's size."""


@dataclass(frozen=True)
class Group:
    """Entries that stand together, in rows of ``columns``."""

    entries: Sequence[Artist]
    columns: int

    @classmethod
    def of(cls, entries: Sequence[Artist], width: float) -> Group:
        """In as few rows as fit into ``width`` cm, evenly filled."""
        each = [SMALL * (HANDLE + PAD + BETWEEN) + type_width(str(e.get_label())) for e in entries]

        def taken(columns: int) -> float:
            return sum(max(each[first::columns]) for first in range(columns)) / 72 * 2.54

        room = width - LEFT_CM + BETWEEN * SMALL / 72 * 2.54
        most = next((n for n in range(len(each), 1, -1) if taken(n) <= room), 1)
        rows = -(-len(each) // most)
        return cls(entries, -(-len(each) // rows))

    @property
    def rows(self) -> int:
        """Number of rows."""
        return -(-len(self.entries) // self.columns)

    @property
    def by_rows(self) -> list[Artist]:
        """The entries in the order in which matplotlib, filling columns, shows them by rows."""
        return [
            entry for first in range(self.columns) for entry in self.entries[first :: self.columns]
        ]


@dataclass(frozen=True)
class Legend:
    """Groups of entries, one under the other, along the bottom of a figure."""

    groups: tuple[Group, ...]

    @classmethod
    def of(
        cls, first: Sequence[Artist], second: Sequence[Artist], width: float, flux: bool = True
    ) -> Legend:
        """Two groups in ``width`` cm, and the flux line at the end of the one with room for it, if
        there are any (``flux``)."""
        if not flux:
            return cls(tuple(Group.of(entries, width) for entries in (first, second) if entries))
        room_left = first and Group.of([*first, flux_entry()], width).rows == (
            Group.of(first, width).rows
        )
        groups = ([*first, flux_entry()], second) if room_left else (first, [*second, flux_entry()])
        return cls(tuple(Group.of(entries, width) for entries in groups if entries))

    @property
    def height(self) -> float:
        """Height that the legend takes, cm."""
        return ROW_CM * sum(group.rows for group in self.groups) + ABOVE_CM + 0.08

    def draw(self, figure: Figure) -> None:
        """Put the groups into the figure."""
        top = self.height - ABOVE_CM
        across, up = figure.get_size_inches() * 2.54
        for group in self.groups:
            figure.legend(
                handles=group.by_rows, loc="upper left", ncols=group.columns,
                bbox_to_anchor=(LEFT_CM / across, top / up), frameon=False, fontsize=SMALL,
                handlelength=HANDLE, handletextpad=PAD, columnspacing=BETWEEN,
                labelspacing=0.35, borderaxespad=0.0, borderpad=0.0,
            )  # fmt: skip
            top -= ROW_CM * group.rows
