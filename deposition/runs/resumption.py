"""Place at which a run is resumed, and the settings that change there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from deposition.common.errors import CheckpointError, ScenarioError
from deposition.protocol.changes import progress_in
from deposition.results.result import SCENARIO, ResultsFolder
from deposition.scenario import Scenario
from deposition.scenario.plan import plan_of
from deposition.simulation.checkpoint import Checkpoint, newest

CHANGEABLE = ("protocol", "time", "output")
"""Sections that may change during a run: none of them alters the cell or its laws."""

MISSING = "not stated"


@dataclass(frozen=True, eq=False)
class Resumption:
    """The resumption of a run.

    point         the checkpoint, with its progress in the present protocol
    scenario      the settings from here on
    changes       values before and after ("from", "to") of settings that differ, by dotted key
    has_new_load  the protocol step under way has another current or voltage
    """

    point: Checkpoint
    scenario: Scenario
    changes: Mapping[str, Mapping[str, Any]]
    has_new_load: bool

    @classmethod
    def of(cls, results: ResultsFolder, overrides: Sequence[str]) -> Resumption:
        """From the last checkpoint of a folder, with ``key=value`` on top of its scenario.

        Raises CheckpointError if there is no checkpoint or the file of the scenario was changed by
        hand, ScenarioError if a change is not valid or the run is complete.
        """
        point = newest(results.path)
        file = results.scenario_at(point.run_state.step, point.scenario)
        if file is None:
            raise CheckpointError(
                f"{results.path / SCENARIO} has changed since the run began. Put the original "
                "back, and state the changes with deposition resume --set, or run the changed "
                "scenario under another name. [E500]"
            )
        before = Scenario.load(file)
        scenario = Scenario.load(results.path / SCENARIO, overrides)
        changes = _differences(before.resolved_toml(), scenario.resolved_toml())
        _check_changeable(changes)
        cell = point.start.cell
        old, new = (
            plan_of(one.with_current_densities(cell).protocol) for one in (before, scenario)
        )
        progress = progress_in(new, old, point.run_state.progress)
        run_state = replace(point.run_state, progress=progress)
        applied = (plan.protocol_step(progress).applied for plan in (new, old))
        has_new_load = not progress.ended and next(applied) != next(applied)
        return cls(replace(point, run_state=run_state), scenario, changes, has_new_load)

    @property
    def step(self) -> int:
        """The last time step before the resumption."""
        return self.point.run_state.step

    @property
    def lines(self) -> tuple[str, ...]:
        """The changes, one line each."""
        return tuple(
            f"{key} = {values['to']} (was {values['from']})" for key, values in self.changes.items()
        )


def _check_changeable(changes: Mapping[str, object]) -> None:
    fixed = [key for key in changes if key.split(".")[0] not in CHANGEABLE]
    if fixed:
        raise ScenarioError(
            f"{', '.join(fixed)} cannot change during a run, only protocol, time and output. Run "
            "the changed scenario anew, under another name. [E508]"
        )


def _differences(before: str, after: str) -> dict[str, dict[str, Any]]:
    """Keys whose values differ between two scenarios (TOML), in the order of the second."""
    old, new = (_flat(tomllib.loads(text)) for text in (before, after))
    return {
        key: {"from": old.get(key, MISSING), "to": new.get(key, MISSING)}
        for key in {**new, **old}
        if old.get(key) != new.get(key)
    }


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Values by dotted key; a list is one value."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat
