"""Exchange through the walls in a step, on all facets: of the coupled system, and of the traces."""

from __future__ import annotations

import numpy as np

from deposition.common.constants import FARADAY
from deposition.mesh.cell import Floats, Ints
from deposition.transport.fields import WallExchange
from deposition.transport.system import System


def exchange_of_coupled(
    system: System, x: Floats, facets: int, reacting: Ints, reservoir: Ints
) -> WallExchange:
    """Exchange at the walls of the species that are solved with the salt; 0 for traces.

    x  solution; facets: number of all; reacting (m,) facets; reservoir (r,) nodes
    """
    species, exchange = system.walls.physics.dissolved, system.exchange(system.unpack(x))
    consumed, displaced = np.zeros((2, facets, len(species)))
    received, products = np.zeros(len(species)), np.zeros(facets)
    products[reacting] = exchange.products
    at_nodes = system.unconstrained_residual(x)[: system.block * system.nodes]
    entering = at_nodes.reshape(-1, system.block)[reservoir].sum(axis=0)
    for k, one in enumerate(species):
        if one.trace:
            continue
        own = exchange.consumed[one.name]
        consumed[reacting, k] = own
        pushed = own - exchange.species[one.name].value
        displaced[reacting, k] = pushed / system.walls.porosity
        received[k] = entering[system.species.index(one.name)] / FARADAY
    return WallExchange(consumed, displaced, received, products)


def add_traces(
    walls: WallExchange, traces: WallExchange, reacting: Ints, chosen: Ints, porosity: Floats
) -> None:
    """Add what passes of the ``chosen`` species, which are traces, on the reacting facets (m,) with
    an electrolyte of ``porosity`` (m,) in front of them."""
    on = np.ix_(reacting, chosen)
    walls.consumed[on] += traces.consumed
    walls.displaced[on] += traces.displaced / porosity[:, None]
    walls.received[chosen] += traces.received
    walls.products[reacting] += traces.products
