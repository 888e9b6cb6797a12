"""Transport: concentration, potential and current on one cell, one implicit step in time."""

from __future__ import annotations

from deposition.controls import CellVoltage, Control, TotalCurrent
from deposition.transport.physics import Depleted, Solution, TransportPhysics
from deposition.transport.problem import TransportProblem

__all__ = [
    "CellVoltage",
    "Control",
    "Depleted",
    "Solution",
    "TotalCurrent",
    "TransportPhysics",
    "TransportProblem",
]
