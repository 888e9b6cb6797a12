"""ParaView scene: a Python script that opens the three series of a result."""

from __future__ import annotations

import os
import pprint
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.colors import Colormap, to_rgb
from numpy.typing import NDArray

from deposition.common.atomic_files import write_text
from deposition.export.recorded import RecordedSeries
from deposition.mesh.cell import COLLECTOR, DEAD_LITHIUM, LITHIUM, Floats
from deposition.mesh.surface import ELECTRODES
from deposition.render.fields import concentration_map, current_map
from deposition.render.style import COLLECTOR as COPPER
from deposition.render.style import DEAD, DEPOSIT
from deposition.results.arrays import CONCENTRATION, CURRENT, ELECTRODE, REGION
from deposition.results.vtu import Grid

_SCRIPT = Path(__file__).with_name("paraview_scene.py")
_MARK = "# --- settings: written by the export ---\n"
_COLOURS = 33
"""Points of a colour map; ParaView interpolates linearly between them."""

_NEGLIGIBLE = 0.05
"""Share of the largest current density below which currents of the other sign get no colours."""


def write_scene(path: Path, series: Sequence[RecordedSeries], folder: Path) -> None:
    """Write the script that shows the series; ``folder`` is the final folder of the script."""
    head, _, body = _SCRIPT.read_text(encoding="utf-8").partition(_MARK)
    _, _, body = body.partition(_MARK)
    settings = _settings({one.name: one for one in series}, folder)
    lines = [f"{name} = {pprint.pformat(value, width=100)}\n" for name, value in settings.items()]
    write_text(path, head + _MARK + "".join(lines) + _MARK + body)


def _settings(series: dict[str, RecordedSeries], folder: Path) -> dict[str, Any]:
    """Constants of the script that depend on the result, by name."""
    result = series["electrolyte"].folder.resolve()
    salt, current = Limits(), Limits()
    for index in range(len(series["electrolyte"])):
        salt.take(series["electrolyte"].grid(index).point_data[CONCENTRATION])
        current.take(_on_working(series["surface"].grid(index)))
    points = series["electrolyte"].grid(0).points, series["bodies"].grid(0).points
    corners = np.concatenate(points)
    return {
        "RESULT": os.path.relpath(result, folder.resolve()),
        "RESULT_WAS": str(result),
        "DIMENSION": series["electrolyte"].corners - 1,
        "LOW": corners.min(axis=0).tolist(),
        "HIGH": corners.max(axis=0).tolist(),
        "CONCENTRATION": (CONCENTRATION, _map(concentration_map(), *salt.ends)),
        "CURRENT": (CURRENT, _map(*current_colours(*current.ends))),
        "REGION": (REGION, _regions(series["bodies"])),
    }


class Limits:
    """Range of a quantity over all states: the extremes of its 0.1 % and 99.9 % quantiles."""

    def __init__(self) -> None:
        self.ends = (np.inf, -np.inf)

    def take(self, values: NDArray[Any]) -> None:
        """Extend the range to these values."""
        low, high = np.quantile(values, [0.001, 0.999])
        self.ends = (min(self.ends[0], float(low)), max(self.ends[1], float(high)))


def _on_working(surface: Grid) -> Floats:
    """Current density i_n of the facets of the working electrode, A/m²."""
    working = surface.cell_data[ELECTRODE] < ELECTRODES.index("dead_lithium")
    return surface.cell_data[CURRENT][working]


def current_colours(low: float, high: float) -> tuple[Colormap, float, float]:
    """Colour map and limits: from zero for one sign, diverging around zero for both signs."""
    if -low < _NEGLIGIBLE * high:
        return current_map(), 0.0, high
    if high < -_NEGLIGIBLE * low:
        return current_map().reversed(), low, 0.0
    end = max(-low, high)
    return matplotlib.colormaps["RdBu_r"], -end, end


def _map(colours: Colormap, low: float, high: float) -> list[float]:
    """Flat list of value, red, green, blue of each point of a colour map."""
    if not high > low:
        low, high = low - 0.5, low + 0.5
    share = np.linspace(0.0, 1.0, _COLOURS)
    rows = np.column_stack([low + share * (high - low), colours(share)[:, :3]])
    return [float(f"{value:.6g}") for value in rows.ravel()]


def _regions(bodies: RecordedSeries) -> list[tuple[int, str, tuple[float, ...]]]:
    """Code, name and colour of each metal region that occurs in any state."""
    codes: dict[str, int] = {}
    for index in range(len(bodies)):
        for name, value in bodies.grid(index).field_data.items():
            if name.startswith(f"{REGION}: "):
                codes[name.removeprefix(f"{REGION}: ")] = int(value)
    colours = {LITHIUM: DEPOSIT, COLLECTOR: COPPER, DEAD_LITHIUM: DEAD}
    kinds = {name: name.partition(":")[0] for name in codes}
    return [
        (code, name, to_rgb(colours[kinds[name]]))
        for name, code in codes.items()
        if kinds[name] in colours
    ]
