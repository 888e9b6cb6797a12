"""Data that the parts of a time step of the moving interface exchange; see ``moving``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from deposition.interface.body_tracking import MetalBodies
from deposition.interface.connectivity import Connectivity
from deposition.interface.corners_2d import Crossings
from deposition.interface.curve_2d import SmoothOffset
from deposition.interface.numerics import InterfaceNumerics
from deposition.interface.parents import FacetParents, find_parents
from deposition.interface.remesh_correction import RemeshResult
from deposition.interface.salt_transfer import electrolyte_locator, salt_content
from deposition.interface.state import InterfaceState
from deposition.mesh.cell import Cell, Floats, Ints
from deposition.mesh.point_location import Locator
from deposition.mesh.surface import Surface
from deposition.transport.fields import Fields


@dataclass(frozen=True, eq=False)
class OldSurface:
    """The surface at the beginning of a step, with its advance.

    cell     all metal that moves called lithium, the counter electrode receded
    surface  of that cell, before the counter electrode receded
    bodies   metal bodies of the cell
    volume   (b,) of the lithium of each, µm^d
    advance  (f,) s of each facet, µm
    recession  of the counter electrode, µm
    """

    cell: Cell
    surface: Surface
    bodies: MetalBodies
    volume: Floats
    advance: Floats
    recession: float = 0.0

    def parents(self, connectivity: Connectivity, numerics: InterfaceNumerics) -> FacetParents:
        """Parents of the facets of the new surface."""
        new, advance = connectivity.surface, self.advance
        return find_parents(self.cell, self.surface, advance, connectivity.cell, new, numerics)


@dataclass(frozen=True, eq=False)
class Corners:
    """The smooth offset of the old surface in 2D, and the crossings of its sides."""

    smooth: SmoothOffset
    crossings: Crossings


@dataclass(frozen=True, eq=False)
class Transition:
    """Start of a step: the state before, the fields with the mean rates of the step, the
    time step (s) and the old surface; how far that has moved since the last cut, and the advance
    that its facets (f,) have yet to make after the step, µm."""

    before: InterfaceState
    fields: Fields
    time_step: float
    old: OldSurface
    since_cut: float
    deferred: Floats

    @cached_property
    def salt(self) -> Floats:
        """(m,) salt in each simplex before the step, mol/m³ µm^d."""
        return salt_content(self.before.cell, self.before.fields.concentration)

    @cached_property
    def electrolyte(self) -> Locator:
        """That before the step."""
        return electrolyte_locator(self.before.cell)


@dataclass(frozen=True, eq=False)
class Predicted:
    """A step by the current on the old surface.

    net     (b,) volume that each body was to gain on the mesh, µm^d; None where all is stripped
    gained  (b,) V_m Q / F of each body in the step, µm^d
    state   after the step
    origin  (v,) simplex of the electrolyte before the step from which each vertex of electrolyte
            after it has its fields
    """

    step: Transition
    net: Floats | None
    gained: Floats
    made: RemeshResult
    state: InterfaceState
    origin: Ints
