"""The simulator and peers on one mesh, interleaved in one process, and their ratios.

Round 0, in which forms are compiled and files are read, is discarded.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.cases import Case
from benchmarks.peers import PEERS, SIMULATOR, Solver
from benchmarks.step_problem import AGREE, disagreement
from benchmarks.timing import Seconds, measure, memory_mib


class Disagreement(Exception):
    """Two libraries have found different fields: their times cannot be compared."""


@dataclass(frozen=True)
class Contestant:
    """What one library needed for the step.

    set_up        of mesh, spaces and forms
    solve         Newton's method with assembly and linear solver
    disagreement  with the simulator, see ``step_problem.disagreement``
    memory        peak above that before, MiB; None where it was not measured
    """

    peer: str
    linear_solver: str
    set_up: Seconds
    solve: Seconds
    corrections: int
    disagreement: float
    memory: float | None = None

    @property
    def total(self) -> Seconds:
        """Set-up and solve."""
        return self.set_up + self.solve


def contest(case: Case, solvers: Mapping[str, Solver], rounds: int) -> list[Contestant]:
    """Solve the step of a case with all ``solvers`` in turn; the medians of the rounds.

    Raises Disagreement if an answer differs from that of the simulator by more than ``AGREE``.
    """
    times: dict[str, list[tuple[Seconds, Seconds]]] = {name: [] for name in solvers}
    for _ in range(rounds + 1):
        answers = {}
        for name, solver in solvers.items():
            solve, set_up = measure(partial(solver.prepare, case))
            answers[name], solving = measure(solve)
            times[name].append((set_up, solving))
            del solve
    found = []
    for name in solvers:
        differs = disagreement(answers[name], answers[SIMULATOR], case.problem.old)
        if not differs <= AGREE:
            raise Disagreement(
                f"{PEERS[name].title} differs from {PEERS[SIMULATOR].title} by {differs:.1e}, more "
                f"than {AGREE:g}, on {case.vertices} vertices: no ratio of times is given"
            )
        set_ups, solves = zip(*times[name][1:], strict=True)
        found.append(
            Contestant(
                name,
                answers[name].linear_solver,
                Seconds.median(set_ups),
                Seconds.median(solves),
                answers[name].corrections,
                differs,
            )
        )
    return found


def memory_of(case: Case, names: Sequence[str]) -> dict[str, float]:
    """Peak memory (MiB) by which the step raises that of a new process, for each library."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.pickle"
        path.write_bytes(pickle.dumps(case))
        command = [sys.executable, "-m", "benchmarks.contest", str(path)]
        return {
            name: float(subprocess.run([*command, name], check=True, stdout=subprocess.PIPE).stdout)
            for name in names
        }


def main(path: str, name: str) -> None:
    """Print the peak memory (MiB) that the step of a pickled case adds."""
    solver = PEERS[name].load()
    case = pickle.loads(Path(path).read_bytes())
    before = memory_mib()
    solver.prepare(case)()
    print(memory_mib("VmHWM") - before)


if __name__ == "__main__":
    main(*sys.argv[1:])
