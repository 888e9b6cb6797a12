"""Data for the process of a member."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Task:
    """A member to be run.

    scenario   name of a shipped scenario, or a file
    overrides  ``key=value`` settings, including the name
    folder     results folder
    trust      allow geometry scripts to run commands
    pictures   draw flux map and movie
    anew       run it, whatever results are there
    """

    scenario: str
    overrides: tuple[str, ...]
    folder: str
    trust: bool
    pictures: bool
    anew: bool = False

    @property
    def words(self) -> list[str]:
        """Command line of the process."""
        return [sys.executable, "-m", "deposition.sweeps.member", json.dumps(asdict(self))]

    @property
    def run_words(self) -> list[str]:
        """Arguments of ``deposition`` that run this member alone."""
        words = ["run", self.scenario]
        for setting in self.overrides:
            words += ["--set", setting]
        words += ["--output", str(Path(self.folder).parent)]
        return [*words, "--trust"] if self.trust else words

    @classmethod
    def parse(cls, text: str) -> Task:
        """The inverse of ``words``: the task from its JSON."""
        content = json.loads(text)
        return cls(**{**content, "overrides": tuple(content["overrides"])})
