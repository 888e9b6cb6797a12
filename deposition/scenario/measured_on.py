"""Resistances measured by impedance: on one electrode, or on a symmetric cell of two."""

from __future__ import annotations

from typing import Literal

MeasuredOn = Literal["electrode", "symmetric cell"]


def check_measured_on(section: str, key: str, value: float | None, of: str | None) -> None:
    """Raise ValueError unless resistance and what it was measured on are stated together."""
    if value is not None and of is None:
        raise ValueError(
            f"{section}.{key} needs {section}.of: was it measured on one electrode or on a cell of "
            'two? State of = "electrode", or of = "symmetric cell", whose electrodes have half of '
            "it each [E958]"
        )
    if value is None and of is not None:
        raise ValueError(
            f"{section}.of has no effect without {section}.{key}. State the resistance, or leave "
            "of out [E959]"
        )


def per_electrode(resistance: float | None, of: str | None) -> float | None:
    """Resistance of one electrode, ohm m²: two equal ones are in series in a symmetric cell."""
    if resistance is None:
        return None
    return 0.5 * resistance if of == "symmetric cell" else resistance
