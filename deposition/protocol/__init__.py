"""What is asked of the cell: stages one after the other, and how far a run has come in them."""

from deposition.protocol.plan import BEGINNING, Plan, Progress, net
from deposition.protocol.stage import (
    REST,
    Asked,
    ConstantCurrent,
    ConstantVoltage,
    End,
    Stage,
    Then,
)

__all__ = [
    "BEGINNING",
    "REST",
    "Asked",
    "ConstantCurrent",
    "ConstantVoltage",
    "End",
    "Plan",
    "Progress",
    "Stage",
    "Then",
    "net",
]
