"""``run.log``: one line per step, and all messages that the package logs."""

from __future__ import annotations

import logging
from pathlib import Path

from deposition.common.errors import ResultsError
from deposition.protocol import ProtocolPlan
from deposition.recorders.pace import Pace
from deposition.recorders.run import Run
from deposition.simulation.state import State

PACKAGE = "deposition"


class RunLog:
    """Send the log of the package to a file during a run."""

    def __init__(self, path: Path, plan: ProtocolPlan, mode: str = "w") -> None:
        """plan: of the protocol; mode: "w" for a new file, "a" to append.

        Raises ResultsError if ``path`` cannot be written.
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

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> RunLog:
        """The log of a run; appended to when it is resumed."""
        log = cls(run.results.log, run.model.plan, "w" if after_step is None else "a")
        for change in run.changes:
            log._logger.info("resumed after step %s with %s", after_step, change)
        return log

    def record(self, state: State) -> None:
        """Write the line of a state."""
        self._logger.info("%s", self._pace.line(state))

    def close(self) -> None:
        """Restore the log of the package."""
        package = logging.getLogger(PACKAGE)
        package.removeHandler(self._handler)
        package.setLevel(self._level_before)
        self._handler.close()
