"""Problems that share a workspace: the same solutions, whatever was solved in it before."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.boxes import bumpy, current_through, salt
from helpers.transport_cases import physics

from deposition.mesh.cell import Cell, Floats
from deposition.mesh.surface import extract_surface
from deposition.transport import linear
from deposition.transport.controls import TotalCurrent
from deposition.transport.physics import Solution
from deposition.transport.problem import TransportProblem
from deposition.transport.workspace import Workspace

pytestmark = pytest.mark.solve


def problem(cell: Cell, workspace: Workspace | None = None) -> TransportProblem:
    return TransportProblem(cell, extract_surface(cell), physics(), workspace=workspace)


def solved(on: TransportProblem, time_step: float = 10.0) -> Solution:
    control = TotalCurrent(current_through(on.cell, 50.0))
    return on.solve(salt(on.cell), np.full(on.surface.size, 1e-4), control, time_step)


def moved(cell: Cell) -> Cell:
    """The cell with its points stretched a little upwards."""
    return cell.with_points(cell.points * [1.0, 1.01])


def equal(one: Solution, other: Solution) -> None:
    assert one.voltage == pytest.approx(other.voltage, rel=1e-10)
    for name in ("concentration", "potential", "current_density"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9)


def test_moved_points_on_the_mesh_of_another_problem() -> None:
    cell, workspace = bumpy(), Workspace()
    first = problem(cell, workspace)
    before = solved(first)
    mesh, second = workspace.bulk_mesh, problem(moved(cell), workspace)
    equal(solved(second), solved(problem(moved(cell))))
    assert workspace.bulk_mesh is mesh
    # The first problem still has its own points.
    equal(solved(first), before)
    assert abs(solved(second).voltage - before.voltage) > 1e-6 * before.voltage


def test_other_simplices_have_their_own_mesh_and_pattern() -> None:
    cell, workspace = bumpy(), Workspace()
    solved(problem(cell, workspace))
    mesh = workspace.bulk_mesh
    order = np.arange(len(cell.simplices))[::-1]
    other = Cell(
        cell.points, cell.simplices[order], cell.region[order], cell.regions,
        cell.facets, cell.boundary, cell.boundaries,
    )  # fmt: skip
    equal(solved(problem(other, workspace)), solved(problem(other)))
    assert workspace.bulk_mesh is not mesh


def test_equal_steps_share_factors(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    factor = linear.LinearSolver.factor

    def counted(self: linear.LinearSolver, values: Floats) -> None:
        made.append(len(values))
        factor(self, values)

    monkeypatch.setattr(linear.LinearSolver, "factor", counted)
    on = problem(bumpy(), Workspace())
    solved(on)
    count = len(made)
    assert count > 0
    again = solved(on)
    assert len(made) == count
    other = solved(on, 20.0)
    assert len(made) > count
    equal(again, solved(problem(bumpy())))
    equal(other, solved(problem(bumpy()), 20.0))
