"""Pictures of the lithium inventory, of the balances of elements, and of the losses of cycles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deposition.common.errors import ResultsError
from deposition.render import inventory
from deposition.render.inventory import (
    draw_cycles,
    draw_if_worth,
    draw_inventory,
    draw_one,
    is_worth_drawing,
)
from deposition.render.style import COLUMN_CM
from deposition.results.element_table import ElementContent, ElementRow
from deposition.results.error_bars import FILE, Convergence, ErrorBar, digest_of, of_cycle
from deposition.results.inventory_table import Inventory, InventoryRow
from deposition.results.result import Result

SCENARIO = 'name = "cycles"\n'


def rows(dead: float = 0.1) -> list[InventoryRow]:
    """Two cycles; what is stripped in the first leaves dead lithium and SEI."""
    course = [(1, 0.0, 0.0), (1, 0.2, 0.0), (1, 0.05, dead), (2, 0.25, dead), (2, 0.05, 0.0)]
    found = []
    for k, (cycle, charge, lost) in enumerate(course):
        sei = {"Li2O": 0.2 * lost}
        metal = 5.0 + charge - 1.2 * lost
        one = Inventory(metal, lost, sei, 0.0, 0.3, charge, 0.0, 0.0)
        found.append(InventoryRow(k, cycle, 3000.0 * k, one, 0.0))
    return found


def result(folder: Path, course: list[InventoryRow]) -> Result:
    """A results folder with an inventory and iodine."""
    content = ElementContent(1e-3, 0.0, 2e-3, 0.0, 0.0)
    species = {"I3-": 2e-4, "I-": 4e-4, "oxidant": 1.0}
    iodine = [
        ElementRow(k, r.time_s, {"I": content}, {"I": 0.0}, species) for k, r in enumerate(course)
    ]
    for name, table in (("inventory.csv", course), ("elements.csv", iodine)):
        lines = [",".join(str(x) for x in row.cells.values()) for row in table]
        (folder / name).write_text("\n".join([",".join(table[0].cells), *lines]) + "\n")
    (folder / "scenario.toml").write_text(SCENARIO)
    return Result(folder)


def test_the_layers_add_up_to_a_constant() -> None:
    layers = inventory._lithium(rows())
    total = np.sum([values for values, _ in layers.values()], axis=0)
    assert np.ptp(total) == pytest.approx(0.0, abs=1e-12)
    # What connected lithium never loses is left out, and said.
    assert any(name.startswith("connected lithium beyond 4.9") for name in layers)
    assert "electrolyte" not in layers


def test_the_atoms_of_an_element_are_those_of_its_species() -> None:
    content = ElementContent(1e-3, 0.0, 2e-3, 0.0, 0.0)
    one = ElementRow(0, 0.0, {"I": content}, {"I": 0.0}, {"I3-": 2e-4, "I-": 4e-4, "oxidant": 1.0})
    layers = inventory._element([one, one], "I")
    assert list(layers) == ["3 × I₃⁻", "I⁻", "ion exchanger"]
    assert sum(float(values[0]) for values, _ in layers.values()) == pytest.approx(3.0)


def test_plating_alone_is_not_worth_a_picture() -> None:
    assert is_worth_drawing(rows())
    assert not is_worth_drawing(rows(dead=0.0))
    assert not is_worth_drawing(rows()[:1])


@pytest.mark.parametrize("width", [COLUMN_CM, 17.8])
def test_pictures_are_written(tmp_path: Path, width: float) -> None:
    found = result(tmp_path, rows())
    draw_if_worth(found)
    assert (tmp_path / "inventory.png").stat().st_size > 10_000
    for kind in ("inventory", "cycles"):
        text = draw_one([found], kind, tmp_path / f"{kind}.svg", width).read_text()
        assert ("dead lithium" if kind == "inventory" else "Li⁺ in the SEI") in text


def test_losses_have_the_error_bars_of_a_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cycles"
    folder.mkdir()
    found, drawn = result(folder, rows()), []
    monkeypatch.setattr(inventory, "_draw_errors", lambda axes, *given: drawn.append(given))
    draw_cycles(found, tmp_path / "a.svg")
    assert np.isnan([errors for *_, errors in drawn]).all()
    bar = ErrorBar(0.02, 0.003, 0.004, 0.0, np.nan, np.nan)
    study = Convergence(
        "cycles", digest_of(SCENARIO), {of_cycle(1, "li_ion_loss_mAh_cm2"): bar}, ()
    )
    (tmp_path / "cycles-converge").mkdir()
    study.write(tmp_path / "cycles-converge" / FILE)
    drawn.clear()
    draw_cycles(found, tmp_path / "b.svg")
    (numbers, tops, errors), *_ = drawn
    assert (numbers[0], tops[0], errors[0]) == pytest.approx((1.0, 0.02, 0.005))
    assert np.isnan(errors[1:]).all()


def test_what_cannot_be_drawn(tmp_path: Path) -> None:
    found = result(tmp_path, rows()[:2])
    with pytest.raises(ResultsError, match="E912"):
        draw_cycles(found, tmp_path / "a.png")
    with pytest.raises(ResultsError, match="E913"):
        draw_one([found, found], "inventory", tmp_path / "a.png", 8.5)
    (tmp_path / "inventory.csv").unlink()
    with pytest.raises(ResultsError, match="E911"):
        draw_inventory(found)
