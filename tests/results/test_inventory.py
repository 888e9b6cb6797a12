"""The lithium inventory: what a fault in any part shows, cycles, and the file."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from deposition.common.errors import ResultsError
from deposition.results.inventory_table import Inventory, InventoryRow, cycles_of, read_inventory

INITIAL = Inventory(0.5, 0.1, {"Li2O": 0.01, "LiF": 0.02}, 0.0, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0)


def plated(charge: float, film: float, dead: float = 0.0) -> Inventory:
    """After a net charge, of which ``film`` went into Li2O and ``dead`` was cut off."""
    return replace(
        INITIAL,
        metal=0.5 + charge - film - dead,
        dead_metal=0.1 + dead,
        sei={"Li2O": 0.01 + film, "LiF": 0.02},
        passed=charge,
    )


def test_without_a_fault_the_content_is_that_at_the_start() -> None:
    assert plated(0.2, 0.03, 0.01).error(INITIAL, 0.2) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("part", [f.name for f in fields(Inventory)])
def test_a_fault_in_any_part_shows(part: str) -> None:
    right = plated(0.2, 0.03, 0.01)
    value = getattr(right, part)
    wrong: Any = {**value, "LiF": 0.0201} if part == "sei" else value + 1e-4
    faulty = replace(right, **{part: wrong})
    assert faulty.error(INITIAL, 0.2) == pytest.approx(1e-4 / 0.2)


def rows() -> list[InventoryRow]:
    """Two cycles: the first loses 0.03 to the film and 0.01 to dead lithium, the second nothing."""
    course = [(1, 0.0, 0.0, 0.0), (1, 0.2, 0.02, 0.0), (1, 0.05, 0.03, 0.01)]
    course += [(2, 0.05, 0.03, 0.01), (2, 0.25, 0.03, 0.01), (2, 0.05, 0.03, 0.01)]
    return [
        InventoryRow(step, cycle, 10.0 * step, plated(*amounts), 0.0)
        for step, (cycle, *amounts) in enumerate(course)
    ]


def test_losses_of_each_cycle() -> None:
    first, second = cycles_of(rows())
    assert (first.plated_mAh_cm2, first.stripped_mAh_cm2) == pytest.approx((0.2, 0.15))
    assert first.coulombic_efficiency == pytest.approx(0.75)
    assert first.li_ion_loss_mAh_cm2 == pytest.approx(0.03)
    assert first.li_metal_loss_mAh_cm2 == pytest.approx(0.01)
    assert first.left_mAh_cm2 == pytest.approx(0.01)
    assert second.coulombic_efficiency == pytest.approx(1.0)
    assert second.li_ion_loss_mAh_cm2 == pytest.approx(0.0, abs=1e-15)
    for row in (first, second):
        lost = row.li_ion_loss_mAh_cm2 + row.li_metal_loss_mAh_cm2 + row.left_mAh_cm2
        assert lost + row.in_electrolyte_mAh_cm2 == pytest.approx(
            row.plated_mAh_cm2 - row.stripped_mAh_cm2
        )


def test_rounding_at_rest_is_no_cycle() -> None:
    passed = (0.0, 1e-12, -1e-10, -1e-12)
    rest = [
        InventoryRow(step, 1, 10.0 * step, plated(charge, 0.0), 0.0)
        for step, charge in enumerate(passed)
    ]
    assert cycles_of(rest) == []


def test_film_that_was_laid_free_of_charge_is_no_loss() -> None:
    start, end = rows()[0], rows()[2]
    sei = {**end.inventory.sei, "Li2O": end.inventory.sei["Li2O"] + 0.005}
    laid = replace(end, inventory=replace(end.inventory, sei=sei, film_laid=0.005))
    (cycle,) = cycles_of([start, rows()[1], laid])
    assert cycle.li_ion_loss_mAh_cm2 == pytest.approx(0.03)
    assert laid.inventory.error(start.inventory, 0.2) == pytest.approx(0.0, abs=1e-15)


def test_the_file_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "inventory.csv"
    assert read_inventory(path) == []
    lines = [",".join(rows()[0].cells)]
    lines += [",".join(f"{value:.15g}" for value in row.cells.values()) for row in rows()]
    path.write_text("\n".join(lines) + "\n")
    assert read_inventory(path)[2].inventory.sei == pytest.approx(rows()[2].inventory.sei)
    path.write_text("step,cycle\n1,one\n")
    with pytest.raises(ResultsError, match="E469"):
        read_inventory(path)
