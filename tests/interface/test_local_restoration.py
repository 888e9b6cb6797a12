"""Totals of dissolved species are restored beside the surface that moved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.boxes import flat_cell

from deposition.interface.local_restoration import beside_moved_surface
from deposition.interface.numerics import NUMERICS
from deposition.interface.salt_transfer import TransferredFields, salt_content, transfer_fields
from deposition.mesh.cell import Cell, Floats
from deposition.transport.fields import Fields

GAP, LAYERS, WAY, EDGE = 8.0, 16, 0.2, 0.5
"""Gap, way of the surface and its edges, µm; number of layers of triangles."""


def receded(cell: Cell, way: float) -> Cell:
    """The cell with its lithium surface lower by a way (µm), all other vertices where they were."""
    points = cell.points.copy()
    points[points[:, 1] == 0.0, 1] -= way
    return cell.with_points(points)


def transferred(
    old: Cell, new: Cell, profile: Floats, content: Floats | None = None
) -> TransferredFields:
    """The transfer of a species with this profile (n,), and its content (m,) unless that of the
    profile, and of salt of 1000 mol/m³."""
    wet, nothing = old.vertices_of("electrolyte"), np.zeros(0)
    salt, potential = np.where(wet, 1000.0, np.nan), np.where(wet, 0.0, np.nan)
    fields = replace(
        Fields(salt, potential, nothing, nothing), dissolved=np.where(wet, profile, np.nan)[:, None]
    )
    return transfer_fields(old, fields, salt_content(old, salt), new, True, species=content)


def test_the_excess_is_taken_beside_the_surface_and_nowhere_else() -> None:
    old = flat_cell(1.0, GAP, layers=LAYERS)
    new, height = receded(old, WAY), old.points[:, 1]
    profile = np.minimum(height, 4.0)
    after = transferred(old, new, profile)
    c = after.dissolved[:, 0]
    before = salt_content(old, profile).sum()
    assert salt_content(new, c).sum() == pytest.approx(before, rel=1e-13)
    reach = NUMERICS.restored_edges * EDGE
    far = height >= reach
    np.testing.assert_array_equal(c[far], profile[far])
    beside = (height > 0.0) & (height < 0.9 * reach)
    assert np.all(c[beside] < profile[beside]) and np.all(c[beside] > 0.5 * profile[beside])
    assert 0.0 < after.dissolved_correction < 0.1


def test_with_little_beside_the_surface_the_whole_pocket_takes_part() -> None:
    """No concentration changes by more than a half beside the surface."""
    old = flat_cell(1.0, GAP, layers=LAYERS)
    new, height = receded(old, WAY), old.points[:, 1]
    profile = np.where(height < 3.0, 1e-3, 1.0)
    wanted = 0.9 * salt_content(old, profile)[:, None]
    c = transferred(old, new, profile, wanted).dissolved[:, 0]
    assert salt_content(new, c).sum() == pytest.approx(wanted.sum(), rel=1e-13)
    wet = height >= 0.0
    assert np.ptp(c[wet] / profile[wet]) < 1e-12 and np.nanmin(c) > 0.0


def test_a_surface_at_rest_has_no_neighbourhood() -> None:
    cell = flat_cell(1.0, GAP, layers=LAYERS)
    np.testing.assert_array_equal(beside_moved_surface(cell, cell, 0.0, NUMERICS), 1.0)


def test_a_surface_that_moves_with_the_fields_is_at_rest() -> None:
    """Its way is relative to their motion."""
    cell, motion = flat_cell(1.0, GAP, layers=LAYERS), np.array([0.0, 0.3])
    moved = cell.with_points(cell.points + motion)
    weight = beside_moved_surface(cell, moved, motion, NUMERICS)
    np.testing.assert_array_equal(weight, 1.0)
