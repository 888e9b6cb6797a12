"""A concentrated solution that is dilute."""

from __future__ import annotations

from deposition.laws.concentrated import ConstantConcentrated
from helpers.transport_cases import BE, C0, T

DILUTE = ConstantConcentrated(T, BE.conductivity, BE.salt_diffusivity, BE.t_plus, 1.0, C0)
"""BE as Newman would write it."""
