"""Measure, and write the page of the measurements.

./fenicsx python -m benchmarks --output benchmarks.json            everything, 25 minutes
./fenicsx python -m benchmarks --output benchmarks.json --quick    the same on few sizes
./fenicsx python -m benchmarks --page benchmarks.json              docs/performance.md
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.contest import Disagreement
from benchmarks.growth import Meshes, grow
from benchmarks.page import write_page
from benchmarks.peers import PEERS, SIMULATOR, Missing, Solver
from benchmarks.report import Report, machine
from benchmarks.studies import studies
from benchmarks.whole_runs import FIGURES, whole_runs

PARTS = ("runs", "sizes", "studies")

DOCS = Path(__file__).resolve().parents[1] / "docs"

FULL = (Meshes(2, (1.0, 0.3, 0.1, 0.04), (0.02,)), Meshes(3, (1.5, 1.0, 0.6), (0.25,)))
QUICK = (Meshes(2, (1.0, 0.3)), Meshes(3, (1.5,)))
LARGE = (Meshes(2, (1.0, 0.3, 0.1, 0.04, 0.02)), Meshes(3, (1.5, 1.0, 0.6, 0.25), (0.13,)))
"""Factors of the mesh sizes: those of 2D reach 1.5k to 400k vertices."""


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the simulator and its peers on the same meshes; or write the page.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--output", type=Path, help="measure, and write this JSON file")
    what.add_argument("--page", type=Path, help="write docs/performance.md from this JSON file")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small meshes, one scenario: minutes")
    size.add_argument("--large", action="store_true", help="up to a million unknowns: hours")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, metavar="PART",
                        help=f"of {', '.join(PARTS)}; all unless stated")  # fmt: skip
    parser.add_argument("--peers", nargs="*", choices=[*PEERS][1:], metavar="PEER",
                        default=[*PEERS][1:], help=f"of {', '.join([*PEERS][1:])}")  # fmt: skip
    parser.add_argument("--rounds", type=int, default=3, help="of which medians are taken")
    parser.add_argument("--studies", type=Path, default=Path("results"),
                        help="folder with results of deposition converge")  # fmt: skip
    return parser.parse_args(arguments)


def say(text: str) -> None:
    """Report progress."""
    print(text, file=sys.stderr, flush=True)


def installed(names: Sequence[str], tell: Callable[[str], None] = say) -> dict[str, Solver]:
    """The simulator and those of the peers that are installed; says which are not."""
    solvers = {}
    for name in (SIMULATOR, *names):
        try:
            solvers[name] = PEERS[name].load()
        except Missing as missing:
            tell(str(missing))
    return solvers


def measure_all(chosen: argparse.Namespace) -> None:
    """Measure the parts; the file is written after each."""
    solvers = installed(chosen.peers)
    kept = ("quick", "large", "rounds")
    report = Report(machine(list(solvers)), {name: getattr(chosen, name) for name in kept})
    if "studies" in chosen.parts:
        report.studies = studies(chosen.studies)
    if "runs" in chosen.parts:
        for run in whole_runs(FIGURES[-1:] if chosen.quick else FIGURES, chosen.rounds, say):
            report.runs.append(run)
            report.write(chosen.output)
    if "sizes" in chosen.parts:
        for meshes in QUICK if chosen.quick else LARGE if chosen.large else FULL:
            for size in grow(meshes, solvers, chosen.rounds, say):
                report.sizes.append(size)
                report.write(chosen.output)
    report.write(chosen.output)


def main(arguments: Sequence[str]) -> int:
    """The command; returns its exit code."""
    chosen = options(arguments)
    if chosen.page:
        say(str(write_page(Report.read(chosen.page), DOCS)))
        return 0
    try:
        measure_all(chosen)
    except Disagreement as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
