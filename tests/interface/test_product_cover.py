"""Area that reaction products take over: of consumed film and bare metal."""

from __future__ import annotations

import numpy as np

from deposition.interface.product_cover import taken_over
from deposition.laws.sei_columns import BARE

OXIDE, NITRIDE, FLUORIDE, NONE = range(4)
PRODUCTS = np.array([NITRIDE, OXIDE])


def after(area: list[float], volume: list[float], gained: list[float]) -> np.ndarray:
    one, two, three = (np.array([row]) for row in (area, volume, gained))
    return taken_over(one, two, three, PRODUCTS)[0]


def test_bare_metal_is_shared_by_volume() -> None:
    formed = [0.62 * BARE, 0.38 * BARE, 0.0, 0.0]
    found = after([0.0, 0.0, 0.4, 0.6], [0.62e-13, 0.38e-13, 1e-8, 0.0], formed)
    np.testing.assert_allclose(found, [0.372, 0.228, 0.4, 0.0])
    # Thin films are shared anew, not once more: the areas stay where the volumes are in proportion.
    np.testing.assert_allclose(after([0.372, 0.228, 0.4, 0.0], [1.24e-13, 0.76e-13, 1e-8, 0.0],
                                     formed), [0.372, 0.228, 0.4, 0.0])  # fmt: skip


def test_consumed_oxide_gives_its_area_to_the_nitride_that_stays() -> None:
    """Iodine consumes Li2O as fast as nitrate forms it."""
    found = after([0.5, 0.0, 0.5, 0.0], [0.0, 1e-12, 1e-8, 0.0], [-1e-9, 1e-12, 0.0, 0.0])
    np.testing.assert_allclose(found, [0.0, 0.5, 0.5, 0.0])


def test_thick_products_take_only_what_becomes_open() -> None:
    found = after([0.5, 0.3, 0.1, 0.1], [5e-9, 3e-9, 0.0, 0.0], [2e-12, 1e-12, -1e-9, 0.0])
    np.testing.assert_allclose(found, [0.5 + 0.2 * 2 / 3, 0.3 + 0.2 / 3, 0.0, 0.0])


def test_nothing_changes_where_nothing_forms() -> None:
    area = [0.5, 0.0, 0.3, 0.2]
    np.testing.assert_array_equal(after(area, [0.0, 0.0, 1e-8, 0.0], [-1e-9, 0.0, 0.0, 0.0]), area)
