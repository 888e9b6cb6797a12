"""``run.log``: a line a step, among whatever the package logs meanwhile."""

from __future__ import annotations

import logging
from pathlib import Path

from deposition.common.errors import ResultsError
from deposition.protocol import ProtocolPlan
from deposition.recorders.pace import Pace
from deposition.simulation.state import State

PACKAGE = "deposition"


class RunLog:
    """Sends the package's log to a file as long as the run goes on."""

    def __init__(self, path: Path, plan: ProtocolPlan, mode: str = "w") -> None:
        """``plan`` says when the run ends; ``mode`` "a" goes on with a log.

        ResultsError if ``path`` cannot be written.
        """
        self._pace = Pace(plan)
        self._logger = logging.getLogger(f"{PACKAGE}.run")
        try:
            self._handler = logging.FileHandler(path, mode=mode, encoding="utf-8")
        except OSError as problem:
            raise ResultsError(f"cannot write {path}: {problem.strerror} [E522]") from problem
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        package = logging.getLogger(PACKAGE)
        package.addHandler(self._handler)
        self._level_before = package.level
        package.setLevel(logging.INFO)

    def record(self, state: State) -> None:
        """Write the state's line."""
        self._logger.info("%s", self._pace.line(state))

    def close(self) -> None:
        """Let the package log where it logged before."""
        package = logging.getLogger(PACKAGE)
        package.removeHandler(self._handler)
        package.setLevel(self._level_before)
        self._handler.close()
