"""Finite-element simulation of lithium electrodeposition under a heterogeneous SEI.

Run, continue and compare
    Scenario   all settings of a run: ``Scenario.load("be")``
    run        run a scenario into a results folder; returns its ``Result``
    resume     continue a stopped run from its last checkpoint, or extend a complete one
    simulate   the states of a scenario, for a loop of one's own, without files
    compare    pictures and a table of several results
    sweep      run a grid of settings in parallel
    Result     read a results folder: summary, history, snapshots, meshes, figures

Steps of a protocol, for ``Scenario.with_protocol``
    plate      deposit at a current density or a rate
    strip      dissolve at a current density or a rate
    hold       hold a cell voltage
    rest       pass no current
    cycle      plate a charge and strip it
    adams      measure the Coulombic efficiency from a reservoir of lithium
    eis        compute an impedance spectrum of the state reached

from deposition import Scenario, compare, run

result = run("be")                # results/be
result["cell_voltage_V"]          # a number of its summary
compare(["be", "c-i-be"])         # pictures and a table of two results, in results/compare
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deposition.comparison.compare import compare
    from deposition.runs.result import Result
    from deposition.runs.run import resume, run
    from deposition.runs.simulate import simulate
    from deposition.scenario import Scenario
    from deposition.scenario.steps import adams, cycle, eis, hold, plate, rest, strip
    from deposition.sweeps import sweep

    __version__: str

__all__ = [
    "Result",
    "Scenario",
    "__version__",
    "adams",
    "compare",
    "cycle",
    "eis",
    "hold",
    "plate",
    "rest",
    "resume",
    "run",
    "simulate",
    "strip",
    "sweep",
]
_HOMES = {
    "Result": "deposition.runs.result",
    "Scenario": "deposition.scenario",
    "adams": "deposition.scenario.steps",
    "compare": "deposition.comparison.compare",
    "cycle": "deposition.scenario.steps",
    "eis": "deposition.scenario.steps",
    "hold": "deposition.scenario.steps",
    "plate": "deposition.scenario.steps",
    "rest": "deposition.scenario.steps",
    "resume": "deposition.runs.run",
    "run": "deposition.runs.run",
    "simulate": "deposition.runs.simulate",
    "strip": "deposition.scenario.steps",
    "sweep": "deposition.sweeps",
}


def __getattr__(name: str) -> Any:
    """Import the public names on first use: ``import deposition`` alone costs nothing."""
    if name == "__version__":
        from deposition.common.provenance import program_version

        return program_version()
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names, for completion."""
    return sorted(__all__)
