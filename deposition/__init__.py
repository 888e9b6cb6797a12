"""Where does the lithium go?  A lithium-deposition simulator.

from deposition import Scenario, compare, run

run(Scenario.load("be"))          # results/be, and its summary as a dictionary
compare(["be", "c-i-be"])         # pictures and a table of two results, in results/compare
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deposition.comparison.compare import compare
    from deposition.runs.run import resume, run
    from deposition.scenario import Scenario
    from deposition.scenario.steps import hold, plate, rest, strip
    from deposition.sweeps import sweep

__all__ = ["Scenario", "compare", "hold", "plate", "rest", "resume", "run", "strip", "sweep"]
_HOMES = {
    "Scenario": "deposition.scenario",
    "compare": "deposition.comparison.compare",
    "hold": "deposition.scenario.steps",
    "plate": "deposition.scenario.steps",
    "rest": "deposition.scenario.steps",
    "resume": "deposition.runs.run",
    "run": "deposition.runs.run",
    "strip": "deposition.scenario.steps",
    "sweep": "deposition.sweeps",
}


def __getattr__(name: str) -> Any:
    """Import the public names on first use: ``import deposition`` alone costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
