"""Outcome of the members, read from their results folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deposition.common.errors import ResultsError
from deposition.results.result import Result, is_ours
from deposition.scenario import Scenario
from deposition.sweeps.axes import Member


@dataclass(frozen=True)
class Run:
    """A member with its checked scenario and its results folder."""

    member: Member
    scenario: Scenario
    folder: Path

    def summary(self) -> dict[str, Any]:
        """``summary.json``; empty unless the folder has one of the identical scenario."""
        if not is_ours(self.folder):
            return {}
        result = Result(self.folder)
        try:
            same = result.scenario_text == self.scenario.resolved_toml()
            return result.summary if same and result.ended else {}
        except ResultsError:
            return {}

    def finished(self) -> bool:
        """True if its run is complete."""
        return bool(self.summary().get("completed", False))


@dataclass(frozen=True)
class Row:
    """One row of the table.

    summary  ``summary.json`` of the member, empty if it has none
    failure  reason of the failure, empty if it did not fail
    """

    member: Member
    summary: dict[str, Any]
    failure: str
