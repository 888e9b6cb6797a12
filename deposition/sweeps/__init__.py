"""Parameter sweep: runs of a scenario over a grid of settings.

from deposition.sweeps import sweep

sweep("be", {"electrolyte.t_plus": [0.3, 0.5, 0.7]})
"""

from __future__ import annotations

from deposition.sweeps.grid import Sweep, sweep

__all__ = ["Sweep", "sweep"]
