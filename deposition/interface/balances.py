"""Balances of volume, salt and film: of one step, and since the start."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.interface.body_tracking import VolumeDeficits
from deposition.interface.numerics import NUMERICS
from deposition.interface.remesh_correction import RemeshResult
from deposition.interface.salt_transfer import TransferredFields, salt_content
from deposition.mesh.cell import Floats, Ints
from deposition.mesh.surface import Surface, SurfaceState


@dataclass(frozen=True, eq=False)
class FilmBalance:
    """Film on the whole surface before and after a step: before + added - buried = after.

    Each (k + 1,): the area of each film component, µm^(d-1), and last the volume of film, area
    times thickness, µm^(d-1) m.  ``buried`` is the film that was there and was not inherited; it is
    negative where a component was inherited by more surface than it came from.
    """

    before: Floats
    added: Floats
    buried: Floats
    after: Floats

    @property
    def error(self) -> float:
        """Largest relative |before + added - buried - after|.

        Of the components relative to the area, of the volume relative to the volume of all film
        that was there or was added.
        """
        missing = np.abs(self.before + self.added - self.buried - self.after)
        measure = self.before + self.added
        area, volume = missing[:-1].max(), missing[-1]
        of_area, of_volume = (
            part / max(whole, 1e-300)
            for part, whole in ((area, measure[:-1].sum()), (volume, measure[-1]))
        )
        return float(np.maximum(of_area, of_volume))


@dataclass(frozen=True, eq=False)
class FilmUpdate:
    """Change that a film motion makes to the inherited film.

    kept (g,) share of each new facet that keeps its parent's film; the rest of it is covered by
    film of this composition, fractions (g, k), and thickness (g,), m
    """

    kept: Floats
    fractions: Floats
    thickness: Floats


def film_balance(
    surfaces: tuple[Surface, Surface],
    films: tuple[SurfaceState, SurfaceState],
    parent: Ints,
    update: FilmUpdate,
) -> FilmBalance:
    """The balance of a step, from surface and film before it and after it.

    parent (g,): index of the old facet of each new one

    All facets count, whatever they belong to: metal that was pinched off in the step, and the
    counter electrode too.  Only ``update`` is a statement of the film motion about itself.
    """
    # before = Σ A_old f_old, added = Σ A_new (1 - kept) f_new, inherited = Σ A_new kept f_parent.
    (old, new), (film_before, film_after) = surfaces, films
    inherited = _columns(film_before.fractions, film_before.thickness)[parent]
    added = _columns(update.fractions, update.thickness)
    before = old.area @ _columns(film_before.fractions, film_before.thickness)
    return FilmBalance(
        before=before,
        added=(new.area * (1.0 - update.kept)) @ added,
        buried=before - (new.area * update.kept) @ inherited,
        after=new.area @ _columns(film_after.fractions, film_after.thickness),
    )


def _columns(fractions: Floats, thickness: Floats) -> Floats:
    """(f, k + 1) fractions (f, k), and thickness (f,) as the last column."""
    return np.column_stack([fractions, thickness])


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
    salt_correction, pocket_correction  largest restored share of all salt, and of one pocket's
    volume_correction             largest relative change of an advance
    film_error                    largest error of the film balance of a step
    dead_lithium_error            largest volume deficit of a floating body, as a share of it
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
    salt_correction: float = 0.0
    pocket_correction: float = 0.0
    volume_correction: float = 0.0
    film_error: float = 0.0
    dead_lithium_error: float = 0.0

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
    ) -> InterfaceBalances:
        """The balances after a step that plated this volume (µm^d) and received this salt."""
        connectivity = made.connectivity
        salt = salt_content(connectivity.open, transferred.concentration)
        filled = float(connectivity.cell.volumes[connectivity.filled].sum())
        return replace(
            self,
            volume_deficit=deficits.volume_deficit,
            metal_target=self.metal_target + plated,
            unassigned_deficit=self.unassigned_deficit + deficits.unassigned_deficit,
            swept=self.swept + abs(plated),
            salt_trapped=self.salt_trapped + float(salt[connectivity.filled].sum()),
            salt_received=self.salt_received + received,
            void_filled=self.void_filled + filled,
            salt_correction=_larger(self.salt_correction, transferred.correction),
            pocket_correction=_larger(self.pocket_correction, transferred.pocket_correction),
            volume_correction=_larger(self.volume_correction, made.scaling_deviation),
            film_error=_larger(self.film_error, film.error),
            dead_lithium_error=_larger(self.dead_lithium_error, deficits.scaling_deviation),
        )


def _larger(one: float, other: float) -> float:
    """The larger of two errors; nan counts as the largest."""
    return float(np.maximum(one, other))
