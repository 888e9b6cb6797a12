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
9 transfer_film          film on the old surface           area and volume of film balanced

Where a step strips all lithium off a collector, steps 3 to 7 are one: the lithium is renamed
(``strip_all``) and the mesh stays.

Where dead lithium floats, it moves with the rest: steps 1 to 7 see it as lithium, and only the
finished state names again what has no connection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface import counter_electrode
from deposition.interface.balances import FilmBalance, film_balance
from deposition.interface.body_tracking import BodyTracking, MetalBodies
from deposition.interface.connectivity import (
    Connectivity,
    fragment_volume,
    near_counter,
    resolve_connectivity,
    with_body_names,
    with_dead_lithium_moving,
)
from deposition.interface.corners_2d import (
    Crossings,
    LevelSetMesh,
    find_crossings,
    with_crossings,
)
from deposition.interface.curve_2d import SmoothOffset, put_on_curve
from deposition.interface.film_transport import FilmMotion
from deposition.interface.huygens import HuygensConstruction
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.interface.parents import FacetParents, find_parents, inherit
from deposition.interface.remesh import cut, target_sizes
from deposition.interface.remesh_correction import (
    RemeshResult,
    correct_remesh_volume,
    snap_to_level_set,
)
from deposition.interface.salt_transfer import TransferredFields, salt_content, transfer_fields
from deposition.interface.state import InterfaceState, only_in_electrolyte, start
from deposition.interface.strippable_lithium import (
    exhausted_at,
    strippable_volume,
    strips_all,
    without,
)
from deposition.interface.volume_balance import ScaledAdvance, VolumeTargets, scale_advance
from deposition.mesh.cell import COUNTER, ELECTROLYTE, Cell, Floats, Mask
from deposition.mesh.sizes import MeshSizes
from deposition.mesh.surface import Surface, SurfaceState, extract_surface, facet_bodies
from deposition.transport.fields import Fields


@dataclass(frozen=True, eq=False)
class OldSurface:
    """The surface at the beginning of a step, with its advance.

    cell     all metal that moves called lithium, the counter electrode receded
    surface  of that cell, before the counter electrode receded
    bodies   metal bodies of the cell
    volume   (b,) of the lithium of each, µm^d
    advance  (f,) s of each facet, µm
    """

    cell: Cell
    surface: Surface
    bodies: MetalBodies
    volume: Floats
    advance: Floats

    def parents(self, connectivity: Connectivity, numerics: InterfaceNumerics) -> FacetParents:
        """Parents of the facets of the new surface."""
        new, advance = connectivity.surface, self.advance
        return find_parents(self.cell, self.surface, advance, connectivity.cell, new, numerics)


@dataclass(frozen=True, eq=False)
class Corners:
    """The smooth offset of the old surface in 2D, and the crossings of its sides."""

    smooth: SmoothOffset
    crossings: Crossings


@dataclass(frozen=True, eq=False)
class MovingInterface:
    """The moving interface: all that stays the same from step to step.

    sizes             mesh sizes, µm
    molar_volume      of lithium, m³/mol
    film_motion       rule by which film follows the surface
    counter_recedes   whether the counter electrode moves by the lithium that it dissolves
    salt_is_kept      whether no salt enters or leaves, so that it can be restored exactly
    dead_floats       whether dead lithium moves too, as a floating conductor
    numerics          numerical constants
    """

    sizes: MeshSizes
    molar_volume: float
    film_motion: FilmMotion
    counter_recedes: bool
    salt_is_kept: bool = True
    dead_floats: bool = False
    numerics: InterfaceNumerics = NUMERICS

    def start(self, cell: Cell, film: SurfaceState, concentration: Floats) -> InterfaceState:
        """The state before the first step, at rest."""
        return start(cell, film, concentration, self.moving(cell))

    def strippable_volume(self, state: InterfaceState) -> float:
        """Volume of the lithium that can be stripped, µm^d; inf without a collector."""
        return strippable_volume(state.cell, state.balances.total_volume_deficit)

    def exhausted_at(self, state: InterfaceState) -> Floats:
        """Place at which less than a cell of lithium is left above the edge of the box, (d,) µm, or
        empty."""
        return exhausted_at(
            state.cell, state.surface, state.anchors, self.sizes.surface, self.numerics
        )

    def near_short_circuit(self, state: InterfaceState) -> Floats:
        """Place at which no mesh fits between deposit and counter electrode, (d,) µm, or empty."""
        margin = self.numerics.unmeshable_gap * self.sizes.surface
        return near_counter(state.cell, state.surface, margin)

    def moving(self, cell: Cell) -> Cell:
        """The cell with all metal that moves called lithium."""
        return with_dead_lithium_moving(cell) if self.dead_floats else cell

    def advance(self, state: InterfaceState, fields: Fields, time_step: float) -> InterfaceState:
        """Move the surface by the lithium that the current of ``fields`` deposits in ``time_step``.

        ``fields`` are those at the end of the step, on the cell before the move; time_step in s.
        Raises StepTooLong (take a shorter step) and InterfaceError (the mesh cannot be cut).
        """
        numerics, size = self.numerics, self.sizes.surface
        deficit = state.balances.total_volume_deficit
        advance = self.facet_advance(fields, time_step)  # 1
        old = self.recede_counter(state, advance)  # 2
        lithium = strips_all(state.cell, state.surface, advance, deficit, numerics)
        if lithium is None:
            scaled = self.scale_advance(old, state.balances.volume_deficit)  # 3
            mesh, corners = self.insert_crossings(old, scaled)  # 4
            new = cut(mesh.cell, mesh.level_set, mesh.sizes, size, numerics)  # 5
            connectivity = resolve_connectivity(new, state.anchors, size, numerics)  # 6
            made = self.correct_surface(old, scaled, mesh, corners, connectivity)  # 7
        else:
            made = self.strip_all(old, lithium)  # 3 to 7
        cell = with_body_names(made.connectivity.cell, state.anchors, state.cell, numerics)
        transferred = self.transfer_salt(state, fields, made.connectivity)  # 8
        surface = extract_surface(cell)
        film, films = self.transfer_film(state, fields, time_step, made, cell, surface)  # 9
        return self._next_state(
            state, fields, old, made, transferred, (cell, surface, film, films), advance
        )

    # --- the steps ----------------------------------------------------------------------------

    def facet_advance(self, fields: Fields, time_step: float) -> Floats:
        """Step 1: (f,) advance s = V_m Δt (i_n/F + chemical rate), µm."""
        per_charge = self.molar_volume / FARADAY / MICROMETRE
        gained = fields.current_density + FARADAY * fields.chemical_rate
        return np.asarray(per_charge * time_step * gained, dtype=np.float64)

    def recede_counter(self, state: InterfaceState, advance: Floats) -> OldSurface:
        """Step 2: the old surface, after the counter electrode has moved by its mean advance."""
        live = self.moving(state.cell)
        surface = state.surface if live is state.cell else extract_surface(live)
        counter, moved = surface.on(COUNTER), live
        if self.counter_recedes and counter.any():
            area = surface.area[counter]
            # The advance of the counter electrode is negative: it dissolves while lithium plates.
            distance = -float(advance[counter] @ area / area.sum())
            moved = counter_electrode.recede_counter(live, surface, distance)
        bodies = MetalBodies.of(moved, surface)
        return OldSurface(moved, surface, bodies, bodies.volumes(live), advance)

    def scale_advance(self, old: OldSurface, volume_deficit: Floats) -> ScaledAdvance:
        """Step 3: the level set of the new surface, scaled to the target volume of each body.

        volume_deficit (b,) of earlier steps, µm^d.
        """
        surface, working = old.surface, old.surface.working
        own, body = old.advance[working], old.bodies.facets[working]
        targets = VolumeTargets.of(own, surface.area[working], body, volume_deficit, self.numerics)
        huygens = HuygensConstruction.of(old.bodies, surface, own, self.numerics)
        fragment = fragment_volume(self.sizes.surface, old.cell.dim, self.numerics)
        return scale_advance(huygens, own, targets, fragment)

    def insert_crossings(
        self, old: OldSurface, scaled: ScaledAdvance
    ) -> tuple[LevelSetMesh, Corners | None]:
        """Step 4: the mesh before its cut; in 2D with a vertex at each crossing of two sides."""
        sizes = target_sizes(old.cell, old.surface, self.sizes, self.numerics)
        slid = old.cell.with_points(scaled.surface.points)
        mesh = LevelSetMesh(slid, scaled.surface.level_set, sizes)
        if old.cell.dim == 3:
            return mesh, None
        advance = _on_all_facets(old, scaled)
        smooth = SmoothOffset.of(old.cell, old.surface, advance, self.numerics)
        crossings = find_crossings(smooth, mesh)
        return with_crossings(mesh, crossings, smooth), Corners(smooth, crossings)

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

    def transfer_salt(
        self, state: InterfaceState, fields: Fields, connectivity: Connectivity
    ) -> TransferredFields:
        """Step 8: the fields on the new mesh, with the salt of each pocket restored.

        On the mesh before electrolyte fragments were filled, which traps their salt.
        """
        before = salt_content(state.cell, state.fields.concentration)
        return transfer_fields(state.cell, fields, before, connectivity.open, self.salt_is_kept)

    def transfer_film(
        self,
        state: InterfaceState,
        fields: Fields,
        time_step: float,
        made: RemeshResult,
        cell: Cell,
        surface: Surface,
    ) -> tuple[SurfaceState, FilmBalance]:
        """Step 9: the film of the new ``surface`` of ``cell``, and the balance of the film."""
        live = self.moving(cell)
        moving = surface if live is cell else extract_surface(live)
        parents = replace(made.parents, new=moving, connected=surface.working)
        passed = fields.current_density * time_step
        inherited = inherit(parents, state.film, passed, facet_bodies(cell, surface))
        film, update = self.film_motion.carry(parents, inherited)
        surfaces, films = (state.surface, surface), (state.film, film)
        return film, film_balance(surfaces, films, parents.parent, update)

    def _next_state(
        self,
        state: InterfaceState,
        fields: Fields,
        old: OldSurface,
        made: RemeshResult,
        transferred: TransferredFields,
        new: tuple[Cell, Surface, SurfaceState, FilmBalance],
        advance: Floats,
    ) -> InterfaceState:
        """The state after the step, with its balances."""
        (cell, surface, film, films), parent = new, made.parents.parent
        working = old.surface.working
        gained = advance[working] * old.surface.area[working]
        # V_m Q / F of each body; what it lacks of that is its new deficit.
        plated = np.bincount(old.bodies.facets[working], gained, old.bodies.count)
        due = state.balances.volume_deficit + plated
        opened = made.connectivity.open
        deficits = made.tracking.deficits(due, opened, self.moving(cell), cell)
        before = salt_content(state.cell, state.fields.concentration).sum()
        salt = salt_content(opened, transferred.concentration).sum()
        received = 0.0 if self.salt_is_kept else float(salt - before)
        rate = fields.chemical_rate
        return InterfaceState(
            cell,
            surface,
            film,
            Fields(
                only_in_electrolyte(cell, transferred.concentration),
                only_in_electrolyte(cell, transferred.potential),
                fields.current_density[parent],
                fields.metal_potential[parent],
                np.where(cell.vertices_of(ELECTROLYTE)[:, None], transferred.dissolved, np.nan),
                rate if len(rate) == 1 else rate[parent],
            ),
            state.anchors,
            state.balances.after(float(plated.sum()), received, made, deficits, transferred, films),
        )


def _on_all_facets(old: OldSurface, scaled: ScaledAdvance) -> Floats:
    """(f,) scaled advance of the working facets, 0 elsewhere, µm."""
    advance = np.zeros(old.surface.size)
    advance[old.surface.working] = scaled.advance
    return advance
