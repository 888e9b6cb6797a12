"""Protocol of a run at run time: its steps, their loads and ends, and the progress of the run."""

from deposition.protocol.plan import BEGINNING, Progress, ProtocolPlan, net
from deposition.protocol.protocol_step import (
    REST,
    ConstantCurrent,
    ConstantVoltage,
    ImpedanceSpectrum,
    Load,
    OnEvent,
    ProtocolStep,
    StopReason,
    VoltageSweep,
)

__all__ = [
    "BEGINNING",
    "REST",
    "ConstantCurrent",
    "ConstantVoltage",
    "ImpedanceSpectrum",
    "Load",
    "OnEvent",
    "Progress",
    "ProtocolPlan",
    "ProtocolStep",
    "StopReason",
    "VoltageSweep",
    "net",
]
