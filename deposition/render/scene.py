"""The 3D flux map as an image: deposit, flux lines and salt on the two back walls, off-screen.

Parallel projection, so that one scale bar holds everywhere along its direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyvista as pv
from matplotlib import colormaps
from matplotlib.colors import ListedColormap
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import vtkLogger
from vtkmodules.vtkRenderingCore import vtkCoordinate

from deposition.cell import COLLECTOR, DEAD_LITHIUM, LITHIUM, FacetTable, Floats, Ints
from deposition.render.metal import simplices_of
from deposition.render.scale import Scale, bar_length
from deposition.render.style import COLLECTOR as COPPER
from deposition.render.style import DEAD, FLUX, INK, ORIGINAL, concentration_map
from deposition.snapshot import ElectrolyteSnapshot, Snapshot, SurfaceSnapshot

pv.OFF_SCREEN = True
vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_ERROR)  # a missing X server is not news

VIEW = (0.75, -1.0, 0.62)
"""Direction from the cell to the eye: the walls of low x and high y are the back."""
PIXELS = 2400
SEEDS = 8  # flux lines along each side of the counter electrode


def current_map() -> ListedColormap:
    """The colour map of current density: perceptually uniform, pale to dark, without black."""
    return ListedColormap(colormaps["inferno_r"](np.linspace(0.04, 0.85, 256)), name="current")


@dataclass(frozen=True, eq=False)
class Scene:
    """A rendered view.

    image  (h, w, 3)  uint8, trimmed to what is drawn
    bar    (2, 2)     ends of the scale bar in the image, pixels from the left and from the top
    length            of the scale bar, µm
    """

    image: NDArray[np.uint8]
    bar: Floats
    length: float


def render_scene(snapshot: Snapshot, scale: Scale) -> Scene:
    """Draw a 3D snapshot with the colour limits of ``scale``."""
    plotter = pv.Plotter(off_screen=True, window_size=[PIXELS, PIXELS], lighting="light kit")
    try:
        plotter.background_color = pv.Color("white")
        _add_walls(plotter, snapshot.electrolyte, scale)
        _add_metal(plotter, snapshot)
        _add_surface(plotter, snapshot.surface, scale)
        _add_flux(plotter, snapshot)
        _add_frame(plotter, scale)
        _aim(plotter, scale)
        plotter.enable_anti_aliasing("ssaa")
        image = np.asarray(plotter.screenshot(return_img=True), dtype=np.uint8)
        length = bar_length(float(np.ptp(scale.bounds[:, 0])))
        bar = scale.bounds[0] + np.array([[0.0, 0.0, 0.0], [length, 0.0, 0.0]])
        ends = _on_screen(plotter, bar, image.shape[0])
    finally:
        plotter.close()
    return _trimmed(image, ends, length)


def _grid(points: Floats, tetrahedra: Ints) -> pv.UnstructuredGrid:
    cells = np.insert(tetrahedra, 0, 4, axis=1).ravel()
    return pv.UnstructuredGrid(cells, np.full(len(tetrahedra), pv.CellType.TETRA), points)


def _triangles(points: Floats, triangles: Ints) -> pv.PolyData:
    return pv.PolyData(points, np.insert(triangles, 0, 3, axis=1).ravel())


def on_walls(points: Floats, facets: Ints, walls: Sequence[tuple[int, float]]) -> Ints:
    """The facets that lie wholly in one of these planes, given as (direction, coordinate)."""
    tolerance = 1e-6 * float(np.ptp(points[:, 0]))
    corners = points[facets]
    chosen = np.zeros(len(facets), dtype=bool)
    for direction, place in walls:
        chosen |= (np.abs(corners[..., direction] - place) < tolerance).all(axis=1)
    return facets[chosen]


def skin(simplices: Ints) -> Ints:
    """(k, 3) the outer triangles of tetrahedra."""
    table = FacetTable.of(simplices)
    return table.vertices[table.outer()]


def _add_walls(plotter: pv.Plotter, electrolyte: ElectrolyteSnapshot, scale: Scale) -> None:
    """Salt concentration on the sections along the two back walls."""
    low, high = electrolyte.points.min(axis=0), electrolyte.points.max(axis=0)
    back = [(0, float(low[0])), (1, float(high[1]))]
    wall = _triangles(
        electrolyte.points, on_walls(electrolyte.points, skin(electrolyte.simplices), back)
    )
    wall.point_data["c"] = electrolyte.concentration
    plotter.add_mesh(wall, scalars="c", cmap=concentration_map(), clim=scale.concentration,
                     lighting=False, show_scalar_bar=False)  # fmt: skip


def _add_metal(plotter: pv.Plotter, snapshot: Snapshot) -> None:
    """The sides of lithium and collector in grey and copper; dead lithium with its edges."""
    bodies, (low, high) = snapshot.bodies, snapshot.bounds
    sides = [(k, float(corner[k])) for corner in (low, high) for k in range(3)]
    for kind, colour in ((LITHIUM, ORIGINAL), (COLLECTOR, COPPER)):
        facets = on_walls(bodies.points, skin(simplices_of(bodies, kind)), sides)
        if len(facets):
            plotter.add_mesh(_triangles(bodies.points, facets), color=colour, lighting=False)
    dead = skin(simplices_of(bodies, DEAD_LITHIUM))
    if len(dead):
        plotter.add_mesh(_triangles(bodies.points, dead), color=DEAD, ambient=0.4, diffuse=0.6,
                         specular=0.0, show_edges=True, edge_color=INK, line_width=1)  # fmt: skip


def _add_surface(plotter: pv.Plotter, surface: SurfaceSnapshot, scale: Scale) -> None:
    """The working surface in the colour of its current density, with the borders of the films."""
    working = surface.on(LITHIUM, COLLECTOR)
    facets = outward(surface.points, surface.facets[working])
    mesh = _triangles(surface.points, facets)
    mesh.cell_data["i"] = surface.current_density[working]
    plotter.add_mesh(mesh, scalars="i", cmap=current_map(), clim=scale.current, ambient=0.62,
                     diffuse=0.42, specular=0.0, show_scalar_bar=False)  # fmt: skip
    edges = film_borders(facets, surface.film[working])
    if len(edges):
        lines = pv.PolyData(surface.points, lines=np.insert(edges, 0, 2, axis=1).ravel())
        radius = 0.003 * float(np.ptp(surface.points[:, 0]))
        plotter.add_mesh(lines.tube(radius=radius), color="white", lighting=False)


def outward(points: Floats, triangles: Ints) -> Ints:
    """The triangles turned so that their normals look up where they are not upright."""
    edges = points[triangles[:, 1:]] - points[triangles[:, :1]]
    down = np.cross(edges[:, 0], edges[:, 1])[:, 2] < 0
    return np.where(down[:, None], triangles[:, ::-1], triangles)


def film_borders(triangles: Ints, film: Ints) -> Ints:
    """(k, 2) the edges between triangles that carry different films."""
    table = FacetTable.of(triangles)
    sides = table.simplices
    differ = (sides >= 0).all(axis=1) & (film[sides[:, 0]] != film[sides[:, 1]])
    return table.vertices[differ]


def _add_flux(plotter: pv.Plotter, snapshot: Snapshot) -> None:
    """Flux lines from a regular grid of points under the counter electrode."""
    low, high = snapshot.bounds
    grid = _grid(snapshot.electrolyte.points, snapshot.electrolyte.simplices)
    grid.cell_data["flux"] = snapshot.electrolyte.flux / np.abs(snapshot.electrolyte.flux).max()
    grid = grid.cell_data_to_point_data()
    sides = [low[k] + (np.arange(SEEDS) + 0.5) / SEEDS * (high[k] - low[k]) for k in range(2)]
    x, y = np.meshgrid(*sides)
    height = high[2] - 0.01 * (high[2] - low[2])
    seeds = pv.PolyData(np.stack([x.ravel(), y.ravel(), np.full(x.size, height)], axis=1))
    down = snapshot.electrolyte.flux[:, 2].sum() <= 0
    lines = grid.streamlines_from_source(
        seeds, vectors="flux", integration_direction="forward" if down else "backward",
        max_steps=4000, initial_step_length=0.2, max_step_length=0.5, terminal_speed=1e-9,
    )  # fmt: skip
    if lines.n_points:
        tubes = lines.tube(radius=0.0018 * float(np.ptp(snapshot.bounds[:, 0])))
        plotter.add_mesh(tubes, color=FLUX, ambient=0.5)


def _add_frame(plotter: pv.Plotter, scale: Scale) -> None:
    low, high = scale.bounds
    box = pv.Box([low[0], high[0], low[1], high[1], low[2], high[2]])
    plotter.add_mesh(box.extract_all_edges(), color=INK, line_width=2.5, lighting=False)


def _aim(plotter: pv.Plotter, scale: Scale) -> None:
    centre = scale.bounds.mean(axis=0)
    size = float(np.linalg.norm(np.ptp(scale.bounds, axis=0)))
    camera = plotter.camera
    camera.focal_point = tuple(centre)
    camera.position = tuple(centre + 3 * size * np.array(VIEW) / np.linalg.norm(VIEW))
    camera.up = (0.0, 0.0, 1.0)
    camera.parallel_projection = True
    camera.parallel_scale = 0.5 * size
    plotter.reset_camera_clipping_range()


def _on_screen(plotter: pv.Plotter, points: Floats, height: int) -> Floats:
    """(k, 2) pixels of points in the image, from the left and from the top."""
    coordinate = vtkCoordinate()
    coordinate.SetCoordinateSystemToWorld()
    found = []
    for point in points:
        coordinate.SetValue(*point)
        found.append(coordinate.GetComputedDoubleDisplayValue(plotter.renderer))
    return np.array(found) * [1, -1] + [0, height]


def _trimmed(image: NDArray[np.uint8], ends: Floats, length: float, margin: int = 12) -> Scene:
    """The image without its white margins."""
    drawn = np.any(image[..., :3] < 250, axis=2)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    top, left = max(rows[0] - margin, 0), max(columns[0] - margin, 0)
    cut = image[top : rows[-1] + margin, left : columns[-1] + margin, :3]
    return Scene(cut, ends - [left, top], length)
