"""ParaView scene (5.11 or later) of a result of deposition; time in s, lengths in um.

In ParaView: File > Load State, and choose this file.  Without a window:

    pvpython --force-offscreen-rendering open_in_paraview.py picture.png

saves a picture of the last recorded state.  The script finds the result by its relative path.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from paraview import simple as pv  # type: ignore[import-not-found]

# --- settings: written by the export ---
RESULT = "."
RESULT_WAS = "."
DIMENSION = 2
LOW, HIGH = [0.0, 0.0, 0.0], [1.0, 1.0, 0.0]
CONCENTRATION = ("Concentration [mol/m^3]", [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0])
CURRENT = ("Current density [A/m^2]", [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0])
REGION = ("Region", [(1, "lithium", (0.8, 0.8, 0.8))])
# --- settings: written by the export ---

FLAT = DIMENSION == 2
INK = [0.1, 0.12, 0.14]
FILE = globals().get("__file__", "")
BESIDE = os.path.join(os.path.dirname(os.path.abspath(FILE)), RESULT)
FOLDER = BESIDE if FILE and os.path.isdir(BESIDE) else RESULT_WAS


def opened(series: str) -> Any:
    """Open one of the three series."""
    reader = pv.PVDReader(registrationName=series, FileName=os.path.join(FOLDER, series + ".pvd"))
    reader.UpdatePipeline()
    return reader


def coloured(source: Any, view: Any, kind: str, array: str, points: list[float]) -> Any:
    """Show a source, coloured by an array, with a colour bar."""
    table = pv.GetColorTransferFunction(array)
    shown = shown_by(source, view, kind, array)
    # Set after ColorBy, which resets the range to that of the first state.
    table.AutomaticRescaleRangeMode = "Never"
    table.ColorSpace = "RGB"
    table.RGBPoints = points
    table.UseBelowRangeColor = 1
    table.BelowRangeColor = [0.45, 0.45, 0.45]
    bar = pv.GetScalarBar(table, view)
    bar.Title, bar.ComponentTitle = array, ""
    bar.TitleColor = bar.LabelColor = INK
    bar.RangeLabelFormat = bar.LabelFormat = "%.4g"
    bar.Visibility = 1
    return shown, bar


def shown_by(source: Any, view: Any, kind: str, array: str) -> Any:
    """Show a source as a surface, coloured by an array."""
    shown = pv.Show(source, view)
    shown.Representation = "Surface"
    pv.ColorBy(shown, (kind, array))
    # Shading changes colours: none in 2D, weak in 3D to show the shape.
    shown.Ambient, shown.Diffuse, shown.Specular = (1.0, 0.0, 0.0) if FLAT else (0.6, 0.4, 0.0)
    return shown


def show_electrolyte(view: Any) -> None:
    """Show the concentration; in 3D on the back wall, so that the deposit is visible."""
    source = opened("electrolyte")
    if not FLAT:
        depth = HIGH[1] - LOW[1]
        source = pv.Slice(registrationName="concentration", Input=source)
        source.SliceType.Origin = [LOW[0], HIGH[1] - 1e-3 * depth, LOW[2]]
        source.SliceType.Normal = [0.0, 1.0, 0.0]
    shown, bar = coloured(source, view, "POINTS", *CONCENTRATION)
    shown.Ambient, shown.Diffuse = 1.0, 0.0
    bar.WindowLocation = "Any Location"
    bar.Position, bar.ScalarBarLength = [0.86, 0.55], 0.35


def show_surface(view: Any) -> None:
    """Show the current density, as a thick line in 2D; grey on the counter electrode."""
    source = opened("surface")
    if FLAT:
        # In front of the metal and the electrolyte, which would hide half of the line.
        source = pv.Transform(registrationName="current", Input=source)
        source.Transform.Translate = [0.0, 0.0, 1.0]
    shown, bar = coloured(source, view, "CELLS", *CURRENT)
    shown.LineWidth = 5.0
    bar.WindowLocation = "Any Location"
    bar.Position, bar.ScalarBarLength = [0.86, 0.08], 0.35


def show_bodies(view: Any) -> None:
    """Show the metal, coloured by region."""
    array, regions = REGION
    shown = shown_by(opened("bodies"), view, "CELLS", array)
    table = pv.GetColorTransferFunction(array)
    table.InterpretValuesAsCategories = 1
    table.AnnotationsInitialized = 1
    table.Annotations = [text for code, name, _ in regions for text in (str(code), name)]
    table.IndexedColors = [part for _, _, colour in regions for part in colour]
    if not FLAT:
        # The boundary of the metal is shown as the surface, coloured by current density.
        shown.Representation = "Feature Edges"
        shown.LineWidth = 2.0
        pv.ColorBy(shown, None)
        shown.AmbientColor = shown.DiffuseColor = INK


def set_camera(view: Any) -> None:
    """Show the whole cell from the front; in 3D slightly from above and from the side."""
    middle = [0.5 * (low + high) for low, high in zip(LOW, HIGH, strict=True)]
    size = [high - low for low, high in zip(LOW, HIGH, strict=True)]
    view.CameraParallelProjection = 1
    view.CameraFocalPoint = middle
    if FLAT:
        view.InteractionMode = "2D"
        view.CameraPosition = [middle[0], middle[1], 10.0 * max(size)]
        view.CameraViewUp = [0.0, 1.0, 0.0]
    else:
        away = 4.0 * max(size)
        view.CameraPosition = [middle[0] + 0.5 * away, middle[1] - away, middle[2] + 0.45 * away]
        view.CameraViewUp = [0.0, 0.0, 1.0]
    aspect = view.ViewSize[0] / view.ViewSize[1]
    # The colour bars take the right part of the picture.
    view.CameraParallelScale = 0.55 * max(size[1] + size[2], 1.4 * max(size[:2]) / aspect)
    view.CenterOfRotation = middle


def show() -> Any:
    """Build the scene at the last recorded time."""
    view = pv.GetActiveViewOrCreate("RenderView")
    view.UseColorPaletteForBackground = 0
    view.Background = [1.0, 1.0, 1.0]
    view.OrientationAxesLabelColor = INK
    view.ViewSize = [1200, 900]
    show_electrolyte(view)
    show_bodies(view)
    show_surface(view)
    time = pv.AnnotateTime(registrationName="time", Format="{time:.0f} s")
    shown = pv.Show(time, view)
    shown.Color, shown.FontSize = INK, 14
    scene = pv.GetAnimationScene()
    scene.UpdateAnimationUsingDataTimeSteps()
    scene.GoToLast()
    set_camera(view)
    pv.Render(view)
    return view


VIEW = show()
if len(sys.argv) > 1 and sys.argv[-1].endswith(".png"):
    pv.SaveScreenshot(sys.argv[-1], VIEW)
