"""Where does the lithium go?  A lithium-deposition simulator.

from deposition import Scenario, run, compare

run(Scenario.load("be"), "results/be")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deposition.compare import compare
    from deposition.run import run_scenario as run
    from deposition.scenario import Scenario

__all__ = ["Scenario", "compare", "run"]
_HOMES = {
    "Scenario": ("deposition.scenario", "Scenario"),
    "compare": ("deposition.compare", "compare"),
    "run": ("deposition.run", "run_scenario"),
}


def __getattr__(name: str) -> Any:
    """Import the public names on first use: ``import deposition`` alone costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    value = getattr(import_module(module), attribute)
    # Importing deposition.run has just set ``deposition.run`` to the module.
    globals()[name] = value
    return value
