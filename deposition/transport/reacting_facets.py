"""Which reactions and which growth of the SEI take place on which of the reacting facets."""

from __future__ import annotations

import numpy as np

from deposition.laws.reactions import BoundaryReaction
from deposition.mesh.cell import COUNTER, Ints, Mask
from deposition.mesh.surface import Surface, SurfaceState
from deposition.transport.film_growth import FilmGrowth
from deposition.transport.physics import TransportPhysics


def reactions_on(
    surface: Surface, chosen: Ints, conducts: Mask, physics: TransportPhysics
) -> tuple[tuple[BoundaryReaction, Ints], ...]:
    """The reactions, each with its facets among the ``chosen`` ones; ``conducts``: those of them
    with charge transfer."""
    counter = surface.on(COUNTER)[chosen]
    transfer, opposite = physics.charge_transfer, physics.counter_reaction
    placed: list[tuple[BoundaryReaction, Ints]]
    if opposite is None or opposite == transfer:
        placed = [(transfer, np.flatnonzero(conducts))]
    else:
        placed = [
            (transfer, np.flatnonzero(conducts & ~counter)),
            (opposite, np.flatnonzero(conducts & counter)),
        ]
    traces = physics.reactions_of(physics.traces) if physics.traces else ()
    for reaction in physics.reactions:
        if reaction in traces:
            continue
        placed.append((reaction, np.flatnonzero(surface.on(*reaction.on)[chosen])))
    return tuple(placed)


def film_growth_on(
    surface: Surface,
    film: SurfaceState | None,
    chosen: Ints,
    insulated: Mask,
    physics: TransportPhysics,
    time_step: float,
) -> FilmGrowth | None:
    """SEI growth on the ``chosen`` facets over a step (s), but for ``insulated`` ones; None without
    a law."""
    growth = physics.growth
    if not growth.laws or film is None:
        return None
    columns = growth.columns
    molar_volume = np.array(growth.molar_volume)[columns]
    placed = (
        (law, np.flatnonzero(surface.on(*law.on)[chosen] & ~insulated)) for law in growth.laws
    )
    return FilmGrowth(
        laws=tuple(placed),
        components=tuple(growth.films[k] for k in columns),
        fractions=film.fractions[chosen][:, columns],
        amounts=film.volumes[chosen][:, columns] / molar_volume,
        molar_volume=molar_volume,
        time_step=time_step,
    )
