"""What became of the members, read from their folders."""

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
    """A member with its checked scenario and the folder of its result."""

    member: Member
    scenario: Scenario
    folder: Path

    def summary(self) -> dict[str, Any]:
        """``summary.json``; empty unless the folder has one of this very scenario."""
        if not is_ours(self.folder):
            return {}
        result = Result(self.folder)
        try:
            same = result.scenario_text == self.scenario.resolved_toml()
            return result.summary if same and result.ended else {}
        except ResultsError:
            return {}

    def finished(self) -> bool:
        """Whether it has passed its whole charge."""
        return bool(self.summary().get("completed", False))


@dataclass(frozen=True)
class Row:
    """One line of the table.

    failure  why the member failed, empty if it did not
    summary  its ``summary.json``, empty if it has none
    """

    member: Member
    summary: dict[str, Any]
    failure: str
