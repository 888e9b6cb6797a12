"""Balances of volume, salt and film: of one step, and since the start."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from deposition.common.constants import MICROMETRE
from deposition.interface.body_tracking import VolumeDeficits
from deposition.interface.connectivity import Connectivity
from deposition.interface.film_markers import FilmMarkers
from deposition.interface.numerics import NUMERICS
from deposition.interface.remesh_correction import RemeshResult
from deposition.interface.salt_transfer import TransferredFields, salt_content
from deposition.mesh.cell import COUNTER, DEAD_LITHIUM, Floats, Mask
from deposition.mesh.surface import Surface, SurfaceState
from deposition.transport.fields import Fields


@dataclass(frozen=True, eq=False)
class FilmChange:
    """Change of the film by its motion in a step; (2 k,) areas, µm^(d-1), and volumes, µm^(d-1) m,
    of the k components.

    added    default film that it formed, put on the markers
    buried   of the markers that it dropped, and default film that had no room
    laid     film on the new facets that is not a matter of markers: of the default film, and all
             film that stays where it is
    overlap  film area on the markers that lies over other film
    carried  (2 k,) whether the film on the new facets is that of the markers
    """

    added: Floats
    buried: Floats
    laid: Floats
    overlap: Floats
    carried: Mask


@dataclass(frozen=True, eq=False)
class FilmBalance:
    """Film before and after a step: before + added + reacted - buried = after, on the markers,
    and laid + after - overlap = seen, on the facets, of the components that markers carry.

    Each (2 k,): the area of each film component, µm^(d-1), then the volume of each, µm^(d-1) m.
    before and after are sums over all markers, reacted over the old facets, seen over the new ones.
    replaced (k,): volume of film on lithium after the step less that before.
    """

    before: Floats
    reacted: Floats
    after: Floats
    seen: Floats
    change: FilmChange
    replaced: Floats

    @classmethod
    def of(
        cls,
        markers: tuple[FilmMarkers, FilmMarkers],
        reacted: Floats,
        old: tuple[Surface, SurfaceState],
        new: tuple[Surface, SurfaceState],
        change: FilmChange,
    ) -> FilmBalance:
        """Measure the balance: markers before and after, and the film on old and new surface.

        Only ``change`` is a statement of the film motion about itself.
        """
        surface, film = new
        seen = surface.area @ np.hstack([film.fractions, film.volumes])
        before, after = (
            one.amounts.sum(axis=0) if one.count else np.zeros_like(seen) for one in markers
        )
        replaced = film_volume(surface, film, markers[1]) - film_volume(*old, markers[0])
        return cls(before, reacted, after, seen, change, replaced)

    @property
    def buried(self) -> Floats:
        """(k,) volume of film that was buried in the step, µm^(d-1) m."""
        return np.split(self.change.buried, 2)[1]

    @property
    def laid(self) -> Floats:
        """(k,) volume of film that was laid in the step without charge, µm^(d-1) m: default film,
        or, of film that stays where it is, what the new surface has more than the old one."""
        if self.change.carried.any():
            return np.split(self.change.added, 2)[1]
        return self.replaced

    @property
    def error(self) -> float:
        """Largest relative error of either, of areas relative to all area, of volumes relative to
        the volume of all film."""
        change = self.change
        on_markers = self.before + change.added + self.reacted - change.buried - self.after
        carried = np.where(change.carried, self.after - change.overlap, 0.0)
        on_facets = change.laid + carried - self.seen
        measure = np.split(self.before + change.added + np.abs(self.reacted) + self.seen, 2)
        area, volume = (
            np.maximum(one.max(), other.max()) / max(whole.sum(), 1e-300)
            for one, other, whole in zip(
                np.split(np.abs(on_markers), 2),
                np.split(np.abs(on_facets), 2),
                measure,
                strict=True,
            )
        )
        return float(np.maximum(area, volume))


def film_volume(surface: Surface, film: SurfaceState, markers: FilmMarkers) -> Floats:
    """(k,) volume of each film, without that on the counter electrode, µm^(d-1) m: of the markers
    where it travels."""
    if markers.count:
        return np.asarray(markers.volume.sum(axis=0), dtype=np.float64)
    on = ~surface.on(COUNTER)
    return np.asarray(surface.area[on] @ film.volumes[on], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Exchanged:
    """Amounts that have passed the walls since the start, mol/m³ µm^d; one zero stands for none.

    received, consumed, trapped (k,)  of the further species: from a reservoir, by reactions at the
              walls, and in filled fragments
    products  lithium in products that are not followed
    formed (f,)  volume of each film by growth and reactions, µm^(d-1) m
    chemical, chemical_dead  lithium that the working electrode and dead lithium gained by reactions
    counter   lithium that the counter electrode gained by reactions, without a current
    porous    lithium that reactions took from the pores of a layer
    """

    received: Floats = field(default_factory=lambda: np.zeros(1))
    consumed: Floats = field(default_factory=lambda: np.zeros(1))
    trapped: Floats = field(default_factory=lambda: np.zeros(1))
    formed: Floats = field(default_factory=lambda: np.zeros(1))
    products: float = 0.0
    chemical: float = 0.0
    chemical_dead: float = 0.0
    counter: float = 0.0
    porous: float = 0.0

    @property
    def reacted(self) -> float:
        """All lithium that reactions have given or taken, to which errors are relative."""
        gained = (self.chemical, self.chemical_dead, self.counter, self.porous)
        return sum(map(abs, gained)) + abs(self.products)

    def after(self, surface: Surface, fields: Fields, time_step: float) -> Exchanged:
        """After a time step (s) with these mean rates on this surface."""
        walls, dim = fields.walls, surface.midpoint.shape[1]
        # mol/(m² s) on µm^(d-1): mol/m³ µm^d
        per_rate = time_step / MICROMETRE
        area = surface.area * per_rate
        gained = np.broadcast_to(fields.chemical_rate, surface.size) * area
        shape = (surface.size, walls.consumed.shape[1])
        growth = np.broadcast_to(fields.sei_growth, (surface.size, fields.sei_growth.shape[1]))
        return replace(
            self,
            received=self.received + walls.received * time_step / MICROMETRE**dim,
            consumed=self.consumed + area @ np.broadcast_to(walls.consumed, shape),
            formed=self.formed + surface.area @ growth * time_step,
            products=self.products + float(area @ np.broadcast_to(walls.products, surface.size)),
            chemical=self.chemical + float(gained[surface.working].sum()),
            chemical_dead=self.chemical_dead + float(gained[surface.on(DEAD_LITHIUM)].sum()),
            counter=self.counter + float(gained[surface.on(COUNTER)].sum()),
        )

    def trapping(self, connectivity: Connectivity, dissolved: Floats) -> Exchanged:
        """After fragments have been filled; dissolved (n, k) on the mesh before."""
        if not dissolved.size:
            return self
        held = [salt_content(connectivity.open, one) for one in dissolved.T]
        filled = np.array([one[connectivity.filled].sum() for one in held])
        return replace(self, trapped=self.trapped + filled)


@dataclass(frozen=True, eq=False)
class InterfaceBalances:
    """Balances of the interface since the start (volumes in µm^d, salt in mol/m³ µm^d).

    volume_deficit (b,)           of each body that moves: its target V(0) + V_m Q/F less its volume
    metal_target                  target of all lithium that moves, V(0) + V_m Q/F
    box                           volume of the cell at the start, to which rounding is relative
    salt_initial, salt_trapped    salt at the start; salt buried in filled fragments
    unassigned_deficit            volume deficit of bodies that no longer exist
    swept                         V_m Q_total / F: all volume plated and stripped so far
    salt_received                 salt that came from a reservoir
    void_filled                   volume of filled fragments, lithium in the mesh
    metal_removed                 volume of loose metal below mesh resolution, returned to the
                                  bodies
    salt_correction, pocket_correction  largest restored share of all salt, and of one pocket's
    dissolved_correction          largest restored share of a further species
    volume_correction             largest relative change of an advance
    film_error                    largest error of the film balance of a step
    dead_lithium_error            largest volume deficit of a floating body, as a share of it
    film_laid, film_buried (k,)   volume of each film laid without charge, and buried, µm^(d-1) m
    exchanged                     further species and lithium that passed the walls
    """

    volume_deficit: Floats
    metal_target: float
    box: float
    salt_initial: float
    unassigned_deficit: float = 0.0
    swept: float = 0.0
    salt_trapped: float = 0.0
    salt_received: float = 0.0
    void_filled: float = 0.0
    metal_removed: float = 0.0
    salt_correction: float = 0.0
    pocket_correction: float = 0.0
    dissolved_correction: float = 0.0
    volume_correction: float = 0.0
    film_error: float = 0.0
    dead_lithium_error: float = 0.0
    film_laid: Floats = field(default_factory=lambda: np.zeros(1))
    film_buried: Floats = field(default_factory=lambda: np.zeros(1))
    exchanged: Exchanged = field(default_factory=lambda: Exchanged())

    @property
    def total_volume_deficit(self) -> float:
        """Target of all metal less its volume, µm^d."""
        return float(self.volume_deficit.sum()) + self.unassigned_deficit

    @property
    def faraday_error(self) -> float:
        """|volume deficit| / swept volume; / ``rounding_volume`` of the box where that is more.

        A rest sweeps a volume of rounding, to which no error can be relative.
        """
        measure = max(self.swept, NUMERICS.rounding_volume * self.box)
        return abs(self.total_volume_deficit) / measure if measure > 0.0 else 0.0

    def after(
        self,
        plated: float,
        received: float,
        made: RemeshResult,
        deficits: VolumeDeficits,
        transferred: TransferredFields,
        film: FilmBalance,
        exchanged: Exchanged,
        vanished: float,
    ) -> InterfaceBalances:
        """The balances after a step that plated this volume (µm^d) and received this salt.

        vanished  volume that bodies still had which have dissolved below the size of a cell: it
                  counts as dissolved, into products that are not followed
        """
        connectivity = made.connectivity
        salt = salt_content(connectivity.open, transferred.concentration)
        filled = float(connectivity.cell.volumes[connectivity.filled].sum())
        return replace(
            self,
            volume_deficit=deficits.volume_deficit,
            metal_target=self.metal_target + plated - vanished,
            unassigned_deficit=self.unassigned_deficit + deficits.unassigned_deficit - vanished,
            swept=self.swept + abs(plated) + vanished,
            salt_trapped=self.salt_trapped + float(salt[connectivity.filled].sum()),
            salt_received=self.salt_received + received,
            void_filled=self.void_filled + filled,
            metal_removed=self.metal_removed + connectivity.removed,
            salt_correction=_larger(self.salt_correction, transferred.correction),
            pocket_correction=_larger(self.pocket_correction, transferred.pocket_correction),
            dissolved_correction=_larger(
                self.dissolved_correction, transferred.dissolved_correction
            ),
            volume_correction=_larger(self.volume_correction, made.scaling_deviation),
            film_error=_larger(self.film_error, film.error),
            dead_lithium_error=_larger(self.dead_lithium_error, deficits.scaling_deviation),
            film_laid=self.film_laid + film.laid,
            film_buried=self.film_buried + film.buried,
            exchanged=exchanged.trapping(connectivity, transferred.dissolved),
        )


def _larger(one: float, other: float) -> float:
    """The larger of two errors; nan counts as the largest."""
    return float(np.maximum(one, other))
