"""Sweeps: runs of a scenario over a grid of settings, or another design.

from deposition.sweeps import sweep

sweep("be", {"electrolyte.t_plus": [0.3, 0.5, 0.7]})
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deposition.sweeps.execution import Sweep, sweep

__all__ = ["Sweep", "sweep"]


def __getattr__(name: str) -> Any:
    """Import on first use: the workers of a cluster need the launcher alone."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from deposition.sweeps import execution

    return getattr(execution, name)
