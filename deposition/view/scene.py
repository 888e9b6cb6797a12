"""A recorded state as a PyVista scene, in 2D and in 3D."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvista as pv
from vtkmodules.vtkCommonCore import vtkLogger

from deposition.common.off_screen import check_rendering
from deposition.mesh.cell import Floats, Ints
from deposition.render.fields import ELECTROLYTE, FIELDS
from deposition.results.meshes import to_pyvista
from deposition.results.snapshot import Snapshot
from deposition.results.vtu import Grid

METAL, PALE, EDGE, PROBE = "#9a9a9a", "#f2f4f0", "#404040", "#a02b4c"
VALUE = "value"
WINDOW = (1200, 800)

vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_ERROR)  # no warning of a missing X server


@dataclass(frozen=True)
class Wanted:
    """Choices of a scene.

    field   name in ``render.fields.FIELDS``
    limits  values of the lowest and the highest colour
    band    only values between these are shown
    cut     in 3D: the electrolyte is shown behind this share of the depth, 0 to 1
    probe   (d,) marked point, µm
    """

    field: str
    limits: tuple[float, float]
    band: tuple[float, float]
    cut: float
    probe: Floats


class Scene:
    """The window into which states are drawn, one after another, under the same camera."""

    def __init__(self, dim: int) -> None:
        """Open it off screen.  Raises MissingRequirement where nothing can be rendered."""
        check_rendering()
        self.dim = dim
        self.plotter = pv.Plotter(off_screen=True, window_size=list(WINDOW), lighting="light kit")
        self.plotter.background_color = "white"

    def draw(self, snapshot: Snapshot, wanted: Wanted) -> None:
        """Replace what is shown; the camera stays."""
        self.plotter.clear_actors()
        self._add_metal(snapshot)
        if FIELDS[wanted.field].place == ELECTROLYTE:
            self._add_electrolyte(snapshot, wanted)
            self._add_plain_surface(snapshot)
        else:
            self._add_plain_electrolyte(snapshot)
            self._add_surface(snapshot, wanted)
        radius = 0.008 * float(np.ptp(snapshot.bounds, axis=0).max())
        marked = pv.Sphere(radius=radius, center=padded(wanted.probe[None], lift=radius)[0])
        self.plotter.add_mesh(marked, color=PROBE, lighting=False, name="probe")

    def look(self) -> None:
        """Aim the camera at everything."""
        if self.dim == 2:
            self.plotter.view_xy()
            self.plotter.enable_parallel_projection()
        else:
            self.plotter.view_vector((1.0, -1.6, 0.9), (0.0, 0.0, 1.0))
        self.plotter.reset_camera()

    def close(self) -> None:
        """Release the window."""
        self.plotter.close()

    def _add_metal(self, snapshot: Snapshot) -> None:
        mesh = meshed(snapshot.bodies.points, snapshot.bodies.simplices)
        if mesh.n_cells:
            self.plotter.add_mesh(mesh, color=METAL, lighting=self.dim == 3, name="metal")

    def _add_electrolyte(self, snapshot: Snapshot, wanted: Wanted) -> None:
        part = snapshot.electrolyte
        mesh = meshed(part.points, part.simplices)
        mesh.point_data[VALUE] = FIELDS[wanted.field].values(snapshot)
        if self.dim == 3:
            low, high = snapshot.bounds[:, 1]
            origin = (0.0, low + wanted.cut * (high - low), 0.0)
            mesh = mesh.clip(normal=(0.0, -1.0, 0.0), origin=origin)
        self._add_coloured(mesh, wanted)

    def _add_plain_electrolyte(self, snapshot: Snapshot) -> None:
        if self.dim == 2:
            part = snapshot.electrolyte
            mesh = meshed(part.points, part.simplices)
            self.plotter.add_mesh(mesh, color=PALE, lighting=False, name="electrolyte")
        else:
            box = pv.Box(snapshot.bounds.T.ravel()).outline()
            self.plotter.add_mesh(box, color=EDGE, name="electrolyte")

    def _add_plain_surface(self, snapshot: Snapshot) -> None:
        if self.dim == 2:
            mesh = meshed(snapshot.surface.points, snapshot.surface.facets)
            self.plotter.add_mesh(mesh, color=EDGE, line_width=2, name="surface")

    def _add_surface(self, snapshot: Snapshot, wanted: Wanted) -> None:
        mesh = meshed(snapshot.surface.points, snapshot.surface.facets, lift=1e-3)
        mesh.cell_data[VALUE] = FIELDS[wanted.field].values(snapshot)
        self._add_coloured(mesh, wanted, line_width=7)

    def _add_coloured(self, mesh: Any, wanted: Wanted, **options: Any) -> None:
        """A mesh in colour, where its values are within the band."""
        field = FIELDS[wanted.field]
        if wanted.band[0] > wanted.limits[0] or wanted.band[1] < wanted.limits[1]:
            mesh = mesh.threshold(wanted.band, scalars=VALUE)
        if mesh.n_cells:
            self.plotter.add_mesh(
                mesh, scalars=VALUE, clim=wanted.limits, cmap=field.colours(), name="coloured",
                lighting=False, show_scalar_bar=False, **options,
            )  # fmt: skip


def meshed(points: Floats, simplices: Ints, lift: float = 0.0) -> pv.UnstructuredGrid:
    """A mesh of simplices; 2D points get z = ``lift``."""
    return to_pyvista(Grid(padded(points, lift), simplices))


def padded(points: Floats, lift: float = 0.0) -> Floats:
    """(n, 3) points."""
    missing = 3 - points.shape[1]
    return np.pad(points, ((0, 0), (0, missing)), constant_values=lift)
