"""The legend under a flux map: films with their resistance, and the kinds of metal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from deposition.cell import COLLECTOR, DEAD_LITHIUM, LITHIUM
from deposition.render.films import film_label, film_resistance, films_on_lithium
from deposition.render.metal import FACE, HATCH, simplices_of
from deposition.render.style import DEPOSIT, FLUX, INK, ORIGINAL, SMALL
from deposition.snapshot import Snapshot

ROW_CM = 0.36


def film_entries(
    snapshots: Sequence[Snapshot], initial: Sequence[Snapshot], colours: dict[str, str]
) -> list[Artist]:
    """A coloured line for each film on any of the surfaces, most conductive first.

    Its resistance is that of the undiluted film, which may be there only before the run.
    """
    found: dict[str, set[float]] = {}
    for snapshot in snapshots:
        for name in films_on_lithium(snapshot.surface):
            found.setdefault(name, set())
    for surface in (s.surface for s in (*snapshots, *initial)):
        for name in found.keys() & set(surface.films):
            value = film_resistance(surface, name)
            found[name] |= set() if value is None else {float(f"{value:.3g}")}
    return [
        Line2D([], [], color=colours[name], linewidth=3, solid_capstyle="butt",
               label=_with_resistance(name, found[name]))
        for name in sorted(found, key=lambda n: (min(found[n], default=float("inf")), n))
    ]  # fmt: skip


def _with_resistance(name: str, values: set[float]) -> str:
    """The film, with its resistances in the different runs where they are known."""
    printed = " or ".join(f"{value:g}" for value in sorted(values))
    return f"{film_label(name)} ({printed} Ω cm$^2$)" if printed else film_label(name)


def flux_entry() -> Artist:
    """A flux line."""
    return Line2D([], [], color=FLUX, linewidth=0.6, label="Li$^+$ flux")


def metal_entries(snapshots: Sequence[Snapshot]) -> list[Artist]:
    """Patches of the kinds of metal that occur, and the original surface."""

    def occurs(kind: str) -> bool:
        return any(len(simplices_of(s.bodies, kind)) for s in snapshots)

    entries: list[Artist] = []
    if occurs(LITHIUM):
        if any(s.capacity > 0 for s in snapshots):
            entries.append(Patch(facecolor=DEPOSIT, edgecolor="none", label="deposited Li"))
        entries.append(Patch(facecolor=ORIGINAL, edgecolor="none", label="original Li"))
    if occurs(COLLECTOR):
        entries.append(Patch(facecolor=FACE[COLLECTOR], edgecolor="none", label="collector"))
    if occurs(DEAD_LITHIUM):
        entries.append(
            Patch(facecolor=FACE[DEAD_LITHIUM], edgecolor=INK, linewidth=0.5, hatch=HATCH,
                  label="dead Li")
        )  # fmt: skip
    entries.append(
        Line2D([], [], color=INK, linewidth=0.6, dashes=(4, 2.5), label="original surface")
    )
    return entries


@dataclass(frozen=True)
class Group:
    """Entries that stand together, in rows of ``columns``."""

    entries: Sequence[Artist]
    columns: int

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

    @property
    def height(self) -> float:
        """Height that the legend takes, cm."""
        return ROW_CM * sum(group.rows for group in self.groups) + 0.2

    def draw(self, figure: Figure) -> None:
        """Put the groups into the figure."""
        top = self.height - 0.05
        up = float(figure.get_size_inches()[1]) * 2.54
        for group in self.groups:
            figure.legend(
                handles=group.by_rows, loc="upper left", ncols=group.columns,
                bbox_to_anchor=(0.0, top / up), frameon=False, fontsize=SMALL, handlelength=1.4,
                handletextpad=0.4, columnspacing=1.0, labelspacing=0.35, borderaxespad=0.0,
                borderpad=0.3,
            )  # fmt: skip
            top -= ROW_CM * group.rows
