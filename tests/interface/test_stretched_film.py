"""Film that thins as its surface stretches, cracks and heals: by hand, on a level surface."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from deposition.interface.film_markers import stratified
from deposition.interface.film_spread import SpreadFilm
from deposition.interface.stretched_film import Cracking, StretchedFilm
from deposition.interface.surface_average import SurfaceAverage
from deposition.mesh.cell import Floats

WIDTH, FACETS = 8.0, 32
FILM, OTHER, BARE = 0, 1, 2


def stretched(ratio: float, fractions: Floats) -> SpreadFilm:
    """A level surface of 8 µm with film that formed on 8 µm/ratio of it, 3 thick."""
    points = np.column_stack([np.linspace(0.0, WIDTH, FACETS + 1), np.zeros(FACETS + 1)])
    facets = np.column_stack([np.arange(FACETS), np.arange(FACETS) + 1])
    length = WIDTH / FACETS
    each = np.broadcast_to(length / ratio * fractions, (FACETS, len(fractions)))
    volume = 3.0 * each * (np.arange(len(fractions)) != BARE)
    markers = stratified(points[facets], np.arange(FACETS), each, volume, 4)
    film = markers.area[:, :BARE].sum(axis=1)
    average = SurfaceAverage(points, facets, np.full(FACETS, length), 1.0)
    return SpreadFilm.of(replace(markers, relaxed=film), average, np.arange(FACETS))


def test_film_without_cracks_keeps_its_volume_and_follows_the_area() -> None:
    spread = stretched(1.25, np.array([0.75, 0.25, 0.0]))
    rule = StretchedFilm(BARE, FILM)
    seen = spread.on_facets(rule)
    np.testing.assert_allclose(seen.fractions, np.tile([0.75, 0.25, 0.0], (FACETS, 1)))
    np.testing.assert_allclose(seen.volumes.sum(axis=1), 3.0 / 1.25)
    markers, formed, buried = rule.restored(spread, 10.0)
    np.testing.assert_allclose(markers.area.sum(axis=0), WIDTH * np.array([0.75, 0.25, 0.0]))
    np.testing.assert_allclose(markers.volume.sum(), 3.0 * WIDTH / 1.25)
    grown = WIDTH * (1.0 - 1.0 / 1.25)
    np.testing.assert_allclose(formed[:3], grown * np.array([0.75, 0.25, 0.0]), atol=1e-12)
    assert formed[3:] == pytest.approx(np.zeros(3)) and buried == pytest.approx(np.zeros(6))


def test_surface_that_shrinks_thickens_the_film() -> None:
    spread = stretched(0.8, np.array([1.0, 0.0, 0.0]))
    markers, formed, buried = StretchedFilm(BARE, FILM).restored(spread, 10.0)
    assert markers.area.sum() == pytest.approx(WIDTH)
    assert markers.volume.sum() == pytest.approx(3.0 * WIDTH / 0.8)
    assert buried[0] == pytest.approx(WIDTH / 0.8 - WIDTH) and not formed.any()


def test_beyond_its_strain_film_breaks_and_what_is_bare_heals() -> None:
    """Stretched by 25 %, of which the film bears 10 %; then 100 s of a healing of 200 s."""
    spread = stretched(1.25, np.array([1.0, 0.0, 0.0]))
    rule = StretchedFilm(BARE, OTHER, Cracking(strain=0.1, healing=200.0, thickness=2.0))
    markers, formed, _ = rule.restored(spread, 100.0)
    broken = WIDTH * (1.0 - 1.1 / 1.25)
    left = broken * (1.0 - exp(-0.5)) / 0.5
    area = markers.area.sum(axis=0)
    np.testing.assert_allclose(area, [WIDTH - broken, broken - left, left])
    np.testing.assert_allclose(markers.volume.sum(axis=0)[OTHER], 2.0 * (broken - left))
    np.testing.assert_allclose(formed[3 + OTHER], 2.0 * (broken - left))
    # No further stretch: what is bare heals by e^(-t/τ), and nothing breaks.
    again = replace(spread, markers=markers)
    again = SpreadFilm.of(markers, spread.average, spread.on)
    later, _, _ = rule.restored(again, 100.0)
    assert later.area[:, BARE].sum() == pytest.approx(left * exp(-0.5))
    assert later.area[:, FILM].sum() == pytest.approx(area[FILM])


def test_film_within_its_strain_does_not_break() -> None:
    spread = stretched(1.05, np.array([1.0, 0.0, 0.0]))
    rule = StretchedFilm(BARE, FILM, Cracking(strain=0.1, healing=200.0, thickness=2.0))
    markers, _, _ = rule.restored(spread, 100.0)
    assert markers.area[:, BARE].max() == 0.0


def test_surface_without_film_is_bare() -> None:
    rule = StretchedFilm(BARE, FILM)
    spread = stretched(1.0, np.zeros(3))
    np.testing.assert_allclose(spread.on_facets(rule).fractions, np.tile([0, 0, 1], (FACETS, 1)))
    markers, _, _ = rule.restored(spread, 1.0)
    assert markers.area[:, BARE].sum() == pytest.approx(WIDTH)
