"""Compile the equations of a run ahead of its first step."""

from __future__ import annotations

from deposition.mesh.cell import ELECTROLYTE, Cell
from deposition.transport.bulk_form import compile_bulk
from deposition.transport.physics import TransportPhysics


def compile_equations(physics: TransportPhysics, cell: Cell) -> None:
    """Compile the forms of a problem on a cell; the problem itself then finds them.

    Raises MissingRequirement without a C compiler, before a run has written anything.
    """
    pores = physics.pores.in_cell(cell).among(cell.in_region(ELECTROLYTE))
    law, coupled = type(physics.electrolyte), len(physics.coupled)
    compile_bulk(law, cell.dim, coupled, pores.is_uniform)
