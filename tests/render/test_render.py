"""Pictures: sizes, content, common scales, flux lines outside the metal."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import pyvista as pv
from helpers import synthetic
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.path import Path as Outline
from PIL import Image

from deposition.common.constants import FARADAY
from deposition.common.errors import ResultsError
from deposition.mesh.cell import Floats, facet_measures
from deposition.render.captions import (
    captions_of_maps,
    charge_as_printed,
    voltage_as_printed,
)
from deposition.render.colour_bar import ticks_with_ends
from deposition.render.comparison import comparison, sheet_of
from deposition.render.fields import Shown, concentration_map
from deposition.render.film_strip import mixed, mixed_colours
from deposition.render.films import COLOURS, film_colours, film_label, film_resistance, films_shown
from deposition.render.flux_map import flux_map
from deposition.render.layout import Page, View
from deposition.render.legend import Group, Legend, film_entries, metal_entries
from deposition.render.metal import join, outline, simplices_of, solid
from deposition.render.of_result import full_name
from deposition.render.panel import Caption, draw_panel, draw_scale_bar
from deposition.render.profiles import Abscissa, Curve, profiles, ranked
from deposition.render.scale import Scale, bar_length, round_limits
from deposition.render.scene import at_vertices, film_borders, outward, render_scene
from deposition.render.streamlines import draw_flux_lines, flux_levels, stream_function
from deposition.render.style import (
    DEPOSIT,
    NORMAL,
    ORIGINAL,
    PAGE_CM,
    SMALL,
    journal_style,
    lab,
    save,
)
from deposition.results.snapshot import Snapshot

CAPTION = Caption("BE", 0.31)


@pytest.fixture(scope="module")
def before() -> Snapshot:
    return synthetic.flat_2d()


@pytest.fixture(scope="module")
def grown() -> Snapshot:
    return synthetic.grown_2d()


@pytest.fixture(scope="module")
def blocked() -> Snapshot:
    return synthetic.grown_2d(dead=True)


def pixels(path: Path) -> Floats:
    """(h, w, 3) colours of a picture, 0 to 255."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), dtype=np.float64)


def seen(image: Floats, colour: str) -> float:
    """The share of a picture that has exactly this colour."""
    return float((np.abs(image - 255 * np.array(to_rgb(colour))) < 1.5).all(axis=2).mean())


# --- colours and scales


def test_equal_steps_of_concentration_are_equal_steps_of_seen_colour() -> None:
    steps = np.linalg.norm(np.diff(lab(concentration_map()(np.arange(256))[:, :3]), axis=0), axis=1)
    assert np.ptp(steps) < 0.05 * steps.mean()


def test_concentration_map_darkens_all_the_way() -> None:
    lightness = lab(concentration_map()(np.arange(256))[:, :3])[:, 0]
    assert (np.diff(lightness) < 0).all()
    assert np.ptp(lightness) > 60


def test_lab_of_white_and_of_mid_grey() -> None:
    found = lab(np.array([[1.0, 1.0, 1.0], [0.4663, 0.4663, 0.4663]]))
    assert found == pytest.approx(np.array([[100.0, 0, 0], [50.0, 0, 0]]), abs=0.05)


def test_known_films_keep_their_colour_and_unknown_ones_differ() -> None:
    names = ["LiI", "mystery", "puzzle", "riddle", "LiF", "enigma"]
    colours = film_colours(names)
    assert colours["LiI"] == COLOURS["LiI"]
    assert len(set(colours.values())) == len(names)
    assert film_colours(reversed(names)) == colours


@pytest.mark.parametrize(
    ("name", "printed"),
    [("Li2CO3", "Li$_{2}$CO$_{3}$"), ("LiF", "LiF"), ("hot_spot", "hot spot"), ("none", "no film")],
)
def test_film_names_as_printed(name: str, printed: str) -> None:
    assert film_label(name) == printed


def test_films_that_occur_together_differ_in_grey() -> None:
    def least(*names: str) -> float:
        rgb = np.array([to_rgb(COLOURS[name]) for name in names])
        return float(np.diff(np.sort(lab(rgb)[:, 0])).min())

    assert least("matrix", "LiF", "hot_spot", "Li2CO3", "Li3N", "LiI", "Li2O", "LiOH") > 7.0
    assert least("matrix", "low", "medium", "high") > 14.0


def test_limits_are_round_narrow_and_hold_the_values() -> None:
    low, high = round_limits(np.array([988.3, 1011.2]))
    assert (low, high) == (988.0, 1012.0)
    assert round_limits(np.array([994.1, 1026.2])) == (994.0, 1028.0)
    low, high = round_limits(np.full(5, 1000.0))
    assert low < 1000.0 < high
    assert high - low < 2.0


@pytest.mark.parametrize(("width", "length"), [(40, 10), (20, 5), (1, 0.2), (100, 20), (8, 2)])
def test_scale_bar_is_round_and_at_most_a_quarter_of_the_box(width: float, length: float) -> None:
    assert bar_length(width) == pytest.approx(length)


def test_both_ends_of_the_colour_bar_are_printed() -> None:
    ticks = ticks_with_ends(985.0, 1015.0, 6, 0.04)
    assert (ticks[0], ticks[-1]) == (985.0, 1015.0)
    assert np.diff(ticks).min() > 0


def test_common_scale_holds_every_snapshot(before: Snapshot, grown: Snapshot) -> None:
    scale = Scale.of([before, grown], Shown.by_name("concentration", [before]))
    for snapshot in (before, grown):
        assert scale.electrolyte is not None
        concentration = snapshot.electrolyte.concentration
        assert scale.electrolyte.limits[0] <= np.quantile(concentration, 0.03)
        assert scale.electrolyte.limits[1] >= concentration.max()
        assert (scale.bounds[0] <= snapshot.bounds[0]).all()
        assert (scale.bounds[1] >= snapshot.bounds[1]).all()


def test_uniform_salt_is_plain_unless_requested(before: Snapshot) -> None:
    """A field that is the same everywhere is stated in words, unless others are not."""
    part = before.electrolyte
    salt = np.full_like(part.concentration, 1000.0)
    even = replace(before, electrolyte=replace(part, concentration=salt))
    salt_shown = Shown.by_name("concentration", [even])
    scale = Scale.of([even], salt_shown)
    assert scale.paints == ()
    assert scale.notes == ("Salt concentration: 1000 mol m$^{-3}$ everywhere",)
    assert Scale.of([even], salt_shown, words=False).electrolyte is not None
    assert Scale.of([even, before], salt_shown).electrolyte is not None


# --- flux lines


def test_stream_function_of_a_uniform_flux() -> None:
    snapshot = synthetic.flat_2d(20)
    flux = np.tile([0.3, -2.0], (len(snapshot.electrolyte.simplices), 1))
    psi = stream_function(replace(snapshot.electrolyte, flux=flux))
    x, y = snapshot.electrolyte.points.T
    exact = 2.0 * x + 0.3 * y
    assert psi - psi[0] == pytest.approx(exact - exact[0], abs=1e-9)


def test_flux_between_the_walls_is_the_current(grown: Snapshot) -> None:
    psi = stream_function(grown.electrolyte)
    top = grown.electrolyte.points[:, 1] == synthetic.TOP
    expected = synthetic.MEAN_CURRENT / FARADAY * synthetic.WIDTH
    assert np.ptp(psi[top]) == pytest.approx(expected, rel=0.01)


def test_each_connected_part_of_the_electrolyte_is_solved(grown: Snapshot) -> None:
    part = grown.electrolyte
    count = len(part.points)
    double = replace(
        part,
        points=np.concatenate([part.points, part.points + np.array([100.0, 0.0])]),
        simplices=np.concatenate([part.simplices, part.simplices + count]),
        flux=np.concatenate([part.flux, part.flux]),
    )
    psi = stream_function(double)
    assert psi[count:] == pytest.approx(psi[:count], abs=1e-9 * np.ptp(psi))


def test_neighbouring_lines_enclose_equal_flux() -> None:
    levels = flux_levels(np.array([-1.0, 9.0]), 2.5)
    assert levels == pytest.approx([0.25, 2.75, 5.25, 7.75])
    assert flux_levels(np.array([-1.0, 9.0]), 4.0) == pytest.approx([2.0, 6.0])
    assert len(flux_levels(np.zeros(4), 0.0)) == 0


def test_lines_gather_on_the_hot_spots(before: Snapshot) -> None:
    scale = Scale.of([before])
    with journal_style():
        _, axes = plt.subplots()
        lines = draw_flux_lines(axes, before.electrolyte, scale.flux_per_line, before.bounds, 40.0)
        plt.close()
    assert len(lines) == 36
    feet = np.array([line[np.argmin(line[:, 1]), 0] for line in lines])
    landed = ((feet[:, None] >= synthetic.SPOTS[:, 0] - 0.5)
              & (feet[:, None] <= synthetic.SPOTS[:, 1] + 0.5)).any(axis=1)  # fmt: skip
    assert landed.mean() > 2 * np.ptp(synthetic.SPOTS, axis=1).sum() / synthetic.WIDTH


def test_a_cell_at_rest_has_no_lines(before: Snapshot) -> None:
    """The net current is rounding compared with the current exchanged at the surface."""
    surface = before.surface
    area = facet_measures(surface.points, surface.facets)
    working = np.flatnonzero(surface.on("lithium"))
    current = np.zeros(len(area))
    current[working[:2]] = np.array([1e-3, -1e-3]) / area[working[:2]] + 1e-17
    resting = replace(before, surface=replace(surface, current_density=current))
    assert Scale.of([before]).flux_per_line > 0.0
    assert Scale.of([resting]).flux_per_line == 0.0
    _, axes = plt.subplots()
    assert draw_panel(axes, resting, before, Scale.of([resting]), film_colours([])) == []
    plt.close()


def test_salt_that_evens_out_without_a_current_has_no_lines(before: Snapshot) -> None:
    """The current is 1e-5 of that before; the flux is due to relaxation of the salt."""
    surface = before.surface
    current = 1e-5 * surface.current_density
    relaxing = replace(before, surface=replace(surface, current_density=current))
    assert Scale.of([relaxing]).flux_per_line == 0.0
    _, axes = plt.subplots()
    assert draw_panel(axes, relaxing, before, Scale.of([relaxing]), film_colours([])) == []
    tiny = 1e-5 * Scale.of([before]).flux_per_line
    assert draw_flux_lines(axes, before.electrolyte, tiny, before.bounds, 40.0) == []
    plt.close()


def test_more_lines_than_can_be_told_apart_are_not_drawn() -> None:
    ends = np.array([0.0, 1.0])
    assert len(flux_levels(ends, 1.0 / 719)) == 719
    for flux_per_line in (1e-3, 1e-12, 5e-324):
        assert len(flux_levels(ends, flux_per_line)) == 0


def test_flux_lines_stay_out_of_metal(before: Snapshot, blocked: Snapshot) -> None:
    _, axes = plt.subplots()
    colours = film_colours(films_shown(blocked.surface))
    lines = draw_panel(axes, blocked, before, Scale.of([blocked]), colours)
    plt.close()
    metal = solid(blocked.bodies.points, blocked.bodies.simplices)
    middles = np.concatenate([(line[1:] + line[:-1]) / 2 for line in lines])
    triangles = np.asarray(metal.vertices).reshape(-1, 4, 2)[:, :3]
    inside = np.zeros(len(middles), dtype=bool)
    for triangle in triangles:
        inside |= Outline(triangle).contains_points(middles, radius=0.0)
    assert len(middles) > 1000
    assert not inside.any()


# --- metal


def test_outline_of_two_triangles_leaves_out_their_shared_edge() -> None:
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    edges = outline(square, np.array([[0, 1, 2], [0, 2, 3]]))
    assert np.linalg.norm(np.diff(edges, axis=1), axis=-1).sum() == pytest.approx(4.0)


def test_edges_are_joined_into_lines() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [5.0, 5.0], [6.0, 5.0], [6.0, 6.0]])
    edges = points[[[1, 2], [0, 1], [3, 4], [4, 5], [5, 3]]]
    lines = sorted(join(edges), key=len)
    assert [len(line) for line in lines] == [3, 4]
    assert lines[1][0] == pytest.approx(lines[1][-1])


def test_dead_lithium_is_found_by_its_kind(blocked: Snapshot, grown: Snapshot) -> None:
    named = replace(blocked.bodies, regions=("electrolyte", "lithium", "dead_lithium:block"))
    assert len(simplices_of(named, "dead_lithium")) > 0
    assert len(simplices_of(grown.bodies, "dead_lithium")) == 0


# --- legend


def test_legend_has_the_films_with_their_resistance(grown: Snapshot) -> None:
    colours = film_colours(films_shown(grown.surface))
    entries = film_entries([grown], [grown], colours)
    assert [e.get_label() for e in entries] == ["hot spot (0.3 Ω cm$^2$)", "LiF (6 Ω cm$^2$)"]


def test_a_diluted_film_keeps_the_resistance_it_had(before: Snapshot, grown: Snapshot) -> None:
    thin = np.array([[0.6, 0.4], [0.3, 0.7]])
    diluted = replace(grown.surface, fractions=grown.surface.fractions @ thin)
    later = replace(grown, surface=diluted)
    colours = film_colours(films_shown(diluted))
    assert [e.get_label() for e in film_entries([later], [later], colours)] == ["LiF", "hot spot"]
    labels = [e.get_label() for e in film_entries([later], [before], colours)]
    assert labels == ["hot spot (0.3 Ω cm$^2$)", "LiF (6 Ω cm$^2$)"]


def test_mixed_films_have_mixed_colours() -> None:
    mixtures, group = mixed(np.array([[1.0, 0.0], [0.49, 0.51], [0.5, 0.5], [0.02, 0.98]]))
    assert group[1] == group[2]
    assert len(mixtures) == 3
    colours = mixed_colours(mixtures[group], ("a", "b"), {"a": "#ff0000", "b": "#0000ff"})
    assert colours[[0, 3]] == pytest.approx(np.array([[1.0, 0, 0], [0, 0, 1.0]]))
    assert colours[1] == pytest.approx(np.sqrt([0.5, 0, 0.5]))


def test_resistance_is_left_out_where_it_differs(grown: Snapshot) -> None:
    surface = grown.surface
    uneven = replace(surface, resistance=surface.resistance * (1 + np.arange(len(surface.facets))))
    assert film_resistance(surface, "LiF") == pytest.approx(6.0)
    assert film_resistance(uneven, "LiF") is None


def _metal(initial: list[Snapshot], later: list[Snapshot]) -> list[object]:
    """The labels of the metals in the legend."""
    return [entry.get_label() for entry in metal_entries(later, initial)]


def test_legend_names_the_metal_that_is_there(
    before: Snapshot, grown: Snapshot, blocked: Snapshot
) -> None:
    assert "dead Li" not in _metal([before], [grown])
    assert "dead Li" in _metal([before, blocked], [grown, blocked])


def test_legend_lists_only_what_is_drawn(before: Snapshot, grown: Snapshot) -> None:
    assert _metal([before], [grown]) == ["deposited Li", "original Li", "original surface"]
    charged = replace(before, capacity=grown.capacity)  # the interface does not move
    assert _metal([before], [charged]) == ["original Li"]
    assert _metal([grown], [before]) == ["original Li", "original surface"], "stripped"
    none = Legend.of([], metal_entries([before], [before]), 8.5, flux=False)
    assert [e.get_label() for group in none.groups for e in group.entries] == ["original Li"]


def test_a_film_has_one_resistance_per_result(before: Snapshot, grown: Snapshot) -> None:
    """A facet with a small fraction of a good conductor does not count as undiluted."""
    surface = grown.surface
    pure = surface.fractions[:, surface.films.index("LiF")] == 1.0
    share = np.where(pure, 4e-4, 0.0)[:, None] * np.array([1.0, -1.0])
    if surface.films[0] == "LiF":
        share = -share
    resistance = np.where(pure, 0.98 * surface.resistance, surface.resistance)
    diluted = replace(surface, fractions=surface.fractions + share, resistance=resistance)
    assert film_resistance(diluted, "LiF") is None
    later = replace(grown, surface=diluted)
    colours = film_colours(films_shown(surface))
    labels = [e.get_label() for e in film_entries([later, grown], [before, before], colours)]
    assert labels == ["hot spot (0.3 Ω cm$^2$)", "LiF (6 Ω cm$^2$)"]


def test_scale_bar_fits_the_narrowest_box(before: Snapshot) -> None:
    cell = synthetic.cut_cell((10.0, 40.0), (10, 40), synthetic.flat)
    state = synthetic.state_of(cell, synthetic.hot_spots, synthetic.FILMS, 0.0)
    narrow = synthetic.snapshot_of(state)
    scale = Scale.of([before, narrow])
    assert scale.narrowest == pytest.approx(10.0)
    figure, axes = plt.subplots(figsize=(2.0, 2.0))
    low, high = before.bounds
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    draw_scale_bar(axes, high[0] - low[0], narrow.bounds, scale.narrowest)
    (bar,) = axes.patches
    assert bar.get_window_extent().x1 < axes.transData.transform(narrow.bounds[1])[0]
    assert len(axes.texts) == 0, "no room beside it"
    draw_scale_bar(axes, high[0] - low[0], before.bounds, scale.narrowest)
    assert [text.get_text() for text in axes.texts] == ["2 µm"]
    plt.close(figure)


@pytest.mark.picture
def test_the_lowest_number_of_the_colour_bar_stays_clear_of_the_legend(
    before: Snapshot, grown: Snapshot
) -> None:
    scale = Scale.of([grown])
    with journal_style():
        view = View(CAPTION, before, grown)
        page = Page(8.5, columns=2)
        sheet = sheet_of([[view, view]], scale, page, captions_of_maps([view, view]))
        sheet.figure.canvas.draw()
        numbers = sheet.figure.axes[-1].get_yticklabels()
        lowest = min(number.get_window_extent().y0 for number in numbers)
        highest = max(legend.get_window_extent().y1 for legend in sheet.figure.legends)
        assert lowest > highest
        plt.close(sheet.figure)


@pytest.mark.parametrize(
    ("volts", "printed"),
    [(0.00324, "3.24 mV"), (0.010, "10.0 mV"), (0.09996, "100 mV"), (0.3242, "324 mV"),
     (-0.4504, "−450 mV"), (0.9997, "1.00 V"), (1.9555, "1.96 V")],
)  # fmt: skip
def test_voltages_as_printed(volts: float, printed: str) -> None:
    assert voltage_as_printed(volts) == printed


@pytest.mark.parametrize(
    ("charge", "printed"),
    [(0.0014, "0.00140"), (1.0, "1.00"), (0.5, "0.500"), (123.4, "123"), (-0.25, "−0.250"),
     (8.8e-15, "0"), (-0.0, "0")],
)  # fmt: skip
def test_charges_as_printed(charge: float, printed: str) -> None:
    assert charge_as_printed(charge) == printed


def test_entries_fill_few_rows_evenly_and_fit() -> None:
    entries = [Line2D([], [], label=f"component {index}") for index in range(5)]
    assert [Group.of(entries, width).columns for width in (30.0, 8.5, 4.0, 1.0)] == [5, 3, 1, 1]
    legend = Legend.of(entries[:2], [], 8.5)
    assert [len(group.entries) for group in legend.groups] == [3]
    assert [len(group.entries) for group in Legend.of([], entries, 8.5).groups] == [6]


# --- figures


@pytest.mark.picture
def test_flux_map_shows_metals_and_films(tmp_path: Path, before: Snapshot, grown: Snapshot) -> None:
    image = pixels(flux_map(grown, tmp_path / "map.png", CAPTION, before, dpi=300))
    assert image.shape[1] == pytest.approx(8.5 / 2.54 * 300, abs=1)
    for colour in (DEPOSIT, ORIGINAL, COLOURS["hot_spot"], COLOURS["LiF"]):
        assert seen(image, colour) > 1e-4, colour
    assert image[-1].min() == 255  # nothing is cut off at the edges
    assert image[:, -1].min() == 255
    assert [p.name for p in tmp_path.iterdir()] == ["map.png"]


@pytest.mark.picture
def test_before_the_run_nothing_is_deposited(tmp_path: Path, before: Snapshot) -> None:
    image = pixels(flux_map(before, tmp_path / "map.png", CAPTION, dpi=200))
    rows = len(image)
    assert seen(image[: int(0.8 * rows)], DEPOSIT) < 1e-4  # but in the legend
    assert seen(image, ORIGINAL) > 0.03


@pytest.mark.picture
@pytest.mark.parametrize(("suffix", "magic"), [(".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_vector_formats(tmp_path: Path, grown: Snapshot, suffix: str, magic: bytes) -> None:
    written = flux_map(grown, tmp_path / f"map{suffix}", CAPTION, dpi=100).read_bytes()
    assert written.startswith(magic)
    assert len(written) > 20_000
    if suffix == ".svg":
        text = written.decode()
        assert "original Li" in text and "original surface" not in text
        assert "flux over its mean" in text


def test_minimum_type_size() -> None:
    assert min(SMALL, NORMAL) >= 6.5


def test_other_suffixes_are_refused(tmp_path: Path, grown: Snapshot) -> None:
    with pytest.raises(ResultsError, match=r"\.bmp.*\.png, \.svg, \.pdf.*E616"):
        flux_map(grown, tmp_path / "map.bmp", CAPTION)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("electrolyte", "scenario", "name"),
    [
        ("BE", "be", "BE"),
        ("BE", "be-dead-li", "BE, dead Li"),
        ("C-I-BE-LN", "c-i-be-ln-calibrated", "C-I-BE-LN, calibrated"),
        ("BE", "mine", "BE, mine"),
        ("", "mine", "mine"),
        ("LiPF6 in EC:EMC (Nyman)", "lipf6-nyman", "lipf6-nyman"),
    ],
)
def test_name_over_the_map(electrolyte: str, scenario: str, name: str) -> None:
    assert full_name(electrolyte, scenario) == name


@pytest.mark.picture
def test_comparison_is_a_row_of_maps(
    tmp_path: Path, before: Snapshot, grown: Snapshot, blocked: Snapshot
) -> None:
    views = [View(Caption(n), before, s) for n, s in (("a", before), ("b", grown), ("c", blocked))]
    image = pixels(comparison(views, tmp_path / "c.png", dpi=150))
    assert image.shape[1] == pytest.approx(PAGE_CM / 2.54 * 150, abs=1)
    thirds = np.array_split(image[:, : int(0.88 * image.shape[1])], 3, axis=1)
    assert [seen(third[:-80], DEPOSIT) > 1e-3 for third in thirds] == [False, True, True]


@pytest.mark.picture
def test_same_salt_has_the_same_colour_in_every_map(tmp_path: Path, before: Snapshot) -> None:
    richer = replace(
        before,
        electrolyte=replace(
            before.electrolyte, concentration=before.electrolyte.concentration + 10.0
        ),
    )
    views = [View(CAPTION, before, s) for s in (before, richer, before)]
    with journal_style():
        shown = Shown.by_name("concentration", [before])
        scale = Scale.of([v.snapshot for v in views], shown)
        sheet = sheet_of([views], scale, Page(), captions_of_maps(views))
        sheet.draw(views)
        places = [axes.get_position() for axes in sheet.axes]
        image = pixels(save(sheet.figure, tmp_path / "c.png", 150))
    high, wide = image.shape[:2]
    first, middle, last = (
        image[
            int((1 - p.y1) * high) + 10 : int((1 - p.y0 - 0.4 * p.height) * high),
            int(p.x0 * wide) + 4 : int(p.x1 * wide) - 4,
        ]
        for p in places
    )
    assert np.median(first, axis=(0, 1)) == pytest.approx(np.median(last, axis=(0, 1)), abs=3)
    assert np.abs(np.median(first, axis=(0, 1)) - np.median(middle, axis=(0, 1))).max() > 20


def test_heights_ranked_by_share_of_area() -> None:
    share, rising = ranked(np.array([3.0, np.nan, 1.0]))
    assert rising == pytest.approx([1.0, 3.0])
    assert share == pytest.approx([0.25, 0.75])


# --- 3D


@pytest.mark.process
def test_flux_map_3d(tmp_path: Path) -> None:
    snapshot = synthetic.grown_3d()
    image = pixels(flux_map(snapshot, tmp_path / "map.png", CAPTION, dpi=150))
    assert image.shape[1] == pytest.approx(8.5 / 2.54 * 150, abs=1)
    assert image[:, -1].min() == 255
    assert seen(image, ORIGINAL) > 0.03


@pytest.mark.picture
def test_scene_fills_its_picture_and_its_bar_lies_along_the_front_edge() -> None:
    snapshot = synthetic.flat_3d()
    scene = render_scene(snapshot, Scale.of([snapshot]), {}, 400)
    assert scene.image.shape[1] == 400
    drawn = scene.image.min(axis=2) < 250
    assert drawn[:8].any() and drawn[-8:].any() and drawn[:, :8].any() and drawn[:, -8:].any()
    assert not (drawn[0].any() or drawn[:, 0].any())
    assert scene.length == 5.0
    assert np.ptp(scene.bar[:, 0]) > 0.1 * 400
    assert scene.image[tuple(np.round(scene.bar[1]).astype(int)[::-1] - [6, 0])].max() < 200


def test_values_of_facets_at_vertices_are_means_by_area() -> None:
    points = np.array([[0.0, 0, 0], [2, 0, 0], [2, 1, 0], [0, 4, 0]])
    found = at_vertices(points, np.array([[0, 1, 2], [0, 2, 3]]), np.array([[1.0], [6.0]]))
    assert found[:, 0] == pytest.approx([5.0, 1.0, 5.0, 6.0])  # areas 1 and 4


def test_the_border_of_a_film_runs_where_both_cover_the_same() -> None:
    mesh = pv.Plane(i_resolution=4, j_resolution=4).triangulate()
    share = np.asarray(mesh.points)[:, 0] + 0.6
    for border in film_borders(mesh, np.stack([share, 1 - share], axis=1)):
        assert border.points[:, 0] == pytest.approx(-0.1)
    assert film_borders(mesh, np.ones((len(share), 1))) == []


def test_triangles_are_turned_upwards() -> None:
    points = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    assert outward(points, np.array([[0, 2, 1]])).tolist() == [[1, 2, 0]]


def _curve(time: list[float], capacity: list[float]) -> Curve:
    none = np.zeros(0)
    return Curve("x", none, none, np.array(time), np.array(capacity), none, none)


def _profile(height: list[float], right: float, label: str = "x") -> Curve:
    """Heights (µm) at equidistant points from 0 to ``right``, µm, with a minimal history."""
    samples = np.linspace(0.0, right, len(height), dtype=np.float64)[:, None]
    none = np.zeros(2)
    return Curve(label, samples, np.array(height), none, np.array([0.0, 1.0]), none, none)


def _axes_of_profiles(curves: list[Curve], path: Path, monkeypatch: pytest.MonkeyPatch) -> Figure:
    """The figure that ``profiles`` saves, drawn in its own style."""
    kept: list[Figure] = []

    def keep(figure: Figure, _path: Path, _dpi: int) -> None:
        figure.canvas.draw()
        kept.append(figure)

    monkeypatch.setattr("deposition.render.profiles.save", keep)
    profiles(curves, path)
    plt.close(kept[0])
    return kept[0]


@pytest.mark.picture
def test_profiles_hold_the_widest_box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    curves = [_profile([0.0, 1.0, 2.0], 10.0), _profile([0.0, 1.0, 3.0], 50.0)]
    heights = _axes_of_profiles(curves, tmp_path / "p.svg", monkeypatch).axes[0]
    assert heights.get_xlim() == (-12.5, 62.5)
    assert heights.get_ylabel() == "Height above the\noriginal surface (µm)"


@pytest.mark.picture
def test_rounding_is_not_drawn_as_a_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    curves = [_profile([0.0, 4e-15, -1e-14, 2e-15], 20.0)]
    figure = _axes_of_profiles(curves, tmp_path / "p.svg", monkeypatch)
    heights, _, roughness = figure.axes
    for axes in (heights, roughness):
        low, high = axes.get_ylim()
        assert high - low >= 0.02 * (1 - 1e-9)


@pytest.mark.picture
def test_no_number_runs_into_the_name_of_its_axis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    low = replace(_profile([0.0, 1.0], 10.0), voltage=np.array([-0.45, 0.11]))
    figure = _axes_of_profiles([low], tmp_path / "p.svg", monkeypatch)
    for axes in figure.axes:
        numbers = min(text.get_window_extent().x0 for text in axes.get_yticklabels())
        name = axes.yaxis.label.get_window_extent()
        assert 0.0 <= name.x0 < name.x1 < numbers


@pytest.mark.picture
def test_numbers_under_the_profiles_stand_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = replace(_profile([0.0, 1.0], 40.0), capacity=np.array([0.0, 0.2]))
    figure = _axes_of_profiles([course], tmp_path / "p.svg", monkeypatch)
    with journal_style():  # it decides how many numbers there are
        for axes in figure.axes:
            boxes = [text.get_window_extent() for text in axes.get_xticklabels()]
            gaps = [right.x0 - left.x1 for left, right in pairwise(boxes)]
            assert min(gaps) > boxes[0].height


def test_curves_are_over_charge_while_all_plate_and_over_time_otherwise() -> None:
    plates = _curve([0.0, 60.0, 60.0, 120.0], [0.0, 0.1, 0.1, 0.2])  # two protocol steps
    rests = _curve([0.0, 60.0, 1800.0], [0.0, 0.1, 0.1])
    assert Abscissa.of([plates]).label.startswith("Charge")
    assert Abscissa.of([plates]).along(plates)[-1] == 0.2
    assert Abscissa.of([plates, rests]).label == "Time (h)"
    assert Abscissa.of([plates, rests]).along(rests)[-1] == pytest.approx(0.5)
