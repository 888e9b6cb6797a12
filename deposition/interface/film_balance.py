"""The balance of film over one step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.mesh.cell import Floats, Ints
from deposition.mesh.surface import Surface, SurfaceState


@dataclass(frozen=True, eq=False)
class FilmBalance:
    """Film on the whole surface, before and after a step: before + added - buried = after.

    Each (k + 1,): the area of each film component, µm^(d-1), and last the volume of film, area
    times thickness, µm^(d-1) m.  What is buried is what was there and was not handed down; it is
    negative where a component was handed down to more surface than it came from.
    """

    before: Floats
    added: Floats
    buried: Floats
    after: Floats

    @property
    def error(self) -> float:
        """Largest |before + added - buried - after| of a component, over the area of all film that
        was there or came, and that of the volume of film, over the volume that was there or came.
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
    """What a frame did to the film on the new facets.

    kept (g,) share of the film of its parent that each new facet has; on the rest of it lies fresh
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
    """The ledger of a step, from surface and film before it and after it.

    parent (g,) index of the old facet of each new one

    All facets count, whatever they belong to: metal that was pinched off in the step keeps its film
    in the ledger, and so does a counter electrode.  Only ``update`` is what a frame says of itself.
    """
    (old, new), (was, film) = surfaces, films
    inherited = _columns(was.fractions, was.thickness)[parent]
    laid = _columns(update.fractions, update.thickness)
    before = old.area @ _columns(was.fractions, was.thickness)
    return FilmBalance(
        before=before,
        added=(new.area * (1.0 - update.kept)) @ laid,
        buried=before - (new.area * update.kept) @ inherited,
        after=new.area @ _columns(film.fractions, film.thickness),
    )


def _columns(fractions: Floats, thickness: Floats) -> Floats:
    """(f, k + 1) fractions (f, k), and thickness (f,) as the last column."""
    return np.column_stack([fractions, thickness])
