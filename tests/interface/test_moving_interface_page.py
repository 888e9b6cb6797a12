"""docs/moving-interface.md lists every constant, and the script that draws its pictures runs."""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from deposition.interface.numerics import InterfaceNumerics

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "moving-interface.md").read_text(encoding="utf-8")


def script() -> ModuleType:
    """docs/moving_interface.py."""
    spec = importlib.util.spec_from_file_location("moving_interface", DOCS / "moving_interface.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_every_constant_is_on_the_page() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert {field.name for field in fields(InterfaceNumerics)} <= named


@pytest.mark.process
def test_the_pictures_are_drawn(tmp_path: Path) -> None:
    for draw in script().PICTURES:
        draw(tmp_path)
    drawn = {path.name for path in tmp_path.glob("*.png")}
    assert drawn == set(re.findall(r"\(moving-interface/([\w.-]+\.png)\)", PAGE))
    assert max(path.stat().st_size for path in tmp_path.glob("*.png")) < 150_000


@pytest.mark.process
def test_the_step_of_the_page_is_that_of_the_program() -> None:
    page = script()
    interface = page.moving_interface()
    state = page.begin(page.patch_border(), interface)
    step = page.one_step(interface, state, page.fast_and_slow)
    after = interface.advance(state, step.fields, 1.0)
    np.testing.assert_array_equal(after.cell.points, step.made.connectivity.cell.points)
