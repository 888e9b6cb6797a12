"""One time step of the moving interface: from the current on each facet to the next cell.

``MovingInterface.advance`` takes nine steps; docs/moving-interface.md shows each with a picture.

step                     requires                          ensures
----                     --------                          -------
1 facet_advance          fields of the old surface         s = V_m Δt (i_n/F + r_f) for each facet
2 recede_counter         s on the counter electrode        counter moved by -mean s, metal untouched
3 scale_advance          |s| below half an edge            ψ whose zero set sweeps the target volume
                                                           of each body to 1e-7, or StepTooLong
4 insert_crossings       2D                                vertex with ψ = 0 at each crossing; same
                                                           regions, same volumes
5 cut                    ψ and sizes at all vertices       new mesh, metal exactly where ψ < 0, no
                                                           inverted cell; dead lithium and collector
                                                           unchanged, or InterfaceError
6 resolve_connectivity   anchors of the electrode          no component below mesh resolution
7 correct_surface        parents, targets                  surface on ψ = 0 (2D: on the curve), body
                                                           volumes on target, no cell squeezed
8 transfer_salt          c on the old mesh                 salt of each pocket as before, to 1e-12
9 transfer_film          film on the old surface           film grown, its area and volume balanced

Steps 8 and 9 are in ``state_transfer``.

Where the mesh can follow the surface, ``slide`` stands for steps 3 to 7; the advance at kinks is
then deferred to the next cut.

Where a step strips all lithium off a collector, steps 3 to 7 are one: the lithium is renamed
(``strip_all``) and the mesh stays.

Where dead lithium floats or reacts, it moves with the rest: steps 1 to 7 see it as lithium, and
only the finished state names again what has no connection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface import counter_electrode
from deposition.interface.body_tracking import BodyTracking, MetalBodies
from deposition.interface.connectivity import (
    Connectivity,
    fragment_volume,
    near_counter,
    near_separator,
    resolve_connectivity,
)
from deposition.interface.corners_2d import (
    LevelSetMesh,
    find_crossings,
    may_split,
    with_crossings,
)
from deposition.interface.corrector import (
    Advanced,
    Correction,
    Rates,
    SolveMoved,
    thickness_per_current,
)
from deposition.interface.curve_2d import SmoothOffset, put_on_curve
from deposition.interface.film_transport import FilmMotion
from deposition.interface.huygens import HuygensConstruction, growth_direction
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.interface.remesh import clear_of_corners, cut, target_sizes
from deposition.interface.remesh_correction import (
    RemeshResult,
    at_vertices,
    correct_remesh_volume,
    improve_cells,
    move_vertices,
    snap_to_level_set,
)
from deposition.interface.slide import followed, slide
from deposition.interface.state import InterfaceState, start
from deposition.interface.state_transfer import StateTransfer, moving_metal
from deposition.interface.strippable_lithium import (
    Thinnest,
    strippable_volume,
    strips_all,
    thinnest_lithium,
    without,
)
from deposition.interface.transition import Corners, OldSurface, Predicted, Transition
from deposition.interface.volume_balance import (
    ScaledAdvance,
    StepTooLong,
    VolumeTargets,
    scale_advance,
)
from deposition.laws.electrodes import Electrodes
from deposition.mesh.cell import COUNTER, Cell, Floats, Mask
from deposition.mesh.edge_flips import FIXED, without_flat_triangles
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import SurfaceState, extract_surface
from deposition.transport.fields import Fields
from deposition.transport.physics import StepSolution


@dataclass(frozen=True, eq=False)
class MovingInterface:
    """The moving interface: all that stays the same from step to step.

    sizes             mesh sizes, µm
    film_motion       rule by which film follows the surface
    electrodes        lithium, counter electrode and dead lithium; dead lithium moves if it floats
                      or reacts, the counter electrode if it recedes; the salt is restored exactly
                      unless it may leave
    numerics          numerical constants
    """

    sizes: MeshSizes
    film_motion: FilmMotion
    electrodes: Electrodes
    numerics: InterfaceNumerics = NUMERICS

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> InterfaceState:
        """The state before the first step, at rest."""
        seen, markers = self.film_motion.start(cell, extract_surface(cell), film)
        begun = start(cell, seen, concentration, moving_metal(cell, self.electrodes))
        return replace(begun, markers=markers)

    def strippable_volume(self, state: InterfaceState) -> float:
        """Volume of the lithium that can be stripped, µm^d; inf without a collector, 0 where all
        that was connected has been stripped or lost its connection."""
        if len(state.anchors) and not state.surface.working.any():
            return 0.0
        return strippable_volume(state.cell, state.balances.total_volume_deficit)

    def thinnest_lithium(self, state: InterfaceState) -> Thinnest:
        """The least lithium above the edge of the box; below the size of a cell it is exhausted."""
        return thinnest_lithium(
            state.cell, state.surface, state.anchors, self.sizes.surface, self.numerics
        )

    def near_short_circuit(self, state: InterfaceState) -> Floats:
        """Place at which no mesh fits between deposit and counter electrode, (d,) µm, or empty."""
        margin = self.numerics.unmeshable_gap * self.sizes.surface
        return near_counter(state.cell, state.surface, margin)

    def at_short_circuit(self, state: InterfaceState) -> Floats:
        """Place at which the gap to the counter electrode has closed, (d,) µm, or empty."""
        margin = self.numerics.closed_gap * self.sizes.surface
        return near_counter(state.cell, state.surface, margin)

    def near_separator(self, state: InterfaceState) -> Floats:
        """Place at which moving metal reaches the separator, (d,) µm, or empty."""
        margin = self.numerics.unmeshable_gap * self.sizes.surface
        moves = state.surface.working
        if self.electrodes.dead_lithium.moves:
            moves = ~state.surface.on(COUNTER)
        return near_separator(state.cell, state.surface.facets[moves], margin)

    @cached_property
    def transfer(self) -> StateTransfer:
        """Steps 8 and 9."""
        return StateTransfer(self.film_motion, self.electrodes, self.numerics)

    def advance(self, state: InterfaceState, fields: Fields, time_step: float) -> InterfaceState:
        """Move the surface by the lithium that the current of ``fields`` deposits in ``time_step``.

        ``fields`` are those of the cell before the move, with the mean rates of the step; time_step
        in s.  Raises StepTooLong (take a shorter step) and InterfaceError (the mesh cannot be cut).
        """
        return self._predicted(state, fields, time_step).state

    def advance_corrected(
        self, state: InterfaceState, step: StepSolution, time_step: float, solve: SolveMoved
    ) -> Advanced:
        """Move the surface by the mean of the currents before and after the move (``corrector``).

        solve  gives the current on the moved surface at the end of the step.  Raises as ``advance``
        does, and what ``solve`` raises.
        """
        predicted = self._predicted(state, step.mean, time_step)
        # Where all lithium is stripped, or the cell is short-circuited, nothing is left to correct.
        stripped = predicted.net is None or self.strippable_volume(predicted.state) == 0.0
        if stripped or predicted.state.contact:
            return Advanced(predicted.state, step.end, step.total_current)
        parent, moved = predicted.made.parents.parent, predicted.state
        end = solve(moved, -0.5 * time_step * step.end.current_density[parent], 0.5 * time_step)
        thickness = thickness_per_current(self.electrodes.lithium.molar_volume, time_step)
        late = state.deferred - predicted.step.deferred
        rates = Rates.of(step.mean, step.end.fields, end.fields, thickness, late)
        change = 0.5 * (end.total_current - step.end.total_current)
        swept = thickness * change / MICROMETRE ** (moved.cell.dim - 1)
        made, connected = predicted.made, moved.surface.working
        correction = Correction.of(made.parents, made.tracking, connected, rates, swept)
        # The counter electrode recedes by the same total current.
        opposite = float(moved.surface.area[moved.surface.on(COUNTER)].sum())
        recession = swept / opposite if opposite else 0.0
        corrected = self._corrected(predicted, correction, recession)
        if corrected is None:
            corrected, change = predicted.state, 0.0
        fields = replace(
            corrected.fields,
            lithiation=self.electrodes.lithiation_after(
                corrected.fields.lithiation, change * time_step, _counter_area(corrected)
            ),
            potential=end.fields.potential,
            current_density=end.fields.current_density,
            metal_potential=end.fields.metal_potential,
        )
        share = float(np.abs(correction.distance).max(initial=0.0)) / self.sizes.surface
        return Advanced(replace(corrected, fields=fields), end, step.total_current + change, share)

    def _predicted(self, state: InterfaceState, fields: Fields, time_step: float) -> Predicted:
        """The step by the current of ``fields``."""
        numerics, size = self.numerics, self.sizes.surface
        state = self._with_markers(state)
        advance = self.facet_advance(fields, time_step)  # 1
        old = self.recede_counter(state, advance + state.deferred)  # 2
        deficit = state.balances.volume_deficit - old.bodies.swept(
            state.deferred * old.surface.area
        )
        total = float(state.balances.total_volume_deficit)
        lithium = strips_all(state.cell, state.surface, advance, total, numerics)
        net, slid = None, None
        deferred: Floats = np.zeros(1)
        furthest = float(np.abs(old.advance[old.surface.working]).max(initial=0.0))
        since_cut = state.since_cut + furthest
        if lithium is None and since_cut <= numerics.slide_limit[state.cell.dim] * size:
            net = self.targets(old, deficit).net
            slid = slide(old, net, size, numerics)
        if slid is not None:
            made, deferred = slid.made, slid.deferred  # 3 to 7
        elif lithium is None:
            since_cut = 0.0
            scaled = self.scale_advance(old, deficit)  # 3
            net = scaled.targets.net
            mesh, corners = self.insert_crossings(old, scaled)  # 4
            new = cut(mesh.cell, mesh.level_set, mesh.sizes, size, numerics)  # 5
            connectivity = resolve_connectivity(new, state.anchors, size, numerics)  # 6
            if not connectivity.surface.size:
                raise StepTooLong(
                    "the deposit fills all electrolyte in one step. Take a shorter time step [E366]"
                )
            made = self.correct_surface(old, scaled, mesh, corners, connectivity)  # 7
        else:
            since_cut = 0.0
            made = self.strip_all(old, lithium)  # 3 to 7
        plated = np.where(old.surface.working, advance * old.surface.area, 0.0)
        gained = old.bodies.swept(plated)
        step = Transition(state, fields, time_step, old, since_cut, deferred)
        return Predicted(step, net, gained, made, *self.transfer.finished(step, made, gained))

    def _corrected(
        self, predicted: Predicted, correction: Correction, recession: float
    ) -> InterfaceState | None:
        """The predicted step with its surface moved on by the corrector, and its counter electrode
        by ``recession``, µm; None where cells are too thin for it, as in a gap that closes."""
        step, made, numerics = predicted.step, predicted.made, self.numerics
        assert predicted.net is not None
        connectivity = made.connectivity
        if self.electrodes.counter_recedes:
            receded = counter_electrode.recede_counter(
                connectivity.cell, made.parents.new, recession
            ).points
            connectivity = connectivity.with_points(receded)
        distance = at_vertices(connectivity.cell, made.parents.new, correction.distance)
        moves = distance[:, None] * growth_direction(connectivity.cell, made.parents.new)
        connectivity = move_vertices(connectivity, moves, numerics=numerics)
        parents = made.parents.with_cell(connectivity.cell)
        net = predicted.net + correction.gained
        connectivity, share = correct_remesh_volume(
            connectivity, parents, made.tracking, net, numerics
        )
        before = made.tracking.missing(predicted.net, made.connectivity.open)
        after = made.tracking.missing(net, connectivity.open)
        allowed = numerics.swept_tolerance * np.abs(net).max(initial=0.0)
        if np.any(np.abs(after) > np.abs(before) + allowed):
            return None
        deviation = max(made.scaling_deviation, share)
        connectivity = improve_cells(connectivity, numerics)
        made = RemeshResult(
            connectivity, parents.with_cell(connectivity.cell), made.tracking, deviation
        )
        gained = predicted.gained + correction.gained
        return self.transfer.finished(step, made, gained, predicted.origin)[0]

    def _with_markers(self, state: InterfaceState) -> InterfaceState:
        """The state with markers, if it has none: its film does not travel, or a checkpoint of an
        earlier format holds the film of its facets only."""
        if state.markers.count:
            return state
        film, markers = self.film_motion.start(state.cell, state.surface, state.film)
        return replace(state, film=film, markers=markers)

    # --- the steps ----------------------------------------------------------------------------

    def facet_advance(self, fields: Fields, time_step: float) -> Floats:
        """Step 1: (f,) advance s = V_m Δt (i_n/F + chemical rate), µm."""
        per_charge = self.electrodes.lithium.molar_volume / FARADAY / MICROMETRE
        gained = fields.current_density + FARADAY * fields.chemical_rate
        return np.asarray(per_charge * time_step * gained, dtype=np.float64)

    def recede_counter(self, state: InterfaceState, advance: Floats) -> OldSurface:
        """Step 2: the old surface, after the counter electrode has moved by its mean advance."""
        live = moving_metal(state.cell, self.electrodes)
        surface = state.surface if live is state.cell else extract_surface(live)
        counter, moved, distance = surface.on(COUNTER), live, 0.0
        if self.electrodes.counter_recedes and counter.any():
            area = surface.area[counter]
            # The advance of the counter electrode is negative: it dissolves while lithium plates.
            distance = -float(advance[counter] @ area / area.sum())
            moved = counter_electrode.recede_counter(live, surface, distance)
        bodies = MetalBodies.of(moved, surface)
        return OldSurface(moved, surface, bodies, bodies.volumes(live), advance, distance)

    def scale_advance(self, old: OldSurface, volume_deficit: Floats) -> ScaledAdvance:
        """Step 3: the level set of the new surface, scaled to the target volume of each body.

        volume_deficit (b,) of earlier steps, µm^d.
        """
        surface, own = old.surface, old.advance[old.surface.working]
        targets = self.targets(old, volume_deficit)
        huygens = HuygensConstruction.of(old.bodies, surface, own, self.numerics)
        fragment = fragment_volume(self.sizes.surface, old.cell.dim, self.numerics)
        return scale_advance(huygens, own, targets, fragment)

    def targets(self, old: OldSurface, volume_deficit: Floats) -> VolumeTargets:
        """Volumes that the bodies are to sweep; volume_deficit (b,) of earlier steps, µm^d."""
        surface, working = old.surface, old.surface.working
        own, body = old.advance[working], old.bodies.facets[working]
        return VolumeTargets.of(own, surface.area[working], body, volume_deficit, self.numerics)

    def insert_crossings(
        self, old: OldSurface, scaled: ScaledAdvance
    ) -> tuple[LevelSetMesh, Corners | None]:
        """Step 4: the mesh before its cut; in 2D with a vertex at each crossing of two sides."""
        sizes = target_sizes(old.cell, old.surface, self.sizes, self.numerics)
        if old.cell.dim == 3:
            slid = followed(old.cell, old.surface, scaled.surface, self.numerics)
        else:
            slid = old.cell.with_points(scaled.surface.points)
        clearance = self.numerics.corner_clearance * self.sizes.surface
        level_set = clear_of_corners(
            slid,
            scaled.surface.level_set,
            old.surface,
            old.advance,
            clearance,
            self.sizes.surface,
        )
        mesh = LevelSetMesh(slid, level_set, sizes)
        if old.cell.dim == 3:
            return mesh, None
        advance = _on_all_facets(old, scaled)
        smooth = SmoothOffset.of(old.cell, old.surface, advance, self.numerics)
        crossings = find_crossings(smooth, mesh)
        mesh = with_crossings(mesh, crossings, smooth)
        free = np.where(may_split(mesh.cell), 0, FIXED)
        better = without_flat_triangles(
            mesh.cell.points, mesh.cell.simplices, free, self.numerics.flat_triangle
        )
        if better is not mesh.cell.simplices:
            mesh = replace(mesh, cell=replace(mesh.cell, simplices=better))
        return mesh, Corners(smooth, crossings)

    def correct_surface(
        self,
        old: OldSurface,
        scaled: ScaledAdvance,
        mesh: LevelSetMesh,
        corners: Corners | None,
        connectivity: Connectivity,
    ) -> RemeshResult:
        """Step 7: the surface back on ψ = 0, in 2D on its curve, then the volume of each body."""
        numerics, working = self.numerics, old.surface.working
        applied = old.advance[working]
        old = replace(old, advance=_on_all_facets(old, scaled))
        parents = old.parents(connectivity, numerics)
        connectivity = snap_to_level_set(connectivity, parents, mesh.cell, mesh.level_set, numerics)
        if corners is not None:
            place = corners.crossings.place
            connectivity = put_on_curve(connectivity, corners.smooth, place)
        parents = old.parents(connectivity, numerics)
        new = MetalBodies.of(connectivity.cell, parents.new)
        tracking = BodyTracking.of(old.bodies, new, old.volume, numerics)
        connectivity, share = correct_remesh_volume(
            connectivity, parents, tracking, scaled.targets.net, numerics
        )
        connectivity = improve_cells(connectivity, numerics)
        resting = numerics.resting_advance * self.sizes.surface
        deviation = max(scaled.scaling_deviation(applied, resting), share)
        return RemeshResult(connectivity, old.parents(connectivity, numerics), tracking, deviation)

    def strip_all(self, old: OldSurface, lithium: Mask) -> RemeshResult:
        """Steps 3 to 7 where all ``lithium`` (m,) is stripped off its collector: the mesh stays."""
        connectivity = without(old.cell, lithium)
        parents = old.parents(connectivity, self.numerics)
        new = MetalBodies.of(connectivity.cell, parents.new)
        tracking = BodyTracking.of(old.bodies, new, old.volume, self.numerics)
        return RemeshResult(connectivity, parents, tracking, 0.0)


def _counter_area(state: InterfaceState) -> float:
    """Area of the counter electrode, m² (m in 2D)."""
    area = state.surface.area[state.surface.on(COUNTER)].sum()
    return float(area) * MICROMETRE ** (state.cell.dim - 1)


def _on_all_facets(old: OldSurface, scaled: ScaledAdvance) -> Floats:
    """(f,) scaled advance of the working facets, 0 elsewhere, µm."""
    advance = np.zeros(old.surface.size)
    advance[old.surface.working] = scaled.advance
    return advance
