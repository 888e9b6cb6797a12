"""The balance of an element: what a fault in any part shows, and the file."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from deposition.common.errors import ResultsError
from deposition.common.formula import atoms
from deposition.results.element_table import (
    ElementContent,
    ElementRow,
    largest_errors,
    read_elements,
)

INITIAL = ElementContent(dissolved=1.0, film=0.2, stored=2.0, products=0.0, received=0.0)
LATER = ElementContent(dissolved=1.5, film=0.3, stored=1.5, products=0.1, received=0.2)


def test_atoms_of_formulas() -> None:
    assert atoms("NO3-") == {"N": 1, "O": 3}
    assert atoms("LiI") == {"Li": 1, "I": 1}
    assert atoms("I-") == {"I": 1}
    assert atoms("S8") == {"S": 8}
    assert [atoms(name) for name in ("oxidant", "none", "BE", "hot_spot", "")] == [{}] * 5


def test_without_a_fault_the_content_is_that_at_the_start() -> None:
    assert LATER.error(INITIAL) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("part", [f.name for f in fields(ElementContent)])
def test_a_fault_in_any_part_shows(part: str) -> None:
    faulty = replace(LATER, **{part: getattr(LATER, part) + 1e-3})
    assert faulty.error(INITIAL) == pytest.approx(1e-3 / (3.2 + faulty.received))


def test_the_file_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "elements.csv"
    assert read_elements(path) == []
    rows = [
        ElementRow(k, 10.0 * k, {"I": one, "N": INITIAL}, {"I": 1e-9 * k, "N": 0.0}, {"I3-": 0.5})
        for k, one in enumerate((INITIAL, LATER))
    ]
    lines = [",".join(rows[0].cells)]
    lines += [",".join(str(value) for value in row.cells.values()) for row in rows]
    path.write_text("\n".join(lines) + "\n")
    found = read_elements(path)
    assert found == rows
    assert largest_errors(found) == {"I": 1e-9, "N": 0.0}
    path.write_text("step,time_s,I_error\n1,one,0\n")
    with pytest.raises(ResultsError, match="E469"):
        read_elements(path)
