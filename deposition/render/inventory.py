"""Lithium inventory of a result against time as stacked areas, balances of elements below it, and
the losses of each cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, log10
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from deposition.common.constants import HOUR, MINUTE
from deposition.common.errors import ResultsError
from deposition.common.formula import FOLLOWED, atoms
from deposition.mesh.cell import Floats
from deposition.render.style import (
    PAGE_CM,
    add_axes_cm,
    figure_cm,
    formula_in_type,
    journal_style,
    save,
)
from deposition.results.element_table import ElementRow, read_elements
from deposition.results.error_bars import LOSSES, ErrorBar, error_bars_of, of_cycle
from deposition.results.inventory_table import CycleRow, InventoryRow, cycles_of, read_inventory
from deposition.results.result import Result

DRAWINGS = ("inventory", "cycles")
"""Pictures of ``draw_one``."""

PANEL, GAP, LEFT, BOTTOM, TOP = 4.2, 0.5, 1.6, 1.0, 0.3
"""Height of a panel, space between panels and margins, cm."""

BESIDE, ABOVE, NARROW = 4.4, 0.45, 12.0
"""Width of a legend beside its panel; height of each of its lines above the panel, which is its
place in a picture below the last width, cm."""

LEAST = 2e-3
"""Share of the largest change below which a part is not drawn."""

COLOURS: Mapping[str, str] = {
    "connected lithium": "#8b9097",
    "dead lithium": "#d9cfc1",
    "electrolyte": "#9ecae1",
    "products not followed": "#bdbdbd",
    "counter electrode": "#3b6ea5",
}
"""Of the parts that each inventory has."""

FILMS = ("#d55e00", "#e69f00", "#cc79a7", "#f0e442", "#8c510a", "#c994c7")
OTHERS = ("#9970ab", "#d9c7e3", "#008837", "#a6dba0", "#4d4d4d", "#bababa")
"""Colours of SEI components, and of species and other places of an element."""


def draw_inventory(result: Result, path: Path | None = None, width: float = PAGE_CM) -> Path:
    """Draw the inventory of a result into ``path``, by default ``inventory.png`` of its folder.

    width, cm.  Raises ResultsError if the result has no inventory.
    """
    rows = read_inventory(result.folder / "inventory.csv")
    if len(rows) < 2:
        raise ResultsError(
            f"{result.folder} has no lithium inventory to draw: inventory.csv is missing, or has "
            "one row. Run the scenario again with --overwrite. [E911]"
        )
    elements = read_elements(result.folder / "elements.csv")
    panels = [(_lithium(rows), "lithium / mAh cm⁻²")]
    panels += [
        (_element(elements, symbol), f"{FOLLOWED[symbol]} / mmol m⁻²")
        for symbol in (elements[0].contents if elements else ())
    ]
    times = np.array([row.time_s for row in rows])
    return _draw(times, panels, path or result.folder / "inventory.png", width)


def draw_one(results: Sequence[Result], kind: str, path: Path, width: float) -> Path:
    """Draw the "inventory" or the "cycles" of one result; width, cm.

    Raises ResultsError for several results, or as ``draw_inventory`` and ``draw_cycles`` do.
    """
    if len(results) != 1:
        raise ResultsError(
            f"--curve {kind} draws one result, not {len(results)}: stacked areas share no axes. "
            "Name one result; deposition compare --report has those of several. [E913]"
        )
    return (draw_inventory if kind == "inventory" else draw_cycles)(results[0], path, width)


def draw_if_worth(result: Result) -> None:
    """Draw ``inventory.png`` of a result, where more changes than connected lithium, electrolyte
    and counter electrode by the current."""
    if is_worth_drawing(read_inventory(result.folder / "inventory.csv")):
        draw_inventory(result)


def draw_cycles(result: Result, path: Path, width: float = PAGE_CM) -> Path:
    """Draw the losses of each cycle of a result as Li⁺ and Li⁰, with their error bars where a study
    of the same scenario is beside it; width, cm.

    Raises ResultsError if no cycle has plated and stripped.
    """
    cycles = cycles_of(read_inventory(result.folder / "inventory.csv"))
    if not cycles:
        raise ResultsError(
            f"{result.folder}: no cycle has plated and stripped, so that there are no losses to "
            "draw. Draw --curve inventory instead. [E912]"
        )
    parts = {
        "li_ion_loss_mAh_cm2": ("Li⁺ in the SEI", FILMS[0]),
        "li_metal_loss_mAh_cm2": ("Li⁰ without connection", COLOURS["dead lithium"]),
        "left_mAh_cm2": ("left on the electrode", COLOURS["connected lithium"]),
        "in_electrolyte_mAh_cm2": ("in the electrolyte, or reacted", COLOURS["electrolyte"]),
    }
    losses = {key: np.array([getattr(one, key) for one in cycles]) for key in parts}
    largest = max(float(np.abs(values).max()) for values in losses.values()) or 1.0
    numbers = np.array([one.cycle for one in cycles], dtype=np.float64)
    bars = error_bars_of(result.folder, result.scenario_text)
    with journal_style():
        beside, above_it = _room(width, len(parts))
        figure = figure_cm(width, PANEL + BOTTOM + TOP + above_it)
        axes = add_axes_cm(figure, LEFT, BOTTOM, width - LEFT - beside, PANEL)
        above, below = np.zeros(len(cycles)), np.zeros(len(cycles))
        for key, (label, colour) in parts.items():
            heights = losses[key]
            if np.abs(heights).max() < LEAST * largest:
                continue
            base = np.where(heights >= 0.0, above, below)
            axes.bar(numbers, heights, 0.6, bottom=base, color=colour, label=label)
            _draw_errors(axes, numbers, base + heights, _errors(bars, cycles, key))
            above += np.maximum(heights, 0.0)
            below += np.minimum(heights, 0.0)
        axes.axhline(0.0, color="black", linewidth=0.5)
        axes.set(xlabel="cycle", ylabel="loss / mAh cm⁻²", xticks=numbers)
        _finish(axes, width)
        return save(figure, path)


def _errors(bars: Mapping[str, ErrorBar], cycles: Sequence[CycleRow], key: str) -> Floats:
    """(c,) error of a loss of each cycle, mAh/cm²; NaN where it is not known."""
    known = [bars.get(of_cycle(one.cycle, key)) if key in LOSSES else None for one in cycles]
    return np.array([np.nan if bar is None else bar.error for bar in known])


def _draw_errors(axes: Axes, x: Floats, y: Floats, errors: Floats) -> None:
    """Error bars at the ends (x, y) of stacked bars, where they are known."""
    known = np.isfinite(errors)
    if known.any():
        axes.errorbar(
            x[known], y[known], errors[known], fmt="none", ecolor="black", elinewidth=0.6,
            capsize=2.0, capthick=0.6,
        )  # fmt: skip


def is_worth_drawing(rows: Sequence[InventoryRow]) -> bool:
    """Whether more changes than connected lithium, the electrolyte, and the counter electrode by
    the current."""
    if len(rows) < 2:
        return False
    parts = _parts(rows)
    changes = {name: float(np.ptp(values)) for name, values in parts.items()}
    largest = max(changes.values(), default=0.0)
    common = ("connected lithium", "electrolyte", "counter electrode")
    others = [change for name, change in changes.items() if name not in common]
    gained = float(np.ptp([row.inventory.counter_gained for row in rows]))
    return max([*others, gained]) > LEAST * largest > 0.0


Layers = dict[str, tuple[Floats, str]]
"""Values (n,) and colour by label, from below."""


def _parts(rows: Sequence[InventoryRow]) -> dict[str, Floats]:
    """Each part of the lithium inventory, mAh/cm²; counter electrode from its lowest content."""
    found = [row.inventory for row in rows]

    def of(*names: str) -> Floats:
        return np.array([sum(getattr(one, name) for name in names) for one in found], dtype=float)

    counter = of("counter_gained") - of("passed") - of("counter_side") + of("counter_sei")
    sei = found[-1].sei if found else {}
    return {
        "connected lithium": of("metal"),
        "dead lithium": of("dead_metal"),
        **{name: np.array([one.sei.get(name, 0.0) for one in found]) for name in sei},
        "buried SEI": of("sei_buried"),
        "electrolyte": of("electrolyte"),
        "products not followed": of("products"),
        "counter electrode": counter - counter.min(initial=np.inf) if found else counter,
    }


def _lithium(rows: Sequence[InventoryRow]) -> Layers:
    """The layers of the lithium inventory: those that change, less what they never lose."""
    parts, films = _parts(rows), iter(FILMS)
    largest = max(float(np.ptp(values)) for values in parts.values())
    layers: Layers = {}
    for name, values in parts.items():
        colour = COLOURS.get(name) or next(films, "#dddddd")
        if np.ptp(values) < LEAST * largest:
            continue
        kept = _rounded_down(float(values.min()), float(np.ptp(values)))
        label = f"{name} beyond {kept:.4g}" if kept > 0.0 else name
        layers[label] = (values - kept, colour)
    return layers or {"connected lithium": (parts["connected lithium"], "#8b9097")}


def _rounded_down(least: float, change: float) -> float:
    """Amount that a part keeps, where that is more than it changes; rounded down to a digit of the
    change."""
    if least <= change or change <= 0.0:
        return 0.0
    unit = 10.0 ** floor(log10(change))
    return floor(least / unit) * unit


def _element(rows: Sequence[ElementRow], symbol: str) -> Layers:
    """The layers of an element, mmol of atoms per m²."""
    contents, colours = [row.contents[symbol] for row in rows], iter(OTHERS)
    layers: Layers = {}
    for name in rows[0].species:
        count = atoms(name).get(symbol, 0)
        if count:
            amounts = np.array([row.species[name] for row in rows])
            times = f"{count} × " if count > 1 else ""
            layers[f"{times}{formula_in_type(name)}"] = (
                1e3 * count * amounts,
                next(colours, "#dddddd"),
            )
    others = {"stored": "ion exchanger", "film": "SEI", "products": "products not followed"}
    for part, label in others.items():
        values = np.array([getattr(one, part) for one in contents])
        if np.abs(values).max() > LEAST * contents[0].held:
            layers[label] = (1e3 * values, next(colours, "#dddddd"))
    return layers


def _draw(times: Floats, panels: Sequence[tuple[Layers, str]], path: Path, width: float) -> Path:
    """Panels one above the other on a common axis of time."""
    unit, name = (HOUR, "h") if times[-1] > 2.0 * HOUR else (MINUTE, "min")
    with journal_style():
        rooms = [_room(width, len(layers)) for layers, _ in panels]
        height = len(panels) * (PANEL + GAP) - GAP + BOTTOM + TOP + sum(room for _, room in rooms)
        figure, bottom = figure_cm(width, height), height - TOP + GAP
        for k, ((layers, label), (beside, above)) in enumerate(zip(panels, rooms, strict=True)):
            bottom -= PANEL + GAP + above
            axes = add_axes_cm(figure, LEFT, bottom, width - LEFT - beside, PANEL)
            values = [np.maximum(one, 0.0) for one, _ in layers.values()]
            colours = [colour for _, colour in layers.values()]
            axes.stackplot(times / unit, values, colors=colours, labels=list(layers), linewidth=0)
            axes.set(ylabel=label, xlim=(0.0, times[-1] / unit))
            axes.set_ylim(bottom=0.0)
            if k < len(panels) - 1:
                axes.set_xticklabels([])
            else:
                axes.set_xlabel(f"time / {name}")
            _finish(axes, width)
        return save(figure, path)


def _room(width: float, entries: int) -> tuple[float, float]:
    """Room for a legend to the right of a panel and above it, cm."""
    if width >= NARROW:
        return BESIDE, 0.0
    return 0.4, ABOVE * ((entries + 1) // 2)


def _finish(axes: Axes, width: float) -> None:
    """Open frame; the legend beside it in the order of the layers, or above it."""
    axes.spines[["top", "right"]].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.03), "ncols": 2}
    if width >= NARROW:
        handles, labels = handles[::-1], labels[::-1]
        place = {"loc": "center left", "bbox_to_anchor": (1.02, 0.5)}
    axes.legend(handles, labels, frameon=False, borderaxespad=0.0, handlelength=1.2, **place)
