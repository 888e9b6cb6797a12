"""Pictures of the page: growth of cost, peers, cost against error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from benchmarks.contest import Contestant
from benchmarks.growth import Size, Stages
from benchmarks.peers import PEERS
from benchmarks.studies import Study
from deposition.render.style import PAGE_CM, SMALL, add_axes_cm, figure_cm, journal_style, save

DPI = 200
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
PANEL_CM = (5.6, 4.8)

STAGES: Mapping[str, Callable[[Stages], float]] = {
    "whole step": lambda stages: stages.seconds,
    "nonlinear systems": lambda stages: stages.solve,
    "Mmg": lambda stages: stages.mmg,
    "rest of the interface": lambda stages: stages.interface,
}
"""Lines of the picture of the growth, wall time in s."""


def draw_growth(sizes: Sequence[Size], path: Path) -> Path:
    """Draw the wall time of a time step and of its stages over the vertices, by dimension."""
    stepped = [size for size in sizes if size.stages]

    def panel(axes: Axes, dim: int) -> None:
        here = [size for size in stepped if size.dim == dim]
        vertices = [size.vertices for size in here]
        for (title, value), colour in zip(STAGES.items(), COLOURS, strict=False):
            seconds = [value(size.stages) for size in here if size.stages]
            _line(axes, vertices, seconds, title, colour)

    return _two_panels(panel, "vertices", "time step, s", path)


def draw_peers(sizes: Sequence[Size], path: Path) -> Path:
    """Draw the CPU time of the step of each library over the vertices, by dimension."""

    def panel(axes: Axes, dim: int) -> None:
        for (name, peer), colour in zip(PEERS.items(), COLOURS, strict=False):
            rows: list[tuple[int, Contestant]] = [
                (size.electrolyte, one)
                for size in sizes
                for one in size.contestants
                if size.dim == dim and one.peer == name
            ]
            seconds = [one.total.cpu for _, one in rows]
            _line(axes, [vertices for vertices, _ in rows], seconds, peer.title, colour)

    return _two_panels(panel, "vertices of the electrolyte", "set-up and solve, CPU s", path)


def draw_errors(studies: Sequence[Study], path: Path) -> Path:
    """Draw the wall time for each µm plated over the error, a line for each scenario."""
    with journal_style():
        figure = figure_cm(11.0, 6.4)
        axes = add_axes_cm(figure, 1.6, 1.1, *PANEL_CM)
        for study, colour in zip(studies, cycle(COLOURS), strict=False):
            rows = sorted((100.0 * run.error, run.seconds / run.plated) for run in study.runs)
            errors, seconds = zip(*rows, strict=True)
            _line(axes, errors, seconds, study.scenario, colour)
        _decorate(axes, "error of the maximum height, %", "wall time, s for each µm plated")
        return save(figure, path, DPI)


def _two_panels(panel: Callable[[Axes, int], None], across: str, upwards: str, path: Path) -> Path:
    with journal_style():
        figure = figure_cm(PAGE_CM, 6.6)
        left, right = (add_axes_cm(figure, x, 1.1, *PANEL_CM) for x in (1.6, 7.7))
        for axes, dim in ((left, 2), (right, 3)):
            panel(axes, dim)
            axes.set_title(f"{dim}D", fontsize=SMALL)
            _decorate(axes, across, upwards if dim == 2 else "", legend=dim == 3)
        right.sharex(left)
        right.sharey(left)
        right.autoscale()
        right.tick_params(labelleft=False)
        return save(figure, path, DPI)


def _line(
    axes: Axes, across: Sequence[float], upwards: Sequence[float], title: str, colour: str
) -> None:
    axes.plot(across, upwards, marker="o", markersize=3.5, linewidth=1.0, color=colour, label=title)


def _decorate(axes: Axes, across: str, upwards: str, legend: bool = True) -> None:
    axes.set(xscale="log", yscale="log", xlabel=across, ylabel=upwards)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter(NullFormatter())
    axes.grid(True, which="major", color="0.9", linewidth=0.5)
    axes.spines[["top", "right"]].set_visible(False)
    if legend:
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False, fontsize=SMALL)
