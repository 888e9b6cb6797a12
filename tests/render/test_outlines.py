"""Outlines of dead lithium through time, and what has none."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from helpers.synthetic import flat_2d, grown_2d

from deposition.common.errors import ResultsError
from deposition.render.outlines import draw_outlines
from deposition.results.result import Result
from deposition.results.snapshot import Snapshot


def result(*snapshots: Snapshot, dim: int = 2) -> Result:
    """As much of a result as the picture reads."""

    def snapshot(index: int) -> Any:
        return snapshots[index] if dim == 2 else SimpleNamespace(dim=3)

    times = 3600.0 * np.arange(len(snapshots))
    return cast(Result, SimpleNamespace(times=times, snapshot=snapshot, folder=Path("results/x")))


def test_an_outline_of_each_snapshot(tmp_path: Path) -> None:
    dead = grown_2d(30, dead=True)
    path = draw_outlines([result(dead, dead, dead, dead)], "outlines", tmp_path / "a.svg", 8.5)
    text = path.read_text(encoding="utf-8")
    assert "time / h" in text
    assert text.count("LineCollection_") >= 4


def test_what_has_no_outline(tmp_path: Path) -> None:
    one, path = result(flat_2d(20)), tmp_path / "a.png"
    with pytest.raises(ResultsError, match=r"no snapshot has dead lithium.*E915"):
        draw_outlines([one], "outlines", path, 8.5)
    with pytest.raises(ResultsError, match=r"one result in 2D.*E914"):
        draw_outlines([one, one], "outlines", path, 8.5)
    with pytest.raises(ResultsError, match="E914"):
        draw_outlines([result(flat_2d(20), dim=3)], "outlines", path, 8.5)
