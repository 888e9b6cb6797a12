"""States made by hand: the parts of a ``State`` are given flat, and stand where they belong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from deposition.interface.balances import InterfaceBalances
from deposition.interface.state import InterfaceState
from deposition.mesh.cell import Cell
from deposition.mesh.surface import Surface, SurfaceState
from deposition.simulation.run_state import RunState
from deposition.simulation.state import Balance, State
from deposition.transport.fields import Fields

FIELDS = ("concentration", "potential", "current_density", "metal_potential")
INTERFACE = ("cell", "surface", "film")
RUN = (
    "step",
    "time",
    "progress",
    "applied_current_density",
    "voltage",
    "net_areal_charge",
)


def made_state(
    cell: Cell, surface: Surface, film: SurfaceState, fields: Fields, **others: Any
) -> State:
    """A state of a cell; ``others``: see ``changed``, and ``void_area`` (µm^d) that was filled."""
    balances = InterfaceBalances(
        volume_deficit=np.zeros(1), metal_target=0.0, box=0.0, salt_initial=1.0,
        void_filled=others.pop("void_area", 0.0),
    )  # fmt: skip
    anchors = np.empty((0, cell.dim))
    interface_state = InterfaceState(cell, surface, film, fields, anchors, balances)
    resistance = others.pop("resistance", np.zeros(surface.size))
    state = State(RunState(interface_state), fields, resistance, 0.0, Balance())
    return changed(state, **others)


def changed(state: State, **changes: Any) -> State:
    """The state with other values of its properties."""
    fields = {k: changes.pop(k) for k in FIELDS if k in changes}
    interface = {k: changes.pop(k) for k in INTERFACE if k in changes}
    run = {k: changes.pop(k) for k in RUN if k in changes}
    run_state = replace(
        state.run_state,
        interface_state=replace(state.run_state.interface_state, **interface),
        **run,
    )
    return replace(state, run_state=run_state, fields=replace(state.fields, **fields), **changes)
