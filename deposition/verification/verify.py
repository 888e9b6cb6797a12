"""``deposition verify``: run the cases, show and write what they found."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deposition.common.errors import DepositionError, ResultsError
from deposition.verification.case import Case, Result
from deposition.verification.catalogue import chosen
from deposition.verification.figures import draw_families
from deposition.verification.page import write_page
from deposition.verification.table import print_result, write_csv

DEFAULT_OUTPUT = Path("results/verification")


@dataclass(frozen=True, eq=False)
class Verdict:
    """What came out: every result, and the files written."""

    results: tuple[Result, ...]
    files: tuple[Path, ...]

    @property
    def missed(self) -> list[str]:
        """Names of the cases that missed a bound."""
        return [result.case.name for result in self.results if not result.passed]


def verify(
    names: Sequence[str] = (),
    output: Path = DEFAULT_OUTPUT,
    *,
    full: bool = False,
    console: Console | None = None,
) -> Verdict:
    """Run the cases and write ``verification.csv``, ``verification.md`` and a figure per family.

    names   cases to run; all if empty, the long ones only if ``full``
    Raises VerificationError for an unknown name, ResultsError if ``output`` cannot be written.
    """
    console = console or Console()
    cases = chosen(names, full)
    _make(output)
    results = []
    for number, case in enumerate(cases, 1):
        result = run_case(case)
        print_result(console, result, f"{number}/{len(cases)}")
        results.append(result)
    figures = draw_families(results, output)
    page = write_page(results, figures, output / "verification.md")
    table = write_csv(results, output / "verification.csv")
    return Verdict(tuple(results), (table, page, *figures.values()))


def run_case(case: Case) -> Result:
    """Run one case; what cannot be computed has failed, and says why."""
    began = time.perf_counter()
    try:
        findings = case.compare()
    except DepositionError as error:
        return Result(case, time.perf_counter() - began, failure=str(error))
    except Exception as error:  # a fault of the program: the other cases still have their say
        failure = f"{type(error).__name__}: {error}"
        return Result(case, time.perf_counter() - began, failure=failure)
    return Result(case, time.perf_counter() - began, findings)


def _make(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ResultsError(
            f"cannot make the folder {output}: {problem.strerror}. Choose another with --output"
            " [E803]"
        ) from problem
