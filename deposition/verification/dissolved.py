"""Quantities of dissolved species that the cases compare, from scenarios and states."""

from __future__ import annotations

from deposition.common.constants import MICROMETRE
from deposition.mesh.cell import Floats
from deposition.scenario import Scenario
from deposition.simulation.state import State


def length(settings: Scenario, name: str) -> float:
    """A parameter of the geometry, m."""
    return float(settings.geometry.parameters[name]) * MICROMETRE


def rate_constant(settings: Scenario, number: int = 0) -> float:
    """Rate constant of a reaction, m/s."""
    return float(settings.reactions[number].rate_constant)  # type: ignore[union-attr, arg-type]


def dissolved(settings: Scenario, state: State, name: str) -> Floats:
    """(n,) concentration of a species, mol/m³, NaN outside the electrolyte."""
    column = list(settings.electrolyte.dissolved).index(name)
    return state.run_state.interface_state.fields.dissolved[:, column]
