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


def film_entries(snapshots: Sequence[Snapshot], colours: dict[str, str]) -> list[Artist]:
    """A coloured line for each film on any of the surfaces, most conductive first."""
    found: dict[str, set[str]] = {}
    order: dict[str, float] = {}
    for surface in (s.surface for s in snapshots):
        for name in films_on_lithium(surface):
            value = film_resistance(surface, name)
            found.setdefault(name, set()).add("" if value is None else f"{value:.3g}")
            order[name] = min(order.get(name, float("inf")), value if value else float("inf"))
    return [
        Line2D([], [], color=colours[name], linewidth=3, solid_capstyle="butt",
               label=_with_resistance(name, found[name]))
        for name in sorted(found, key=lambda n: (order[n], n))
    ]  # fmt: skip


def _with_resistance(name: str, values: set[str]) -> str:
    """The film, with its resistance where that is one and the same number everywhere."""
    value = next(iter(values)) if len(values) == 1 else ""
    return f"{film_label(name)} ({value} Ω cm$^2$)" if value else film_label(name)


def metal_entries(snapshots: Sequence[Snapshot]) -> list[Artist]:
    """Patches of the kinds of metal that occur, the original surface, a flux line."""

    def occurs(kind: str) -> bool:
        return any(len(simplices_of(s.bodies, kind)) for s in snapshots)

    entries: list[Artist] = []
    if occurs(LITHIUM):
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
    entries.append(Line2D([], [], color=FLUX, linewidth=0.6, label="Li$^+$ flux"))
    return entries


@dataclass(frozen=True)
class Legend:
    """Groups of entries under one another, each group in rows of ``columns``."""

    groups: tuple[Sequence[Artist], ...]
    columns: int

    @property
    def height(self) -> float:
        """Height that the legend takes, cm."""
        return ROW_CM * sum(self._rows(group) for group in self.groups) + 0.2

    def _rows(self, group: Sequence[Artist]) -> int:
        return -(-len(group) // self.columns)

    def draw(self, figure: Figure) -> None:
        """Put the groups along the bottom of the figure."""
        top = self.height - 0.05
        up = float(figure.get_size_inches()[1]) * 2.54
        for group in self.groups:
            figure.legend(
                handles=_by_rows(group, self.columns), loc="upper left", ncols=self.columns,
                bbox_to_anchor=(0.0, top / up), frameon=False, fontsize=SMALL, handlelength=1.6,
                handletextpad=0.5, columnspacing=1.2, labelspacing=0.35, borderaxespad=0.0,
                borderpad=0.3,
            )  # fmt: skip
            top -= ROW_CM * self._rows(group)


def _by_rows(entries: Sequence[Artist], columns: int) -> list[Artist]:
    """The entries in the order that makes matplotlib, which fills columns, read row by row."""
    return [entry for column in range(columns) for entry in entries[column::columns]]
