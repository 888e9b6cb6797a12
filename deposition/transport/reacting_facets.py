"""Assignment of reactions to the reacting facets."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from deposition.laws.reactions import BoundaryReaction
from deposition.laws.sei_columns import SeiColumns
from deposition.mesh.cell import COUNTER, Floats, Ints, Mask
from deposition.mesh.surface import Surface, SurfaceState
from deposition.transport.film_growth import FilmGrowth, FilmReaction
from deposition.transport.physics import TransportPhysics

Placed = tuple[tuple[BoundaryReaction, Ints], ...]


def reactions_on(
    surface: Surface, chosen: Ints, conducts: Mask, physics: TransportPhysics
) -> Placed:
    """The reactions that are solved with the salt and change no film, each with its facets among
    the ``chosen`` ones; ``conducts``: those of them with charge transfer."""
    counter = surface.on(COUNTER)[chosen]
    transfer, opposite = physics.charge_transfer, physics.counter_reaction
    placed: Placed
    if opposite is None or opposite == transfer:
        placed = ((transfer, np.flatnonzero(conducts)),)
    else:
        placed = (
            (transfer, np.flatnonzero(conducts & ~counter)),
            (opposite, np.flatnonzero(conducts & counter)),
        )
    others = (one for one in physics.sorted_reactions if not (one.of_traces or one.changes_film))
    return (*placed, *placed_on(surface, chosen, (one.reaction for one in others)))


def placed_on(surface: Surface, chosen: Ints, reactions: Iterable[BoundaryReaction]) -> Placed:
    """Reactions, each with its facets among the ``chosen`` ones."""
    return tuple((one, np.flatnonzero(surface.on(*one.on)[chosen])) for one in reactions)


def film_on(
    film: SurfaceState | None, chosen: Ints, physics: TransportPhysics
) -> SeiColumns | None:
    """The film on the ``chosen`` facets by component; None without one."""
    growth = physics.growth
    if film is None or not growth.films:
        return None
    return SeiColumns.of(
        film.fractions[chosen], film.volumes[chosen], growth.films, growth.molar_volume
    )


def film_growth_on(
    surface: Surface,
    film: SeiColumns | None,
    chosen: Ints,
    insulated: Mask,
    physics: TransportPhysics,
    time_step: float,
    *,
    of_traces: bool = False,
) -> FilmGrowth | None:
    """Reactions, of traces or of all else, that change the ``film`` of the ``chosen`` facets over a
    step (s); those that need electrons not on ``insulated`` ones.  None without such reactions."""
    placed = tuple(
        FilmReaction(
            one.reaction,
            np.flatnonzero(
                surface.on(*one.reaction.on)[chosen] & ~(insulated & one.needs_electrons)
            ),
            one.consumes,
        )
        for one in physics.sorted_reactions
        if one.changes_film and one.of_traces == of_traces
    )
    if film is None or not placed or not len(chosen):
        return None
    return FilmGrowth(placed, film, time_step)


def growth_on_facets(
    physics: TransportPhysics,
    rates: dict[str, Floats],
    before: Floats,
    count: int,
    chosen: Ints,
) -> Floats:
    """(f, k) growth of each film on ``count`` facets as volume per area and time, m/s: ``before``,
    and that by rates of components on the ``chosen`` ones, mol/(m² s)."""
    if not rates:
        return before
    growth = physics.growth
    found = np.zeros((count, len(growth.films))) + before
    for name, rate in rates.items():
        column = growth.films.index(name)
        found[chosen, column] += rate * growth.molar_volume[column]
    return found
