"""The plots beside the view: a quantity of the history, and a field along a line."""

from __future__ import annotations

import base64
import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.tri import LinearTriInterpolator, Triangulation

from deposition.mesh.cell import Floats
from deposition.render.fields import ELECTROLYTE, FIELDS
from deposition.results.result import Result
from deposition.results.snapshot import Snapshot
from deposition.view.states import centres
from deposition.view.words import plain

SIZE = (6.4, 2.5)  # inches
SMALL = 8  # points
SAMPLES = 300
QUANTITIES = {
    "voltage_V": "Cell voltage (V)",
    "current_density_A_m2": "Applied current density (A m⁻²)",
    "roughness_rms_um": "Roughness, rms (µm)",
    "height_max_um": "Maximum height (µm)",
    "c_min_mol_m3": "Minimum concentration (mol m⁻³)",
}
"""Columns of the history that are offered, where the result has them."""


def history_plot(result: Result, quantity: str, time: float) -> str:
    """A column of the history over time, with a mark at ``time``, s; address of a picture."""
    history = result.history
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    axes.plot(history["time_s"], history[quantity], color="#335096")
    axes.axvline(time, color="#a02b4c", linewidth=1)
    _label(axes, "Time (s)", QUANTITIES[quantity])
    return _address(figure)


def line_plot(snapshot: Snapshot, name: str, point: Floats) -> str:
    """A field along a line through a point (d,): in the electrolyte from the metal to the counter
    electrode, on the surface across the cell; address of a picture."""
    along = along_height if FIELDS[name].place == ELECTROLYTE else along_surface
    where, values = along(snapshot, name, point)
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    style = "-" if FIELDS[name].place == ELECTROLYTE else "."
    axes.plot(where, values, style, color="#335096")
    title = "Height (µm)" if FIELDS[name].place == ELECTROLYTE else "x (µm)"
    _label(axes, title, plain(FIELDS[name].label))
    return _address(figure)


def along_height(snapshot: Snapshot, name: str, point: Floats) -> tuple[Floats, Floats]:
    """Heights and values of an electrolyte field above and below a point; NaN in metal."""
    part, values = snapshot.electrolyte, FIELDS[name].values(snapshot)
    low, high = snapshot.bounds[:, -1]
    heights = np.linspace(low, high, SAMPLES)
    across = np.repeat(point[None, :-1], SAMPLES, axis=0)
    if snapshot.dim == 2:
        mesh = Triangulation(part.points[:, 0], part.points[:, 1], part.simplices)
        found = LinearTriInterpolator(mesh, values)(across[:, 0], heights)
        return heights, np.ma.filled(found, np.nan)
    return heights, _sampled(snapshot, values, np.column_stack([across, heights]))


def _sampled(snapshot: Snapshot, values: Floats, points: Floats) -> Floats:
    import pyvista

    from deposition.results.meshes import to_pyvista
    from deposition.results.vtu import Grid

    part = snapshot.electrolyte
    mesh = to_pyvista(Grid(part.points, part.simplices, {"value": values}))
    found = pyvista.PolyData(points).sample(mesh)
    inside = np.asarray(found["vtkValidPointMask"], dtype=bool)
    return np.where(inside, found["value"], np.nan)


def along_surface(snapshot: Snapshot, name: str, point: Floats) -> tuple[Floats, Floats]:
    """x and values of a surface field on the working electrode; in 3D of the elements within a
    tenth of the width from the plane through the point."""
    middle = centres(snapshot)
    chosen = snapshot.surface.on("lithium", "collector")
    if snapshot.dim == 3:
        width = np.ptp(snapshot.bounds[:, 1])
        chosen = chosen & (np.abs(middle[:, 1] - point[1]) < width / 20)
    order = np.argsort(middle[chosen, 0])
    return middle[chosen, 0][order], FIELDS[name].values(snapshot)[chosen][order]


def _label(axes: Axes, along: str, up: str) -> None:
    axes.set_xlabel(along, fontsize=SMALL)
    axes.set_ylabel(up, fontsize=SMALL)
    axes.tick_params(labelsize=SMALL)


def _address(figure: Figure) -> str:
    file = io.BytesIO()
    figure.savefig(file, format="svg")
    return "data:image/svg+xml;base64," + base64.b64encode(file.getvalue()).decode()
