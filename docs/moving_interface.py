"""Draw the pictures of docs/moving-interface.md: one step of the moving interface, in nine parts.

    ./fenicsx python docs/moving_interface.py

Three small surfaces of about forty facets each (a patch border, two discs that merge, a neck that
pinches off) go through the functions of ``deposition.interface`` one by one; what each of them
returns is drawn to docs/moving-interface/*.png.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface.connectivity import Connectivity, resolve_connectivity
from deposition.interface.corners_2d import LevelSetMesh
from deposition.interface.curve_2d import put_on_curve
from deposition.interface.film_spread import DefaultFilm
from deposition.interface.film_transport import AdvectedFilm, FilmMotion, StationaryFilm
from deposition.interface.huygens import HuygensConstruction
from deposition.interface.moving import MovingInterface
from deposition.interface.numerics import NUMERICS, ByDimension
from deposition.interface.remesh import cut
from deposition.interface.remesh_correction import RemeshResult, snap_to_level_set
from deposition.interface.salt_transfer import salt_content, transfer_fields
from deposition.interface.state import InterfaceState
from deposition.interface.transition import Corners, OldSurface
from deposition.interface.volume_balance import ScaledAdvance
from deposition.laws.electrodes import Electrodes, Lithium, LithiumCounter
from deposition.mesh.cell import COUNTER, DEAD_LITHIUM, ELECTROLYTE, LITHIUM, Cell, Floats
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import (
    Surface,
    SurfaceState,
    extract_surface,
    facet_bodies,
    label_components,
)
from deposition.transport.fields import Fields

plt.switch_backend("Agg")

FOLDER = Path(__file__).with_suffix("").with_name("moving-interface")
SIZE = 0.25
"""Edge length at the surface, µm."""
STEP = 0.4 * SIZE
"""Advance of a step, µm."""
MOLAR_VOLUME = 1.3e-5

METAL, DEAD, WET = "#aeb4bd", "#d9965b", "#eaf2fb"
OLD, NEW, ACCENT, SECOND = "#3b3f46", "#c1121f", "#1d6fb8", "#2a8c4a"
STYLE = {
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.framealpha": 0.9,
    "legend.edgecolor": "none",
    "legend.borderpad": 0.3,
    "legend.fontsize": 8.0,
    "lines.linewidth": 1.4,
}

Level = Callable[[Floats], Floats]


# --- cells, and a step taken apart ----------------------------------------------------------------


def box(low: tuple[float, float], high: tuple[float, float]) -> Cell:
    """A box of electrolyte with its counter electrode on top, edges of 2 ``SIZE``, µm."""
    x, y = (np.arange(a, b + SIZE, 2.0 * SIZE) for a, b in zip(low, high, strict=True))
    points = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)
    corner = np.arange(len(points)).reshape(len(x), len(y))
    a, b = corner[:-1, :-1].ravel(), corner[1:, :-1].ravel()
    c, d = corner[1:, 1:].ravel(), corner[:-1, 1:].ravel()
    simplices = np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])])
    top = np.column_stack([corner[:-1, -1], corner[1:, -1]])
    nowhere = np.zeros(len(simplices), dtype=np.int64)
    regions = (ELECTROLYTE, LITHIUM)
    return Cell(points, simplices, nowhere, regions, top, np.zeros(len(top), int), (COUNTER,))


def carved(level: Level, low: tuple[float, float], high: tuple[float, float]) -> Cell:
    """A box with lithium where ``level`` of the points is negative."""
    cell = box(low, high)
    for _ in range(2):
        psi = level(cell.points)
        sizes = np.minimum(SIZE + 0.25 * np.abs(psi), 1.0)
        cell = cut(cell, psi, sizes, SIZE)
    return cell


def moving_interface(
    film_motion: FilmMotion | None = None, *, recedes: bool = True
) -> MovingInterface:
    """An interface with film that travels and a counter electrode that recedes; it cuts the mesh in
    every step."""
    film_motion = film_motion or AdvectedFilm(DefaultFilm(1, 2e-8), 1.0)
    electrodes = Electrodes(Lithium(MOLAR_VOLUME, 0.5), LithiumCounter(recedes))
    numerics = replace(NUMERICS, slide_limit=ByDimension(0.0, 0.0))
    return MovingInterface(MeshSizes(SIZE, 1.0, 1.3), film_motion, electrodes, numerics)


def begin(cell: Cell, interface: MovingInterface) -> InterfaceState:
    """A cell at rest with the film "fast" where x < 0 and "slow" elsewhere."""
    surface = extract_surface(cell)
    film = initial_film(cell, surface)
    salt = np.where(cell.vertices_of(ELECTROLYTE), 1000.0 + 60.0 * cell.points[:, 1], np.nan)
    return interface.start(cell, film, salt)


def initial_film(cell: Cell, surface: Surface) -> SurfaceState:
    """The film "fast" where x < 0, "slow" elsewhere."""
    fast = (surface.midpoint[:, 0] < 0.0).astype(float)
    nothing = np.zeros(surface.size)
    fractions, thickness = np.column_stack([fast, 1.0 - fast]), np.full(surface.size, 2e-8)
    bodies = facet_bodies(cell, surface)
    return SurfaceState.of_thickness(fractions, thickness, nothing, bodies, ("fast", "slow"))


def driven(state: InterfaceState, advance: Level) -> Fields:
    """Fields whose current advances the working facets by so much (µm) in 1 s; the counter
    electrode carries the same current back."""
    surface = state.surface
    current = np.zeros(surface.size)
    current[surface.working] = advance(surface.midpoint[surface.working])
    counter = surface.on(COUNTER)
    current[counter] = -(current @ surface.area) / surface.area[counter].sum()
    density = current * (MICROMETRE * FARADAY / MOLAR_VOLUME)
    return replace(state.fields, current_density=density)


@dataclass(frozen=True, eq=False)
class Step:
    """Everything that one step of ``interface`` makes."""

    interface: MovingInterface
    state: InterfaceState
    fields: Fields
    advance: Floats
    old: OldSurface
    scaled: ScaledAdvance
    mesh: LevelSetMesh
    corners: Corners
    cut: Cell
    connectivity: Connectivity
    made: RemeshResult


def one_step(interface: MovingInterface, state: InterfaceState, advance: Level) -> Step:
    """Take one step by the functions that ``MovingInterface.advance`` calls; keep all results."""
    fields, numerics, size = driven(state, advance), interface.numerics, interface.sizes.surface
    distance = interface.facet_advance(fields, 1.0)  # 1
    old = interface.recede_counter(state, distance)  # 2
    scaled = interface.scale_advance(old, state.balances.volume_deficit)  # 3
    mesh, corners = interface.insert_crossings(old, scaled)  # 4
    assert corners is not None
    new = cut(mesh.cell, mesh.level_set, mesh.sizes, size, numerics)  # 5
    connectivity = resolve_connectivity(new, state.anchors, size, numerics)  # 6
    made = interface.correct_surface(old, scaled, mesh, corners, connectivity)  # 7
    return Step(
        interface, state, fields, distance, old, scaled, mesh, corners, new, connectivity, made
    )


def after(
    interface: MovingInterface, state: InterfaceState, advance: Level, steps: int
) -> list[InterfaceState]:
    """The states of so many steps."""
    states = [state]
    for _ in range(steps):
        states.append(interface.advance(states[-1], driven(states[-1], advance), 1.0))
    return states


def patch_border() -> Cell:
    """A flat surface of forty facets."""
    return carved(lambda p: p[:, 1], (-5.0, -1.0), (5.0, 3.0))


def fast_and_slow(midpoint: Floats) -> Floats:
    """Advance (µm) at a patch border: fast where x < 0, slow elsewhere."""
    return np.where(midpoint[:, 0] < 0.0, STEP, 0.25 * STEP)


def even(midpoint: Floats) -> Floats:
    """The same advance everywhere, µm."""
    return np.full(len(midpoint), STEP)


RADIUS, MIDDLE = 1.5, 1.25


def discs(points: Floats) -> Floats:
    """Signed distance to two discs that overlap."""
    sides = [np.linalg.norm(points - [m, 0.0], axis=1) - RADIUS for m in (-MIDDLE, MIDDLE)]
    return np.minimum(*sides)


def two_discs() -> Cell:
    """Two discs with forty facets each, which have met."""
    return carved(discs, (-4.0, -3.0), (4.0, 3.0))


def mushroom(points: Floats) -> Floats:
    """A head on a thin neck on a flat electrode."""
    x, y = points.T
    neck = np.maximum(np.abs(x) - 0.35, y - 1.5)
    head = np.linalg.norm(points - [0.0, 1.8], axis=1) - 0.9
    return np.asarray(np.minimum.reduce([y + 0.5, neck, head]))


def neck() -> Cell:
    """The mushroom, meshed."""
    return carved(mushroom, (-2.5, -1.5), (2.5, 4.0))


def thinning(midpoint: Floats) -> Floats:
    """Advance (µm) that strips the neck only, fastest at half of its height."""
    x, y = midpoint.T
    share = np.clip((y + 0.4) / 1.4, 0.0, 1.0)
    return np.where(np.abs(x) < 0.6, -STEP * np.sin(np.pi * share) ** 2, 0.0)


# --- drawing --------------------------------------------------------------------------------------


def panels(columns: int, height: float = 2.6, **settings: object) -> tuple[Figure, list[Axes]]:
    """A figure with axes side by side, in the style of the page."""
    plt.rcParams.update(STYLE)
    figure, axes = plt.subplots(
        1, columns, figsize=(7.2, height), layout="constrained", squeeze=False, **settings
    )
    return figure, list(axes[0])


def in_micrometres(axes: Axes, x: tuple[float, float], y: tuple[float, float]) -> None:
    axes.set(xlim=x, ylim=y, xlabel="x (µm)", ylabel="y (µm)", aspect="equal")


def draw_cell(axes: Axes, cell: Cell, edge: str = "#8d95a1", width: float = 0.35) -> None:
    """The mesh, coloured by region."""
    colours = {LITHIUM: METAL, DEAD_LITHIUM: DEAD, ELECTROLYTE: WET}
    kinds = np.array([name.split(":")[0] for name in cell.regions])[cell.region]
    face = [colours[kind] for kind in kinds]
    axes.add_collection(
        PolyCollection(
            list(cell.points[cell.simplices]), facecolors=face, edgecolors=edge, lw=width
        )
    )


def draw_surface(axes: Axes, cell: Cell, colour: str = OLD, **settings: object) -> None:
    """The outline of the working electrode and of dead lithium."""
    surface = extract_surface(cell)
    chosen = cell.points[surface.facets[~surface.on(COUNTER)]]
    width = {"linewidths": 1.6, **settings}
    axes.add_collection(LineCollection(list(chosen), colors=colour, **width))  # type: ignore[arg-type]


def save(figure: Figure, folder: Path, name: str) -> None:
    """Write a small PNG, with a palette of 256 colours."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = BytesIO()
    figure.savefig(buffer, dpi=150)
    plt.close(figure)
    picture = Image.open(buffer).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(folder / f"{name}.png", optimize=True)


def key(axes: Axes, entries: dict[str, str], **settings: object) -> None:
    """A legend of lines by colour."""
    for label, colour in entries.items():
        axes.plot([], [], color=colour, label=label)
    axes.legend(**settings)  # type: ignore[arg-type]


# --- one picture for each step --------------------------------------------------------------------


def draw_cases(folder: Path) -> None:
    """The three surfaces of the page, step after step."""
    figure, axes = panels(3, 2.7)
    cases = (
        ("patch border", patch_border, fast_and_slow, 8, ((-2.0, 2.0), (-0.9, 2.35))),
        ("two discs", two_discs, even, 8, ((-3.7, 3.7), (-2.75, 2.75))),
        ("a neck", neck, thinning, 5, ((-2.3, 2.3), (-0.9, 2.9))),
    )
    for ax, (title, cell, advance, steps, window) in zip(axes, cases, strict=True):
        # The discs stand free: only with a fixed counter electrode does the floor of the box stay.
        interface = moving_interface(recedes=cell is not two_discs)
        states = after(interface, begin(cell(), interface), advance, steps)
        draw_cell(ax, states[-1].cell, "none")
        for count, state in enumerate(states):
            shade = to_hex(plt.get_cmap("viridis")(0.85 * count / steps))
            draw_surface(ax, state.cell, shade, linewidths=1.1)
        ax.set_title(f"{title}, {steps} steps")
        in_micrometres(ax, *window)
    save(figure, folder, "cases")


def draw_advance(folder: Path) -> None:
    """Step 1: each facet sweeps the volume of the lithium that it deposits."""
    step = one_step(moving_interface(), begin(patch_border(), moving_interface()), fast_and_slow)
    figure, (ax,) = panels(1, 2.1)
    draw_cell(ax, step.state.cell)
    surface, working = step.old.surface, step.old.surface.working
    corners = step.old.cell.points[surface.facets[working]]
    shift = -step.advance[working, None] * surface.normal[working]
    swept = np.concatenate([corners, corners[:, ::-1] + shift[:, None]], axis=1)
    ax.add_collection(PolyCollection(list(swept), facecolors="#f2b5b5", edgecolors=NEW, lw=0.7))
    draw_surface(ax, step.state.cell)
    swept_by_one = r"swept by one facet: $s_f A_f$ with $s_f = V_m i_n \Delta t / F$"
    key(ax, {"old surface": OLD, swept_by_one: NEW}, loc="upper right", ncol=2)
    in_micrometres(ax, (-2.5, 2.5), (-0.4, 0.6))
    save(figure, folder, "1-advance")


def draw_counter(folder: Path) -> None:
    """Step 2: the electrolyte mesh is stretched, nothing moves at the metal."""
    interface = moving_interface()
    state = begin(patch_border(), interface)
    fields = driven(state, even)
    old = interface.recede_counter(state, interface.facet_advance(fields, 4.0))
    figure, axes = panels(2, 2.8, width_ratios=[1.5, 1.0])
    draw_cell(axes[0], old.cell, ACCENT, 0.5)
    before = list(state.cell.points[state.cell.simplices])
    axes[0].add_collection(PolyCollection(before, facecolors="none", edgecolors="#9aa1ab", lw=0.4))
    draw_surface(axes[0], state.cell)
    in_micrometres(axes[0], (-2.5, 2.5), (-0.8, 4.0))
    key(axes[0], {"before": "#9aa1ab", "after": ACCENT}, loc="upper center", ncol=2)
    y, moved = state.cell.points[:, 1], (old.cell.points - state.cell.points)[:, 1]
    axes[1].plot(moved, y, ".", color=ACCENT, ms=3)
    axes[1].axhline(0.0, color=OLD)
    axes[1].set(xlabel="movement of a vertex (µm)", ylabel="y (µm)", ylim=(-0.8, 4.0))
    save(figure, folder, "2-counter")


def draw_level_set(folder: Path) -> None:
    """Step 3: the level set at a patch border, and the rule for vertices on the old surface."""
    interface = moving_interface()
    state = begin(patch_border(), interface)
    step = one_step(interface, state, fast_and_slow)
    figure, axes = panels(2, 3.0)
    points, simplices, psi = step.old.cell.points, step.old.cell.simplices, step.mesh.level_set
    ax = axes[0]
    psi, levels = psi[: len(points)], np.linspace(-0.4, 0.4, 17)
    shown = ax.tricontourf(*points.T, simplices, psi, levels, cmap="RdBu", extend="both")
    figure.colorbar(shown, ax=ax, label="ψ (µm)", location="bottom", ticks=[-0.4, 0.0, 0.4])
    ax.triplot(*points.T, simplices, color="#5c6470", lw=0.3)
    ax.tricontour(*points.T, simplices, psi, [0.0], colors=NEW, linewidths=1.6)
    draw_surface(ax, state.cell)
    in_micrometres(ax, (-1.0, 1.0), (-0.5, 0.6))
    key(ax, {"old surface": OLD, "ψ = 0": NEW}, loc="upper right", ncol=2)
    _compare_rules(axes[1], step)
    save(figure, folder, "3-level-set")


def with_weight(weight: float) -> type[HuygensConstruction]:
    """Huygens' construction with a constant weight of surface vertices."""

    class Constant(HuygensConstruction):
        def surface_weight(self, fastest: Floats) -> Floats:
            return np.full(len(fastest), weight)

    return Constant


def _compare_rules(ax: Axes, step: Step) -> None:
    """Zero sets of three rules for vertices on the old surface: w = 0, the program's, w = 1."""
    old, working = step.old, step.old.surface.working
    own, points = old.advance[working], old.cell.points
    target = float(own @ old.surface.area[working])
    rules = (
        ("w = 0", with_weight(0.0), SECOND),
        ("the rule", HuygensConstruction, NEW),
        ("w = 1", with_weight(1.0), ACCENT),
    )
    for name, rule, colour in rules:
        huygens = rule.of(old.bodies, old.surface, own)
        made = huygens.advanced(own)
        excess = (float(made.growth.sum()) - target) / (STEP * SIZE)
        ax.tricontour(*points.T, old.cell.simplices, made.level_set, [0.0], colors=colour)
        ax.plot([], [], color=colour, label=f"{name}: excess {excess:+.2f} s h")
    draw_surface(ax, step.state.cell)
    vertices = np.unique(old.surface.facets[working])
    ax.plot(*points[vertices].T, "o", color=OLD, ms=4)
    ax.set(xlim=(-0.5, 0.5), ylim=(-0.02, 0.2), xlabel="x (µm)", ylabel="y (µm)")
    ax.set_title("three rules for vertices on the old surface")
    ax.legend(loc="upper right")


def draw_crossings(folder: Path) -> None:
    """Step 4: the cusp of two discs becomes a vertex before the mesh is cut."""
    interface = moving_interface()
    step = one_step(interface, begin(two_discs(), interface), even)
    figure, axes = panels(2, 2.9)
    place = step.corners.crossings.place
    upper = place[int(place[:, 1].argmax())]
    count = len(step.old.cell.points)
    before = (step.scaled.surface.points, step.old.cell.simplices, step.scaled.surface.level_set)
    divided = (step.mesh.cell.points, step.mesh.cell.simplices, step.mesh.level_set)
    titles = ("before", "divided")
    for ax, (points, simplices, psi), title in zip(axes, (before, divided), titles, strict=True):
        ax.triplot(*points.T, simplices, color="#8d95a1", lw=0.5)
        ax.tricontour(*points.T, simplices, psi, [0.0], colors=NEW, linewidths=1.6)
        draw_surface(ax, step.state.cell)
        ax.plot(*place.T, "o", ms=9, mfc="none", mec=ACCENT, mew=1.4, label="crossing")
        ax.set_title(title)
        in_micrometres(ax, (upper[0] - 0.7, upper[0] + 0.7), (upper[1] - 0.55, upper[1] + 0.6))
    axes[1].plot(*divided[0][count:].T, "s", ms=3.5, color=ACCENT, label="new vertex")
    axes[1].legend(loc="lower right")
    key(axes[0], {"old surface": OLD, "ψ = 0": NEW}, loc="lower right")
    save(figure, folder, "4-crossings")


def draw_cut(folder: Path) -> None:
    """Step 5: the mesh with its level set, and the mesh that Mmg makes of it."""
    interface = moving_interface()
    step = one_step(interface, begin(two_discs(), interface), even)
    figure, axes = panels(2, 2.9)
    draw_cell(axes[0], step.mesh.cell)
    mesh = step.mesh.cell
    axes[0].tricontour(*mesh.points.T, mesh.simplices, step.mesh.level_set, [0.0], colors=NEW)
    draw_cell(axes[1], step.cut)
    draw_surface(axes[1], step.cut, NEW)
    for ax, title in zip(axes, ("before the cut", "cut and remeshed"), strict=True):
        draw_surface(ax, step.state.cell, linewidths=0.9)
        ax.set_title(title)
        in_micrometres(ax, (-1.8, 1.8), (-0.2, 2.2))
    key(axes[0], {"old surface": OLD, "new surface": NEW}, loc="upper left", ncol=2)
    save(figure, folder, "5-cut")


def draw_connectivity(folder: Path) -> None:
    """Step 6: the components of the step in which the neck pinches off."""
    interface = moving_interface()
    state = begin(neck(), interface)
    while True:
        step = one_step(interface, state, thinning)
        state = interface.advance(state, step.fields, 1.0)
        if state.cell.in_region(DEAD_LITHIUM).any():
            break
    figure, axes = panels(2, 3.0)
    label = label_components(step.cut, step.cut.in_region(LITHIUM))
    colours = np.array([WET, "#7d9cc0", "#c0a15a", "#7fb08a", "#b58db6", "#c98a8a"])
    face = colours[np.where(label < 0, 0, 1 + label % 5)]
    triangles = list(step.cut.points[step.cut.simplices])
    axes[0].add_collection(
        PolyCollection(triangles, facecolors=face, edgecolors="#8d95a1", lw=0.35)
    )
    axes[0].set_title(f"metal components after the cut: {label.max() + 1}")
    draw_cell(axes[1], state.cell)
    axes[1].set_title("resolved: electrode and dead lithium")
    for ax, cell in zip(axes, (step.cut, state.cell), strict=True):
        draw_surface(ax, cell, NEW, linewidths=1.2)
        in_micrometres(ax, (-2.2, 2.2), (-1.0, 3.1))
    save(figure, folder, "6-connectivity")


def draw_correction(folder: Path) -> None:
    """Step 7: distance of the vertices of a growing circle from the exact one, in four states."""
    radius = 1.6
    interface = moving_interface()

    def disc(points: Floats) -> Floats:
        return np.linalg.norm(points, axis=1) - radius

    cell = carved(disc, (-3.0, -3.0), (3.0, 3.0))
    rim = np.unique(extract_surface(cell).facets[extract_surface(cell).working])
    points = cell.points.copy()
    points[rim] *= radius / np.linalg.norm(points[rim], axis=1, keepdims=True)
    step = one_step(interface, begin(cell.with_points(points), interface), even)
    scaled = replace(step.old, advance=_scaled(step))
    parents = scaled.parents(step.connectivity, interface.numerics)
    mesh = step.mesh
    snapped = snap_to_level_set(step.connectivity, parents, mesh.cell, mesh.level_set)
    curved = put_on_curve(snapped, step.corners.smooth, step.corners.crossings.place)
    exact = radius + STEP
    figure, axes = panels(2, 2.6, width_ratios=[2.0, 1.0])
    stages = {
        "cut by Mmg": step.connectivity,
        "on ψ = 0": snapped,
        "on the curve": curved,
        "volume corrected": step.made.connectivity,
    }
    gain = step.scaled.targets.net.sum()
    target = step.old.volume.sum() + gain
    colours, missing = ("#8d95a1", SECOND, ACCENT, NEW), []
    for (name, stage), colour in zip(stages.items(), colours, strict=True):
        surface = stage.surface
        rim = np.unique(surface.facets[surface.working])
        place = stage.cell.points[rim]
        angle = np.degrees(np.arctan2(place[:, 1], place[:, 0]))
        order = np.argsort(angle)
        off = 1e3 * (np.linalg.norm(place, axis=1) - exact)
        axes[0].plot(angle[order], off[order], ".-", color=colour, lw=0.8, ms=3, label=name)
        missing.append(100.0 * (stage.cell.volume(LITHIUM) - target) / gain)
    axes[0].set(xlabel="angle (°)", ylabel="r - (R + s) (nm)", xlim=(-180, 180))
    axes[0].set_ylim(-8.5, 0.5)
    axes[0].axhline(0.0, color=OLD, lw=0.8)
    axes[0].legend(ncol=2, loc="lower center")
    axes[1].barh(list(stages), missing, color=colours)
    axes[1].invert_yaxis()
    axes[1].axvline(0.0, color=OLD, lw=0.8)
    axes[1].set(xlabel="volume error (% of the step)")
    save(figure, folder, "7-correction")


def _scaled(step: Step) -> Floats:
    """(f,) scaled advance of all facets, µm."""
    advance = np.zeros(step.old.surface.size)
    advance[step.old.surface.working] = step.scaled.advance
    return advance


def draw_salt(folder: Path) -> None:
    """Step 8: the concentration on the old and on the new mesh, and the salt of the cell."""
    interface = moving_interface()
    step = one_step(interface, begin(patch_border(), interface), fast_and_slow)
    before = salt_content(step.state.cell, step.state.fields.concentration)
    new = step.connectivity.open
    kept = transfer_fields(step.state.cell, step.fields, before, new, closed=True)
    carried = transfer_fields(step.state.cell, step.fields, before, new, closed=False)
    total = before.sum()
    errors = [salt_content(new, part.concentration).sum() / total - 1.0 for part in (carried, kept)]
    figure, axes = panels(2, 2.5)
    texts = (f"interpolated {100 * errors[0]:+.2f} %", f"restored {100 * errors[1]:+.0e} %")
    titles = ("before", "after: " + ", ".join(texts))
    pairs = ((step.state.cell, step.state.fields.concentration), (new, kept.concentration))
    for ax, (cell, salt), title in zip(axes, pairs, titles, strict=True):
        wet = cell.simplices[cell.in_region(ELECTROLYTE)]
        draw_cell(ax, cell, "none")
        known = np.nan_to_num(salt, nan=1000.0)
        shown = ax.tripcolor(*cell.points.T, wet, known, shading="gouraud", clim=(1000.0, 1180.0))
        ax.triplot(*cell.points.T, cell.simplices, color="#ffffff", lw=0.2)
        draw_surface(ax, cell, NEW)
        ax.set_title(title)
        in_micrometres(ax, (-3.0, 3.0), (-0.8, 3.1))
    figure.colorbar(shown, ax=axes, label="c (mol/m³)", shrink=0.9)
    save(figure, folder, "8-salt")


def draw_film(folder: Path) -> None:
    """Step 9: the film at a patch border after some steps, advected and stationary."""
    cell, steps = patch_border(), 10
    surface = extract_surface(cell)
    stationary = StationaryFilm.of(cell, surface, initial_film(cell, surface))
    figure, axes = panels(2, 2.5)
    cases = (("advected", moving_interface()), ("stationary", moving_interface(stationary)))
    for ax, (title, interface) in zip(axes, cases, strict=True):
        last = after(interface, begin(cell, interface), fast_and_slow, steps)[-1]
        draw_cell(ax, last.cell, "none")
        chosen = last.surface.working
        segments = list(last.cell.points[last.surface.facets[chosen]])
        fast = last.film.fractions[chosen, 0]
        lines = LineCollection(segments, array=fast, cmap="plasma", linewidths=4, clim=(0, 1))
        ax.add_collection(lines)
        ax.axvline(0.0, color=OLD, lw=0.8, ls="--")
        ax.set_title(f"{title}: film error {last.balances.film_error:.0e}")
        in_micrometres(ax, (-2.0, 2.0), (-0.6, 1.8))
    figure.colorbar(lines, ax=axes, label='fraction of "fast"', shrink=0.9)
    save(figure, folder, "9-film")


PICTURES = (
    draw_cases,
    draw_advance,
    draw_counter,
    draw_level_set,
    draw_crossings,
    draw_cut,
    draw_connectivity,
    draw_correction,
    draw_salt,
    draw_film,
)

if __name__ == "__main__":
    for picture in PICTURES:
        picture(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
