"""One step of the moving interface: from the current on each facet to the next cell.

advance s = V_m i_n dt / F  ->  counter recedes  ->  level set, closed by scaling  ->  Mmg
->  loose pieces sorted out  ->  salt carried and restored  ->  film handed down

Where dead lithium floats, it moves with the rest: everything here sees it as lithium, and only the
finished state says again which pieces have no connection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface.balances import RemeshResult
from deposition.interface.body_tracking import BodyTracking, MetalBodies
from deposition.interface.connectivity import (
    Connectivity,
    fragment_volume,
    near_counter,
    resolve_connectivity,
    with_body_names,
    with_dead_lithium_moving,
)
from deposition.interface.corners_2d import LevelSetMesh, find_crossings, with_crossings
from deposition.interface.counter_electrode import recede_counter
from deposition.interface.curve_2d import SmoothOffset, put_on_curve
from deposition.interface.film_balance import FilmUpdate, film_balance
from deposition.interface.film_transport import FilmMotion
from deposition.interface.huygens import HuygensConstruction
from deposition.interface.parents import FacetParents, find_parents, inherit
from deposition.interface.remesh import cut
from deposition.interface.remesh_correction import LEAST, correct_remesh_volume, snap_to_level_set
from deposition.interface.salt_transfer import salt_content, transfer_fields
from deposition.interface.state import InterfaceState, _only_in_electrolyte, start
from deposition.interface.strippable_lithium import (
    exhausted_at,
    strippable_volume,
    strips_all,
    without,
)
from deposition.interface.volume_balance import VolumeTargets, scale_advance
from deposition.mesh.cell import COUNTER, Cell, Floats
from deposition.mesh.size_field import size_field
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import Surface, SurfaceState, extract_surface, facet_bodies
from deposition.transport.fields import Fields

CLOSE = 0.05
"""A gap below this share of a surface cell cannot be meshed."""


@dataclass(frozen=True, eq=False)
class MovingInterface:
    """The moving interface with what stays the same from step to step.

    sizes             mesh sizes, µm
    molar_volume      of lithium, m³/mol
    frame             how film follows the surface
    counter_recedes   whether the counter electrode moves by what it gives
    salt_is_kept      whether no salt enters or leaves, so that it can be restored exactly
    dead_floats       whether dead lithium moves too, as a floating conductor
    """

    sizes: MeshSizes
    molar_volume: float
    film_motion: FilmMotion
    counter_recedes: bool
    salt_is_kept: bool = True
    dead_floats: bool = False

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> InterfaceState:
        """The state before the first step, at rest."""
        return start(cell, film, concentration, self.moving(cell))

    def strippable_volume(self, state: InterfaceState) -> float:
        """Volume of the lithium that can be stripped, µm^d; inf where the metal has no bottom."""
        return strippable_volume(state.cell, state.balances.total_volume_deficit)

    def exhausted_at(self, state: InterfaceState) -> Floats:
        """Where the lithium is thinner than a cell above the edge of the box, (d,) µm, or empty."""
        return exhausted_at(state.cell, state.surface, state.anchors, self.sizes.surface)

    def near_short_circuit(self, state: InterfaceState) -> Floats:
        """Where no mesh fits between deposit and counter electrode any more, (d,) µm, or empty."""
        return near_counter(state.cell, state.surface, CLOSE * self.sizes.surface)

    def moving(self, cell: Cell) -> Cell:
        """The cell with all metal that moves called lithium."""
        return with_dead_lithium_moving(cell) if self.dead_floats else cell

    def thickness(self, fields: Fields, time_step: float) -> Floats:
        """(f,) advance s = V_m dt (i_n/F + chemical rate), µm."""
        per_charge = self.molar_volume / FARADAY / MICROMETRE
        chemical = FARADAY * fields.chemical_rate
        return np.asarray(
            per_charge * time_step * (fields.current_density + chemical), dtype=np.float64
        )

    def advance(self, state: InterfaceState, fields: Fields, time_step: float) -> InterfaceState:
        """Move the surface by what the current of ``fields`` deposits in ``time_step`` (s).

        ``fields`` are those at the end of the step, on the cell before the move.
        Raises StepTooLong (take a shorter step) and FrontError (the mesh cannot be cut).
        """
        thickness = self.thickness(fields, time_step)
        live = self._live(state)
        moved = self._recede(live, thickness)
        lithium = strips_all(
            state.cell, state.surface, thickness, state.balances.total_volume_deficit
        )
        if lithium is None:
            made = self._remesh(live, moved, thickness)
        else:
            made = self._bare(live, moved, without(moved, lithium), thickness)
        connectivity, parent = made.connectivity, made.parents.parent
        cell = with_body_names(connectivity.cell, state.anchors, state.cell)
        surface = extract_surface(cell)
        before = salt_content(state.cell, state.fields.concentration)
        transferred = transfer_fields(
            state.cell, fields, before, connectivity.open, self.salt_is_kept
        )
        film, update = self._hand_down(state, made.parents, cell, fields, time_step)
        films = film_balance((state.surface, surface), (state.film, film), parent, update)
        plated = self._plated(live, made, thickness)
        salt = salt_content(connectivity.open, transferred.concentration).sum()
        received = 0.0 if self.salt_is_kept else float(salt - before.sum())
        deficits = made.tracking.deficits(
            state.balances.volume_deficit + plated, connectivity.open, self.moving(cell), cell
        )
        return InterfaceState(
            cell,
            surface,
            film,
            Fields(
                _only_in_electrolyte(cell, transferred.concentration),
                _only_in_electrolyte(cell, transferred.potential),
                fields.current_density[parent],
                fields.metal_potential[parent],
                transferred.dissolved,
                np.broadcast_to(fields.chemical_rate, state.surface.size)[parent],
            ),
            state.anchors,
            state.balances.after(float(plated.sum()), received, made, deficits, transferred, films),
        )

    def _live(self, state: InterfaceState) -> InterfaceState:
        """The state with all metal that moves called lithium."""
        cell = self.moving(state.cell)
        return replace(state, cell=cell, surface=extract_surface(cell))

    def _remesh(self, state: InterfaceState, moved: Cell, thickness: Floats) -> RemeshResult:
        """Level set, Mmg, loose pieces; then what the remeshing lost is put back."""
        old, size = state.surface, self.sizes.surface
        own, bodies = thickness[old.working], MetalBodies.of(moved, old)
        area, body = old.area[old.working], bodies.facets[old.working]
        targets = VolumeTargets.of(own, area, body, state.balances.volume_deficit)
        closed = scale_advance(
            HuygensConstruction.of(bodies, old, own), own, targets, fragment_volume(size, moved.dim)
        )
        slid = moved.with_points(closed.surface.points)
        level_set_mesh = LevelSetMesh(
            slid, closed.surface.level_set, size_field(moved, old, self.sizes)
        )
        advance = np.zeros(old.size)
        advance[old.working] = closed.advance
        if moved.dim == 2:
            smooth = SmoothOffset.of(moved, old, advance)
            crossings = find_crossings(smooth, level_set_mesh)
            level_set_mesh = with_crossings(level_set_mesh, crossings, smooth)
        mesh = cut(level_set_mesh.cell, level_set_mesh.level_set, level_set_mesh.sizes, size)
        connectivity = resolve_connectivity(mesh, state.anchors, size)
        parents = self._parents(moved, old, advance, connectivity)
        connectivity = snap_to_level_set(
            connectivity, parents, level_set_mesh.cell, level_set_mesh.level_set
        )
        if moved.dim == 2:
            connectivity = put_on_curve(connectivity, smooth, crossings.place)
        parents = self._parents(moved, old, advance, connectivity)
        tracking = BodyTracking.of(
            bodies, MetalBodies.of(connectivity.cell, parents.new), bodies.volumes(state.cell)
        )
        connectivity, share = correct_remesh_volume(connectivity, parents, tracking, targets.net)
        parents = self._parents(moved, old, advance, connectivity)
        return RemeshResult(
            connectivity, parents, tracking, max(closed.scaling_deviation(own, LEAST * size), share)
        )

    def _bare(
        self, state: InterfaceState, moved: Cell, connectivity: Connectivity, thickness: Floats
    ) -> RemeshResult:
        """The collector without its lithium: the mesh stays."""
        parents = self._parents(moved, state.surface, thickness, connectivity)
        old, new = (
            MetalBodies.of(moved, state.surface),
            MetalBodies.of(connectivity.cell, parents.new),
        )
        return RemeshResult(
            connectivity, parents, BodyTracking.of(old, new, old.volumes(state.cell)), 0.0
        )

    @staticmethod
    def _parents(
        moved: Cell, old: Surface, advance: Floats, connectivity: Connectivity
    ) -> FacetParents:
        return find_parents(
            moved, old, advance, connectivity.cell, extract_surface(connectivity.cell)
        )

    def _plated(self, live: InterfaceState, made: RemeshResult, thickness: Floats) -> Floats:
        """(b,) volume that each body gains by its current, µm^d."""
        own, bodies = live.surface.working, made.tracking.old
        gained = thickness[own] * live.surface.area[own]
        return np.asarray(np.bincount(bodies.facets[own], gained, bodies.count), dtype=np.float64)

    def _hand_down(
        self,
        state: InterfaceState,
        parents: FacetParents,
        cell: Cell,
        fields: Fields,
        time_step: float,
    ) -> tuple[SurfaceState, FilmUpdate]:
        """Film of the new surface: inherited from the old one, then as the frame says."""
        surface = extract_surface(cell)
        moving = extract_surface(self.moving(cell))
        parents = replace(parents, new=moving, connected=surface.working)
        passed = fields.current_density * time_step
        bodies = facet_bodies(cell, surface)
        return self.film_motion.carry(parents, inherit(parents, state.film, passed, bodies))

    def _recede(self, state: InterfaceState, thickness: Floats) -> Cell:
        """Move the counter electrode by its mean dissolved thickness."""
        counter = state.surface.on(COUNTER)
        if not self.counter_recedes or not counter.any():
            return state.cell
        area = state.surface.area[counter]
        return recede_counter(
            state.cell, state.surface, -float(thickness[counter] @ area / area.sum())
        )
