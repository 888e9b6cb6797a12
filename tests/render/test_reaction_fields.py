"""Rates of reactions along surfaces, dead lithium included, as maps and as curves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from helpers.synthetic import grown_2d, grown_3d

from deposition.common.constants import HOUR, MICROMOLE, NANOMETRE
from deposition.common.errors import ResultsError
from deposition.mesh.cell import DEAD_LITHIUM, LITHIUM
from deposition.render.curves import profiles_of
from deposition.render.fields import (
    DISSOLUTION,
    FILM_GROWTH,
    Shown,
    dissolution,
    film_growth,
    named_field,
)
from deposition.render.flux_map import flux_map
from deposition.render.panel import Caption
from deposition.render.scale import Scale
from deposition.render.scene import render_scene
from deposition.results.arrays import from_grids, to_grids
from deposition.results.result import Result
from deposition.results.snapshot import Snapshot


def reacting(plain: Snapshot | None = None) -> Snapshot:
    """A block of dead lithium that dissolves at 7 µmol/(m² s), and lithium at a hundredth of it;
    the first film is consumed at 2 nm/h."""
    plain = plain or grown_2d(30, dead=True)
    surface = plain.surface
    rate = np.where(surface.on(DEAD_LITHIUM), -7.0, 0.0) + np.where(surface.on(LITHIUM), -0.07, 0.0)
    growth = np.zeros_like(surface.fractions)
    growth[:, 0] = -2.0 * NANOMETRE / HOUR
    return replace(
        plain, surface=replace(surface, chemical_rate=rate * MICROMOLE, sei_growth=growth)
    )


def test_dead_lithium_shows_its_dissolution() -> None:
    snapshot = reacting()
    scale = Scale.of([snapshot], Shown.by_name("dissolution", [snapshot]))
    assert scale.surface is not None and scale.surface.limits[1] >= 7.0
    values, area = DISSOLUTION.sampled(snapshot, np.inf)
    assert (values.max(), values.min()) == (pytest.approx(7.0), pytest.approx(0.07))
    assert len(values) == len(area) == snapshot.surface.on(LITHIUM, DEAD_LITHIUM).sum()


def test_film_that_is_consumed_is_negative() -> None:
    snapshot = reacting()
    np.testing.assert_allclose(FILM_GROWTH.drawn(snapshot), -2.0, rtol=1e-12)
    paint = Scale.of([snapshot], Shown.by_name("film-growth", [snapshot]), words=False).surface
    assert paint is not None and paint.limits[0] == -paint.limits[1] <= -2.0


def test_rates_are_kept_in_the_files() -> None:
    snapshot = reacting()
    read = from_grids(to_grids(snapshot))
    np.testing.assert_array_equal(dissolution(read), dissolution(snapshot))
    np.testing.assert_allclose(film_growth(read), film_growth(snapshot), rtol=1e-14)
    plain = from_grids(to_grids(grown_2d(30))).surface
    assert plain.chemical_rate is None and plain.sei_growth is None


def test_a_curve_has_dead_lithium_too() -> None:
    snapshot = reacting()
    result = cast(Result, SimpleNamespace(snapshot=lambda _: snapshot))
    for over in ("x", "arc"):
        (curve,) = profiles_of([result], ["block"], [[-1]], "dissolution", over).curves
        assert np.isfinite(curve.y).sum() == snapshot.surface.on(LITHIUM, DEAD_LITHIUM).sum()
        assert set(curve.y[np.isfinite(curve.y)].round(9)) == {7.0, 0.07}
    (current,) = profiles_of([result], ["block"], [[-1]], "current", "arc").curves
    assert np.isfinite(current.y).sum() == snapshot.surface.on(LITHIUM).sum()


@pytest.mark.parametrize(
    ("name", "code"),
    [("dissolution", "E525"), ("film-growth", "E526"), ("porous-lithium", "E531")],
)
def test_results_without_reactions(name: str, code: str) -> None:
    field = named_field(name, [grown_2d(30)])
    assert field is not None
    with pytest.raises(ResultsError, match=f"does not record.*{code}"):
        field.values(grown_2d(30))


@pytest.mark.picture
def test_dead_lithium_has_the_colour_of_its_rate_in_3d() -> None:
    """Dark red where it dissolves, and its own colour with a field that it does not show."""
    snapshot = reacting(grown_3d())

    def dark_red(name: str) -> int:
        scale = Scale.of([snapshot], Shown.by_name(name, [snapshot]), words=False)
        image = render_scene(snapshot, scale, {}, 300).image.astype(int)
        red, green = image[..., 0], image[..., 1]
        return int(((red - green > 60) & (green < 80)).sum())

    assert dark_red("dissolution") > 500 > 10 * dark_red("film")


@pytest.mark.picture
def test_maps_of_rates_differ_from_the_default(tmp_path: Path) -> None:
    snapshot = reacting()
    sizes = set()
    for name in ("dissolution", "film-growth", "film"):
        scale = Scale.of([snapshot], Shown.by_name(name, [snapshot]), words=False)
        path = flux_map(snapshot, tmp_path / f"{name}.png", Caption("C-I-BE"), snapshot, scale)
        sizes.add(path.read_bytes())
    assert len(sizes) == 3
