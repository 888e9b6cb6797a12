"""Off-screen image of a 3D flux map: deposit, flux lines, concentration on the two back walls.

The projection is parallel, so that one scale bar applies everywhere along its direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyvista as pv
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import vtkLogger

from deposition.common.off_screen import check_rendering
from deposition.mesh.cell import (
    COLLECTOR,
    DEAD_LITHIUM,
    LITHIUM,
    FacetTable,
    Floats,
    Ints,
    facet_measures,
)
from deposition.mesh.p1 import vertex_mean
from deposition.render.film_strip import mixed_colours
from deposition.render.metal import simplices_of
from deposition.render.scale import Paint, Scale, bar_length
from deposition.render.style import COLLECTOR as COPPER
from deposition.render.style import DEAD, FLUX, INK, ORIGINAL, SEPARATOR, outside_paper
from deposition.results.snapshot import ElectrolyteSnapshot, Snapshot

pv.OFF_SCREEN = True
vtkLogger.SetStderrVerbosity(
    vtkLogger.VERBOSITY_ERROR
)  # suppress the warning of a missing X server

VIEW = (0.75, -1.0, 0.62)
"""Direction from the cell to the eye; the walls at low x and high y are at the back."""
PIXELS = 2400
MARGIN = 0.01
"""Margin around the box; ``BORDER`` is the radius of film borders (fractions of the width)."""
BORDER = 0.003
SHARP = 50.0
"""Angle between two facets of dead lithium from which their edge stays sharp, degrees."""
SHADE, SHADE_BIAS = 0.08, 0.004
"""Reach of the shade in corners and between bodies, which shows their depth, and distance that
casts none (fractions of the width)."""
SEEDS = 8  # flux lines along each side of the counter electrode


@dataclass(frozen=True, eq=False)
class Scene:
    """Rendered image with its scale bar.

    image   (h, w, 3)  uint8
    bar     (2, 2)     ends of the scale bar in the image, pixels from the left and from the top
    length             length of the scale bar, µm
    """

    image: NDArray[np.uint8]
    bar: Floats
    length: float


@dataclass(frozen=True, eq=False)
class Eye:
    """Parallel projection of a box onto a picture that fits it.

    right, up  (3,)    unit vectors of the picture in the cell
    low, high  (2,)    corners of the picture along ``right`` and ``up``, µm
    """

    right: Floats
    up: Floats
    low: Floats
    high: Floats

    @classmethod
    def on(cls, bounds: Floats) -> Eye:
        """Looking along ``VIEW`` at the box (2, 3)."""
        towards = np.array(VIEW) / np.linalg.norm(VIEW)
        right = np.cross([0.0, 0.0, 1.0], towards)
        right /= np.linalg.norm(right)
        up = np.cross(towards, right)
        corners = np.stack(np.meshgrid(*bounds.T), axis=-1).reshape(-1, 3)
        seen = corners @ np.stack([right, up], axis=1)
        margin = MARGIN * np.ptp(seen[:, 0])
        return cls(right, up, seen.min(axis=0) - margin, seen.max(axis=0) + margin)

    @property
    def aspect(self) -> float:
        """Height of the picture over its width."""
        width, height = self.high - self.low
        return float(height / width)

    def pixels(self, points: Floats, width: int) -> Floats:
        """(k, 2) pixel coordinates (right, down) of points in a picture ``width`` pixels wide."""
        seen = points @ np.stack([self.right, self.up], axis=1)
        return (seen - [self.low[0], self.high[1]]) * [1, -1] * width / (self.high - self.low)[0]

    def aim(self, plotter: pv.Plotter, bounds: Floats) -> None:
        """Set the camera of the plotter."""
        size = float(np.linalg.norm(np.ptp(bounds, axis=0)))
        towards = np.array(VIEW) / np.linalg.norm(VIEW)
        across, along = (self.low + self.high) / 2
        middle = across * self.right + along * self.up
        middle = middle + (bounds.mean(axis=0) @ towards) * towards
        camera = plotter.camera
        camera.focal_point = tuple(middle)
        camera.position = tuple(middle + 3 * size * towards)
        camera.up = (0.0, 0.0, 1.0)
        camera.parallel_projection = True
        camera.parallel_scale = 0.5 * float((self.high - self.low)[1])
        plotter.reset_camera_clipping_range()


def scene_aspect(scale: Scale) -> float:
    """Height of the rendered image over its width."""
    return Eye.on(scale.bounds).aspect


def render_scene(
    snapshot: Snapshot, scale: Scale, colours: dict[str, str], pixels: int = PIXELS
) -> Scene:
    """Render a 3D snapshot, ``pixels`` wide, in the colours of ``scale``; films in ``colours``."""
    check_rendering()
    eye = Eye.on(scale.bounds)
    size = [pixels, round(pixels * eye.aspect)]
    plotter = pv.Plotter(off_screen=True, window_size=size, lighting="light kit")
    try:
        plotter.background_color = pv.Color(outside_paper())
        _add_walls(plotter, snapshot, scale)
        _add_separator(plotter, snapshot, scale, pixels)
        _add_metal(plotter, snapshot)
        _add_dead_lithium(plotter, snapshot, scale.surface, pixels)
        _add_surface(plotter, snapshot, scale.surface, colours)
        if scale.flux_per_line > 0.0:
            _add_flux(plotter, snapshot, scale)
        _add_frame(plotter, scale, pixels)
        eye.aim(plotter, scale.bounds)
        width = float(np.ptp(scale.bounds[:, 0]))
        plotter.enable_ssao(
            radius=SHADE * width, bias=SHADE_BIAS * width, kernel_size=16, blur=True
        )
        plotter.enable_anti_aliasing("ssaa")
        image = np.asarray(plotter.screenshot(return_img=True), dtype=np.uint8)[..., :3]
    finally:
        plotter.close()
    length = bar_length(scale.narrowest)
    ends = scale.bounds[0] + np.array([[0.0, 0.0, 0.0], [length, 0.0, 0.0]])
    return Scene(image, eye.pixels(ends, image.shape[1]), length)


def _grid(points: Floats, tetrahedra: Ints) -> pv.UnstructuredGrid:
    cells = np.insert(tetrahedra, 0, 4, axis=1).ravel()
    return pv.UnstructuredGrid(cells, np.full(len(tetrahedra), pv.CellType.TETRA), points)


def _triangles(points: Floats, triangles: Ints) -> pv.PolyData:
    return pv.PolyData(points, np.insert(triangles, 0, 3, axis=1).ravel())


def on_walls(points: Floats, facets: Ints, walls: Sequence[tuple[int, float]]) -> Ints:
    """Facets that lie in one of the planes, each given as (direction, coordinate)."""
    tolerance = 1e-6 * float(np.ptp(points[:, 0]))
    corners = points[facets]
    chosen = np.zeros(len(facets), dtype=bool)
    for direction, place in walls:
        chosen |= (np.abs(corners[..., direction] - place) < tolerance).all(axis=1)
    return facets[chosen]


def skin(simplices: Ints) -> Ints:
    """(k, 3) boundary triangles of tetrahedra."""
    table = FacetTable.of(simplices)
    return table.vertices[table.outer()]


def _add_walls(plotter: pv.Plotter, snapshot: Snapshot, scale: Scale) -> None:
    """Add the electrolyte field on the two back walls."""
    paint, part = scale.electrolyte, snapshot.electrolyte
    if paint is None:
        return
    wall = _triangles(part.points, on_walls(part.points, skin(part.simplices), _back(part)))
    wall.point_data["value"] = paint.field.values(snapshot)
    plotter.add_mesh(_below(wall, scale), scalars="value", cmap=paint.colours, clim=paint.limits,
                     lighting=False, show_scalar_bar=False)  # fmt: skip


def _back(part: ElectrolyteSnapshot) -> list[tuple[int, float]]:
    """The two back walls of the electrolyte."""
    low, high = part.points.min(axis=0), part.points.max(axis=0)
    return [(0, float(low[0])), (1, float(high[1]))]


def _add_separator(plotter: pv.Plotter, snapshot: Snapshot, scale: Scale, pixels: int) -> None:
    """Add the outline of the separator on the two back walls."""
    part = snapshot.electrolyte
    for wall in _back(part) if len(part.separator) else ():
        table = FacetTable.of(on_walls(part.points, skin(part.separator), [wall]))
        edges = table.vertices[table.outer()]
        lines = pv.PolyData(part.points, lines=np.insert(edges, 0, 2, axis=1).ravel())
        lines = _below(lines, scale)
        if lines.n_points:
            plotter.add_mesh(lines, color=SEPARATOR, line_width=pixels / 960, lighting=False)


def _below(mesh: pv.PolyData, scale: Scale) -> pv.PolyData:
    """Part of a mesh in the drawn box, which may end below the counter electrode."""
    return mesh.clip("z", origin=(0.0, 0.0, float(scale.bounds[1, 2])))


def _add_metal(plotter: pv.Plotter, snapshot: Snapshot) -> None:
    """Add the sides of lithium (grey) and collector (copper)."""
    bodies, (low, high) = snapshot.bodies, snapshot.bounds
    sides = [(k, float(corner[k])) for corner in (low, high) for k in range(3)]
    for kind, colour in ((LITHIUM, ORIGINAL), (COLLECTOR, COPPER)):
        facets = on_walls(bodies.points, skin(simplices_of(bodies, kind)), sides)
        if len(facets):
            plotter.add_mesh(_triangles(bodies.points, facets), color=colour, lighting=False)


def _add_dead_lithium(
    plotter: pv.Plotter, snapshot: Snapshot, paint: Paint | None, pixels: int
) -> None:
    """Add dead lithium with its edges, coloured by a field that it shows."""
    bodies, surface = snapshot.bodies, snapshot.surface
    dead = skin(simplices_of(bodies, DEAD_LITHIUM))
    if not len(dead):
        return
    light = {"ambient": 0.4, "diffuse": 0.6, "specular": 0.0,
             "silhouette": {"color": INK, "line_width": pixels / 800}}  # fmt: skip
    if paint is None or DEAD_LITHIUM not in paint.field.on:
        plotter.add_mesh(_triangles(bodies.points, dead), color=DEAD, smooth_shading=True,
                         split_sharp_edges=True, feature_angle=SHARP, **light)  # fmt: skip
        return
    wet = surface.on(DEAD_LITHIUM)
    mesh = _triangles(surface.points, surface.facets[wet])
    mesh.cell_data["value"] = paint.field.values(snapshot)[wet]
    plotter.add_mesh(mesh, scalars="value", cmap=paint.colours, clim=paint.limits,
                     show_scalar_bar=False, **light)  # fmt: skip


def _add_surface(
    plotter: pv.Plotter, snapshot: Snapshot, paint: Paint | None, colours: dict[str, str]
) -> None:
    """Add the working surface, coloured by a field with film borders, or by the films."""
    surface = snapshot.surface
    working = surface.on(LITHIUM, COLLECTOR)
    facets = outward(surface.points, surface.facets[working])
    mesh = _triangles(surface.points, facets)
    fractions = at_vertices(surface.points, facets, surface.fractions[working])
    light = {"ambient": 0.5, "diffuse": 0.55, "specular": 0.0, "smooth_shading": True}
    if paint is None:
        mesh.point_data["colour"] = mixed_colours(fractions, surface.films, colours)
        plotter.add_mesh(mesh, scalars="colour", rgb=True, **light)
        return
    values = paint.field.values(snapshot)[working, None]
    mesh.point_data["value"] = at_vertices(surface.points, facets, values)[:, 0]
    plotter.add_mesh(mesh, scalars="value", cmap=paint.colours, clim=paint.limits,
                     show_scalar_bar=False, **light)  # fmt: skip
    radius = BORDER * float(np.ptp(surface.points[:, 0]))
    for border in film_borders(_triangles(surface.points, facets), fractions):
        plotter.add_mesh(border.tube(radius=radius), color="white", lighting=False)


def at_vertices(points: Floats, facets: Ints, values: Floats) -> Floats:
    """(p, k) values (f, k) of facets at the vertices: the mean of those around each, by area."""
    area = facet_measures(points, facets)
    return np.stack([vertex_mean(facets, part, area, len(points)) for part in values.T], axis=1)


def film_borders(mesh: pv.PolyData, fractions: Floats) -> list[pv.PolyData]:
    """Lines where the area fraction of a film equals the largest of the others, one per film.

    ``fractions`` (p, k) are given at the vertices.
    """
    borders = []
    for index, own in enumerate(fractions.T):
        others = np.delete(fractions, index, axis=1).max(axis=1, initial=0.0)
        mesh.point_data["lead"] = own - others
        lines = mesh.contour([0.0], scalars="lead")
        if lines.n_lines:
            borders.append(lines)
    return borders


def outward(points: Floats, triangles: Ints) -> Ints:
    """Triangles reoriented so that the z component of their normals is not negative."""
    edges = points[triangles[:, 1:]] - points[triangles[:, :1]]
    down = np.cross(edges[:, 0], edges[:, 1])[:, 2] < 0
    return np.where(down[:, None], triangles[:, ::-1], triangles)


def _add_flux(plotter: pv.Plotter, snapshot: Snapshot, scale: Scale) -> None:
    """Add flux lines from a regular grid of seed points below the counter electrode."""
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
    lines = _below(lines, scale) if lines.n_points else lines
    if lines.n_points:
        tubes = lines.tube(radius=0.0018 * float(np.ptp(snapshot.bounds[:, 0])))
        plotter.add_mesh(tubes, color=FLUX, ambient=0.5)


def _add_frame(plotter: pv.Plotter, scale: Scale, pixels: int) -> None:
    """Add the edges of the box except the three at the corner nearest to the eye."""
    near = scale.bounds[[1, 0, 1], [0, 1, 2]]
    corners = np.stack(np.meshgrid(*scale.bounds.T, indexing="ij"), axis=-1).reshape(-1, 3)
    for first, second in combinations(corners, 2):
        along_an_edge = (first != second).sum() == 1
        if along_an_edge and not ((first == near).all() or (second == near).all()):
            plotter.add_mesh(pv.Line(first, second), color=INK, line_width=pixels / 960,
                             lighting=False)  # fmt: skip
