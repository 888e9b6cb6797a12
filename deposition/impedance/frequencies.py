"""The frequencies of a spectrum."""

from __future__ import annotations

import math

import numpy as np

from deposition.common.errors import ScenarioError
from deposition.mesh.cell import Floats
from deposition.scenario.eis import HIGHEST, LOWEST, PER_DECADE


def logarithmic(low: float = LOWEST, high: float = HIGHEST, per_decade: int = PER_DECADE) -> Floats:
    """(k,) frequencies from ``high`` to ``low``, Hz, evenly spaced on a logarithmic scale.

    Raises ScenarioError unless 0 < low < high.
    """
    checked(np.array([low, high]))
    if low >= high:
        raise ScenarioError(
            f"the lowest frequency, {low:g} Hz, is not below the highest, {high:g} Hz. Exchange "
            "them, or widen the range [E880]"
        )
    count = math.ceil(per_decade * math.log10(high / low) - 1e-9) + 1
    return np.asarray(np.geomspace(high, low, max(count, 2)), dtype=np.float64)


def checked(frequencies: Floats) -> Floats:
    """The frequencies; raises ScenarioError unless all are finite and greater than zero."""
    frequencies = np.atleast_1d(np.asarray(frequencies, dtype=np.float64))
    wrong = ~(np.isfinite(frequencies) & (frequencies > 0.0))
    if wrong.any() or not len(frequencies):
        shown = f"{frequencies[wrong][0]:g} Hz" if wrong.any() else "none"
        raise ScenarioError(
            f"a frequency must be greater than zero and finite, not {shown}: at zero the impedance "
            "is the slope of two steady runs. State frequencies such as 1 mHz [E881]"
        )
    return frequencies
