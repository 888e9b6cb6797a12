"""The protocol of a run: its steps one after the other, and how far a run has come in them."""

from deposition.protocol.plan import BEGINNING, Progress, ProtocolPlan, net
from deposition.protocol.protocol_step import (
    REST,
    ConstantCurrent,
    ConstantVoltage,
    Load,
    OnEvent,
    ProtocolStep,
    StopReason,
)

__all__ = [
    "BEGINNING",
    "REST",
    "ConstantCurrent",
    "ConstantVoltage",
    "Load",
    "OnEvent",
    "Progress",
    "ProtocolPlan",
    "ProtocolStep",
    "StopReason",
    "net",
]
