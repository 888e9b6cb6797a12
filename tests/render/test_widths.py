"""Figures at any width: every text has its place, and what is common is said once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from helpers import synthetic
from helpers.type_boxes import boxes, faults
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from deposition.common.errors import ResultsError
from deposition.render.captions import captions_of_maps, captions_of_movie, letter
from deposition.render.comparison import Detail, sheet_of
from deposition.render.fields import Shown
from deposition.render.layout import Columns, Page, View
from deposition.render.mean_flux import carried_by_electrolyte
from deposition.render.metal import HATCH
from deposition.render.panel import Caption
from deposition.render.profiles import Curve, profiles
from deposition.render.scale import Scale
from deposition.render.streamlines import COARSE
from deposition.render.style import journal_style
from deposition.render.typesetting import Block, wrapped
from deposition.results.snapshot import Snapshot

NAMES = ("BE", "BE + LiNO₃", "C-I-BE-LN, calibrated, with a long name", "BE, dead Li")


@pytest.fixture(scope="module")
def before() -> Snapshot:
    return synthetic.flat_2d(40)


@pytest.fixture(scope="module")
def states() -> list[Snapshot]:
    return [synthetic.grown_2d(40), synthetic.grown_2d(40, dead=True)]


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


def views_of(states: list[Snapshot], before: Snapshot, count: int) -> list[View]:
    captions = [Caption(NAMES[k % len(NAMES)], 0.31 + k // 2) for k in range(count)]
    return [View(c, before, states[k % len(states)]) for k, c in enumerate(captions)]


def drawn(views: list[View], page: Page, field: str | None = None) -> Figure:
    """The figure of these maps; within ``journal_style``."""
    snapshots = [view.snapshot for view in views]
    scale = Scale.of(snapshots, None if field is None else Shown.by_name(field, snapshots))
    coarse = Detail(COARSE)
    sheet = sheet_of([views], scale, page, captions_of_maps(views, page.letters), coarse)
    sheet.draw(views)
    return sheet.figure


@pytest.mark.picture
@pytest.mark.parametrize("width", [8.5, 12.0, 18.0])
@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_no_text_overlaps_or_is_cut_off(
    states: list[Snapshot], before: Snapshot, count: int, width: float
) -> None:
    with journal_style():
        figure = drawn(views_of(states, before, count), Page(width))
        assert faults(figure) == []
        assert figure.get_size_inches()[0] * 2.54 == pytest.approx(width)


@pytest.mark.picture
@pytest.mark.parametrize(
    ("page", "field"),
    [
        (Page(8.5, 4), "concentration"),
        (Page(18.0, 8), "flux"),
        (Page(12.0, 5, legend=False), "current"),
        (Page(6.0, letters=False), "potential"),
    ],
)
def test_neither_with_stated_columns(
    states: list[Snapshot], before: Snapshot, page: Page, field: str
) -> None:
    with journal_style():
        figure = drawn(views_of(states, before, 8), page, field)
        assert faults(figure) == []


def test_what_all_maps_have_in_common_stands_once(states: list[Snapshot], before: Snapshot) -> None:
    same = [View(Caption(name, 0.31), before, states[0]) for name in ("BE", "LN")]
    captions = captions_of_maps(same)
    assert captions.page == "1.00 mAh cm$^{-2}$ at 0.500 mA cm$^{-2}$, Wa = 0.31"
    assert [(head.name, head.line) for head in captions.heads(same)] == [
        ("a   BE", ""),
        ("b   LN", ""),
    ]
    other = [same[0], View(Caption("LN", 0.31), before, before)]
    captions = captions_of_maps(other, letters=False)
    assert captions.page == "0.500 mA cm$^{-2}$, Wa = 0.31"
    assert [(head.name, head.line) for head in captions.heads(other)] == [
        ("BE", "1.00 mAh cm$^{-2}$"),
        ("LN", "0 mAh cm$^{-2}$"),
    ]
    (head,) = captions_of_maps(same[:1]).heads(same[:1])
    assert head.line == "1.00 mAh cm$^{-2}$ at 0.500 mA cm$^{-2}$, Wa = 0.31"


def test_a_table_names_each_row_and_each_column_once(
    states: list[Snapshot], before: Snapshot
) -> None:
    rows = [
        View(Caption(name, 0.31), before, state)
        for name in ("BE", "LN")
        for state in (before, states[0])
    ]
    heads = captions_of_maps(rows, False, columns=2).heads(rows)
    assert [head.name for head in heads] == ["BE", "", "LN", ""]
    assert [head.line for head in heads] == ["0 mAh cm$^{-2}$", "1.00 mAh cm$^{-2}$", "", ""]


def test_a_dollar_sign_in_a_label_is_no_formula(before: Snapshot) -> None:
    view = View(Caption("5 $ per kg, 6 $ per l"), before, before)
    (head,) = captions_of_maps([view]).heads([view])
    assert head.name == r"5 \$ per kg, 6 \$ per l"
    assert captions_of_movie(1).heads([view])[0].name == head.name


def test_letters_go_on_after_z() -> None:
    assert [letter(k) for k in (0, 25, 26, 51, 52)] == ["a", "z", "aa", "az", "ba"]


@pytest.mark.parametrize(
    ("count", "across", "number"), [(8, 8.5, 2), (8, 12.0, 3), (8, 18.0, 4), (5, 18.0, 3)]
)
def test_as_many_columns_as_are_wide_enough_in_even_rows(
    count: int, across: float, number: int
) -> None:
    assert Columns.of(count, 1.0, 2.0, across, None).number == number


def test_columns_that_are_too_narrow_are_refused() -> None:
    assert Columns.of(8, 1.0, 0.1, 12.0, 8).width > 1.2
    with pytest.raises(ResultsError, match=r"8 columns .* 8\.5 cm .*at most 6.*E980"):
        Columns.of(8, 1.0, 0.1, 8.5, 8)


def test_type_shrinks_before_it_takes_another_line() -> None:
    assert Block.fitted("a word", 100.0).size == 7.5
    assert Block.fitted("two words", 36.0).size < 7.5
    assert len(Block.fitted("two words", 30.0).lines) == 2
    assert "".join(wrapped("incomprehensibility", 30.0, 6.5)) == "incomprehensibility"
    assert Block.fitted("", 30.0).height == 0.0


@pytest.mark.picture
def test_the_boxes_of_texts_are_found_wanting(before: Snapshot) -> None:
    with journal_style():
        figure = drawn(views_of([before], before, 2), Page(8.5))
        figure.text(0.0, 0.5, "a line that is much longer than the width of the page " * 3)
        found = faults(figure)
        assert any("leaves the page" in fault for fault in found)
        assert any("overlaps" in fault for fault in found)
        assert boxes(figure)


def test_fewer_lines_while_the_salt_gradient_forms_are_explained(before: Snapshot) -> None:
    assert carried_by_electrolyte(before) == pytest.approx(1.0)
    assert Scale.of([before]).notes == ()
    part = before.electrolyte
    early = replace(before, electrolyte=replace(part, flux=0.4 * part.flux))
    (note,) = Scale.of([early, before]).notes
    assert "as little as 40 %" in note


@pytest.mark.picture
def test_the_strip_of_the_deposit_does_not_cross_dead_lithium(states: list[Snapshot]) -> None:
    with journal_style():
        figure = drawn(views_of([states[1]], states[1], 1), Page(8.5))
        (axes,) = [axes for axes in figure.axes if axes.patches and axes.texts]
        orders = {artist.get_hatch(): artist.get_zorder() for artist in axes.patches}
        strips = [c for c in axes.collections if isinstance(c, LineCollection)]
    assert orders[HATCH] > min(strip.get_zorder() for strip in strips)


@pytest.mark.picture
@pytest.mark.parametrize("width", [8.5, 12.0, 18.0])
def test_curves_of_a_comparison_at_any_width(
    width: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []

    def measured(figure: Figure, path: Path, _dpi: int) -> Path:
        found.extend(faults(figure))
        assert figure.get_size_inches()[0] * 2.54 == pytest.approx(width)
        return path

    monkeypatch.setattr("deposition.render.profiles.save", measured)
    samples = np.linspace(0.0, 40.0, 9, dtype=np.float64)[:, None]
    heights = np.linspace(0.0, 40.0, 9, dtype=np.float64)
    history = np.array([0.0, 1.0])
    curves = [
        Curve(name, samples, 0.01 * heights, history, history, 1e-3 * history, history,
              drawn_at=0.5 if name == NAMES[2] else None, measured=1e-3)
        for name in NAMES
    ]  # fmt: skip
    profiles(curves, tmp_path / "profiles.png", width=width)
    assert found == []
