"""Units of length of a geometry file."""

from __future__ import annotations

UNITS = {"m": 1e6, "mm": 1e3, "cm": 1e4, "nm": 1e-3, "um": 1.0}
"""Micrometres per unit, in the order in which they are suggested."""
