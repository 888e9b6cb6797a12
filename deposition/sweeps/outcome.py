"""Outcome of the members, read from their results folders."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deposition.common.errors import ResultsError
from deposition.results.result import Result, is_ours
from deposition.scenario import Scenario
from deposition.simulation.checkpoint import NEWEST, PREVIOUS
from deposition.sweeps.axes import Member


@dataclass(frozen=True)
class Run:
    """A member with its checked scenario and its results folder."""

    member: Member
    scenario: Scenario
    folder: Path

    def summary(self) -> dict[str, Any]:
        """``summary.json``; empty unless the folder has one of the identical scenario."""
        return summary_of(self.folder, self.scenario)

    def finished(self) -> bool:
        """True if its run is complete."""
        return is_complete(self.folder, self.scenario)


def summary_of(folder: Path, scenario: Scenario) -> dict[str, Any]:
    """``summary.json`` of a folder; empty unless it has one of the identical scenario."""
    try:
        result = Result(folder)
        return result.summary if _is_of(folder, scenario) and result.ended else {}
    except ResultsError:
        return {}


def is_complete(folder: Path, scenario: Scenario) -> bool:
    """True if the folder has the complete run of the identical scenario."""
    return bool(summary_of(folder, scenario).get("completed", False))


def has_checkpoint(folder: Path, scenario: Scenario) -> bool:
    """True if a run of the identical scenario can be resumed."""
    exists = any((folder / name).is_file() for name in (NEWEST, PREVIOUS))
    try:
        return exists and _is_of(folder, scenario)
    except ResultsError:
        return False


def _is_of(folder: Path, scenario: Scenario) -> bool:
    """True if the folder has results of the identical scenario.

    The recorded scenario states the growth axis that was found, which another may leave open.
    """
    if not is_ours(folder):
        return False
    recorded = Result(folder).scenario_text
    own = scenario.resolved_toml()
    if recorded == own:
        return True
    try:
        tables = [tomllib.loads(text) for text in (recorded, own)]
        geometries = [table["geometry"] for table in tables]
    except (ValueError, KeyError):
        return False
    if not geometries[1].get("growth_axis"):
        geometries[0]["growth_axis"] = geometries[1].get("growth_axis")
    return tables[0] == tables[1]


@dataclass(frozen=True)
class Row:
    """One row of the table.

    summary  ``summary.json`` of the member, empty if it has none
    failure  reason of the failure, empty if it did not fail
    """

    member: Member
    summary: dict[str, Any]
    failure: str
