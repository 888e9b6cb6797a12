"""Computation of the cases, their table on the terminal, and the files of the result."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deposition.common.errors import ResultsError
from deposition.verification.case import Result
from deposition.verification.catalogue import chosen
from deposition.verification.figures import draw_families
from deposition.verification.page import write_page
from deposition.verification.processes import compute
from deposition.verification.table import print_result, write_csv

DEFAULT_OUTPUT = Path("results/verification")


@dataclass(frozen=True, eq=False)
class Verdict:
    """Results of all cases, in the order of the catalogue, and the files written."""

    results: tuple[Result, ...]
    files: tuple[Path, ...]

    @property
    def missed(self) -> list[str]:
        """Names of the cases that failed or missed a bound."""
        return [result.case.name for result in self.results if not result.passed]


def verify(
    names: Sequence[str] = (),
    output: Path = DEFAULT_OUTPUT,
    *,
    full: bool = False,
    jobs: int | None = None,
    console: Console | None = None,
) -> Verdict:
    """Compute the cases; write ``verification.csv``, ``verification.md`` and a figure per family.

    names  cases to compute; all if empty, the long ones only if ``full``
    jobs   number of processes (the number of cores); 1: in this process
    Raises VerificationError for an unknown name, ResultsError if ``output`` cannot be written.
    """
    console = console or Console()
    cases = chosen(names, full)
    _make_output_folder(output)
    found = {}
    for number, result in enumerate(compute(cases, jobs or len(os.sched_getaffinity(0))), 1):
        print_result(console, result, f"{number}/{len(cases)}")
        found[result.case.name] = result
    results = [found[case.name] for case in cases]
    figures = draw_families(results, output)
    page = write_page(results, figures, output / "verification.md")
    table = write_csv(results, output / "verification.csv")
    return Verdict(tuple(results), (table, page, *figures.values()))


def _make_output_folder(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ResultsError(
            f"Cannot create the folder {output}: {problem.strerror}. "
            "Choose another with --output. [E803]"
        ) from problem
