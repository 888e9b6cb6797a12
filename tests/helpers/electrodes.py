"""Electrodes of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deposition.laws.electrodes import DeadLithium, Electrodes, Lithium, LithiumCounter, Reservoir

V_M = 1.2998e-5


def electrodes(
    surface_energy: float = 0.5,
    counter: str = "lithium",
    recedes: bool = True,
    floats: bool = False,
    reacts: bool = False,
    moves: bool = True,
) -> Electrodes:
    """Lithium that moves, opposite a lithium counter electrode that recedes, unless stated."""
    opposite = Reservoir() if counter == "reservoir" else LithiumCounter(recedes)
    return Electrodes(Lithium(V_M, surface_energy), opposite, DeadLithium(floats, reacts), moves)


def with_electrodes(changes: Mapping[str, Any]) -> tuple[Electrodes, dict[str, Any]]:
    """Electrodes from those changes that concern them, and the other changes."""
    names = ("surface_energy", "counter", "recedes", "floats", "reacts", "moves")
    own = {name: changes[name] for name in names if name in changes}
    return electrodes(**own), {k: v for k, v in changes.items() if k not in names}
