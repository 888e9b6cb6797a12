"""``verification.md``: the table with formula and source of every case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from deposition.common.atomic_files import write_text
from deposition.common.constants import MINUTE
from deposition.common.provenance import program_version
from deposition.verification.case import Family, Result
from deposition.verification.table import HEADINGS, row

INTRODUCTION = """# Verification

Written by `deposition verify --full --output docs`; do not edit. Every case runs through geometry,
scenario, solver and front like a run of your own, but for those of the numerical method, which put
sources into the equations or look at one law; its file in `deposition/verification/cases` has the
formula, the scenario stands beside it. The error is relative unless said otherwise; of an order of
convergence it is what the slope over a few meshes or steps lacks of the order that theory promises
for ever finer ones. A bound that is missed makes the command end with exit code 1.
"""

PACKAGES = ("fenics-dolfinx", "gmsh", "mmgpy", "numpy", "scipy")


def write_page(results: Sequence[Result], figures: Mapping[Family, Path], path: Path) -> Path:
    """Write the page; ``figures`` stand beside it."""
    lines = [INTRODUCTION, _summary(results), ""]
    for family in Family:
        of_family = [result for result in results if result.case.family is family]
        if not of_family:
            continue
        lines += [f"## {family.value}", ""]
        if family in figures:
            lines += [
                f"![{family.value}: exact lines, computed points]({figures[family].name})",
                "",
            ]
        for result in of_family:
            lines += _section(result)
    write_text(path, "\n".join(lines).rstrip() + "\n")
    return path


def _summary(results: Sequence[Result]) -> str:
    checks = [check for result in results for check in result.findings.checks]
    kept = sum(check.passed for check in checks)
    minutes = sum(result.seconds for result in results) / MINUTE
    versions = ", ".join(_versions())
    return (
        f"{len(results)} cases, {kept} of {len(checks)} bounds kept, in {minutes:.0f} min. "
        f"With {versions}."
    )


def _versions() -> Iterator[str]:
    yield f"deposition {program_version()}"
    for package in PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            continue


def _section(result: Result) -> Iterator[str]:
    case = result.case
    yield f"### {case.name}: {case.title}"
    yield ""
    yield "```text"
    yield case.account.strip()
    yield "```"
    yield ""
    if result.failure:
        yield f"**FAIL**: {result.failure}"
        yield ""
    if result.findings.checks:
        yield "| " + " | ".join(HEADINGS) + " |"
        yield "|" + "---|" * len(HEADINGS)
        for check in result.findings.checks:
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row(check)) + " |"
        yield ""
