"""Transfer of salt to the new mesh, exact in each electrolyte pocket.

The fields are taken along with the motion w that both electrodes have in common: at a new vertex x
they are those of x - w.  In a gap that moves as a whole the concentration at both walls then stays
what it was; interpolation at the same place would change it by s ∂c/∂n until it has diffused.

During a step the walls displace the anions, so the salt of a pocket after the move is
what it was before the step.  Interpolation and the finite step lose some of it; a factor on the
concentration of each pocket restores it:

    c <- c ∫ c dV (before) / ∫ c dV (interpolated)

The share of all salt that this restores is ``salt_correction``, which must shrink with the step;
that of a single small pocket is as coarse as the mesh in it.  Further species are restored beside
the surface that moved (``local_restoration``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from deposition.common.constants import MICROMETRE
from deposition.common.errors import InterfaceError
from deposition.interface.connectivity import counter_pockets, electrolyte_pockets
from deposition.interface.local_restoration import beside_moved_surface
from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import ELECTROLYTE, SEPARATOR, Cell, Floats, Ints, simplex_means
from deposition.mesh.footprint import projected_area
from deposition.mesh.point_location import Located, Locator, interpolate
from deposition.mesh.surface import electrolyte_beside, extract_surface
from deposition.transport.fields import Fields


@dataclass(frozen=True, eq=False)
class TransferredFields:
    """Concentration and potential (n,) on the new cell, NaN in metal, and the restored salt.

    correction: restored share of all salt; pocket_correction: largest share in one pocket;
    dissolved (n, k) concentrations of the further species, NaN in metal; dissolved_correction:
    largest restored share of one of them.
    """

    concentration: Floats
    potential: Floats
    correction: float
    pocket_correction: float
    dissolved: Floats
    dissolved_correction: float = 0.0


def salt_content(cell: Cell, concentration: Floats) -> Floats:
    """(m,) salt in each simplex, mol/m³ µm^d: mean concentration times the volume of electrolyte,
    without the solid of a region ``separator``; 0 in metal."""
    wet = cell.in_region(ELECTROLYTE)
    volume = cell.electrolyte_fraction[wet] * cell.volumes[wet]
    content = np.zeros(len(cell.simplices))
    content[wet] = simplex_means(concentration, cell.simplices[wet]) * volume
    return content


def species_content(cell: Cell, fields: Fields, time_step: float) -> Floats:
    """(m, k) of each further species that belongs to each simplex, mol/m³ µm^d.

    What it holds at the end of a step (s) on the cell before its move, without what the moving
    walls have pushed there, c_k v Δt: on the moved cell it has its own room.
    """
    held = [salt_content(cell, values) for values in fields.dissolved.T]
    content = np.column_stack(held) if held else np.empty((len(cell.simplices), 0))
    displaced = fields.walls.displaced
    if held and len(displaced) > 1:
        beside = electrolyte_beside(cell)
        area = extract_surface(cell).area * cell.electrolyte_fraction[beside]
        pushed = displaced * (area * time_step / MICROMETRE)[:, None]
        np.subtract.at(content, beside, pushed)
    return content


def electrolyte_locator(cell: Cell) -> Locator:
    """Finds points in the electrolyte of a cell."""
    return Locator(cell.points, cell.simplices[cell.in_region(ELECTROLYTE)])


def origins(
    electrolyte: Locator, new: Cell, motion: Floats | float, expected: Ints | None = None
) -> Located:
    """Places x - w in the old ``electrolyte`` from which the vertices of electrolyte of the new
    cell have their fields.

    expected  simplices in which they are sought first, if these are of as many vertices
    """
    vertices = np.flatnonzero(new.vertices_of(ELECTROLYTE))
    if expected is not None and len(expected) != len(vertices):
        expected = None
    return electrolyte.locate((new.points - motion)[vertices], expected)


def transfer_fields(
    old: Cell,
    fields: Fields,
    target: Floats,
    new: Cell,
    closed: bool,
    motion: Floats | float = 0.0,
    species: Floats | None = None,
    numerics: InterfaceNumerics = NUMERICS,
    located: Located | None = None,
) -> TransferredFields:
    """Transfer all fields of the old cell to the new one; restore salt and dissolved species.

    target  (m,) salt that belongs to each old simplex (``salt_content``); only its sum over a
            pocket counts
    closed  whether no salt leaves the cell; otherwise pockets that reach a reservoir keep the
            interpolated concentration
    motion  (d,) way w of the fields, µm; see ``common_motion``
    species (m, k) of the further species that belongs to each old simplex (``species_content``);
            what it holds at the end of the step unless stated
    numerics numerical constants of the restoration of species
    located ``origins`` of the vertices, if they are known

    The potential is interpolated only: it is the initial guess of the next solve.
    Raises InterfaceError when a pocket has lost its salt.
    """
    wet_old = np.flatnonzero(old.in_region(ELECTROLYTE))
    wet_new = np.flatnonzero(new.in_region(ELECTROLYTE))
    vertices = np.flatnonzero(new.vertices_of(ELECTROLYTE))
    simplices = old.simplices[wet_old]
    if located is None:
        located = origins(electrolyte_locator(old), new, motion)
    sources = (fields.concentration, fields.potential, *fields.dissolved.T)
    interpolated = np.full((len(sources), len(new.points)), np.nan)
    for row, values in zip(interpolated, sources, strict=True):
        row[vertices] = interpolate(located, simplices, values)
    concentration, potential, dissolved = interpolated[0], interpolated[1], interpolated[2:]
    pockets_old, pockets_new = electrolyte_pockets(old)[wet_old], electrolyte_pockets(new)
    group_old, group_new = _groups(
        pockets_old, pockets_new[wet_new], located, new, wet_new, vertices
    )
    groups = _PocketGroups(wet_old, group_old, wet_new, group_new, int(group_old.max()) + 1)
    present = np.bincount(group_new, minlength=groups.count) > 0
    found = groups.sums_new(salt_content(new, concentration))
    if np.any(found[present] <= 0.0):
        raise InterfaceError(
            "an electrolyte pocket has lost all its salt in this step. "
            "Take a shorter time step [E364]"
        )
    factor = _ratio(groups.sums_old(target), found)
    if not closed:
        factor[group_new[np.isin(pockets_new[wet_new], counter_pockets(new, pockets_new))]] = 1.0
    if species is None:
        species = species_content(old, fields, 0.0)
    share = 0.0
    if len(dissolved):
        beside = beside_moved_surface(old, new, motion, numerics)
        share = groups.restore(new, dissolved, species.T, beside, numerics.largest_restoration)
    restored = np.where(present, np.abs(factor - 1.0), 0.0)
    return TransferredFields(
        concentration * groups.at_vertices(new, factor),
        potential,
        correction=float(restored @ found / found.sum()),
        pocket_correction=float(restored.max(initial=0.0)),
        dissolved=dissolved.T,
        dissolved_correction=share,
    )


def common_motion(cell: Cell, gained: float, recession: float) -> Floats:
    """(d,) motion w that both electrodes have in common in a step, µm.

    w = g min(V_gained/A, d_counter), the smaller one if both have one sign, else 0

    gained (µm^d) by the working electrode, over the projected area A; recession d_counter of the
    counter electrode, µm; g the growth axis.  0 where that is undefined, and beside a separator,
    which stays.
    """
    if not cell.growth.is_defined or cell.in_region(SEPARATOR).any():
        return np.zeros(cell.dim)
    ways = np.array([gained / projected_area(cell), recession])
    common = ways[np.abs(ways).argmin()] if ways.prod() > 0.0 else 0.0
    return np.asarray(common * cell.growth.rows(cell.dim)[-1], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _PocketGroups:
    """Groups of electrolyte pockets: electrolyte simplices of both cells, the group of each."""

    wet_old: Ints
    group_old: Ints
    wet_new: Ints
    group_new: Ints
    count: int

    def sums_old(self, content: Floats) -> Floats:
        """(g,) content of each group, from that of the old simplices."""
        sums = np.bincount(self.group_old, content[self.wet_old], self.count)
        return np.asarray(sums, dtype=np.float64)

    def sums_new(self, content: Floats) -> Floats:
        """(g,) content of each group, from that of the new simplices."""
        sums = np.bincount(self.group_new, content[self.wet_new], self.count)
        return np.asarray(sums, dtype=np.float64)

    def at_vertices(self, new: Cell, factor: Floats) -> Floats:
        """(n,) factor of the group of each new vertex, 1 in metal."""
        values = np.ones(len(new.points))
        values[new.simplices[self.wet_new]] = factor[self.group_new][:, None]
        return values

    def restore(
        self, new: Cell, dissolved: Floats, content: Floats, weight: Floats, most: float
    ) -> float:
        """Restore the content (k, m) of each species, on the old simplices, in its nodal values
        (k, n); the largest restored share.  weight and most as in ``restoring``."""
        shares = [0.0]
        for wanted, row in zip(content, dissolved, strict=True):
            held = self.sums_new(salt_content(new, row))
            ratio = _ratio(self.sums_old(wanted), held)
            row *= self.restoring(new, row, (held, ratio), weight, most)
            total = float(np.abs(held).sum())
            shares.append(float(np.abs((ratio - 1.0) * held).sum()) / total if total else 0.0)
        return max(shares)

    def restoring(
        self, new: Cell, values: Floats, content: tuple[Floats, Floats], weight: Floats, most: float
    ) -> Floats:
        """(n,) factor 1 + μ w on the nodal values (n,) that restores the content of each group.

        content  (g,) found, and the ratio of the wanted one to it
        weight   (n,) w; where a value would change by more than ``most``, w = 1 in the group
        """
        (found, ratio), corners = content, new.simplices[self.wet_new]
        near = self.sums_new(salt_content(new, values * weight))
        share = (ratio - 1.0) * found / np.where(near > 0.0, near, np.inf)
        change = (self.at_vertices(new, 1.0 + share) - 1.0) * weight
        largest = np.zeros(self.count)
        np.maximum.at(largest, self.group_new, np.abs(change[corners]).max(axis=1))
        far = (near <= 0.0) | (largest > most)
        everywhere = self.at_vertices(new, np.where(far, ratio, np.nan))
        return np.where(np.isnan(everywhere), 1.0 + change, everywhere)


def _ratio(before: Floats, after: Floats) -> Floats:
    """Factor that restores the content of each group; the content is linear in c.  1 if empty."""
    return np.where(after > 0.0, before / np.where(after > 0.0, after, 1.0), 1.0)


def _groups(
    pockets_old: Ints, pockets_new: Ints, located: Located, new: Cell, wet: Ints, vertices: Ints
) -> tuple[Ints, Ints]:
    """Group of each old and new electrolyte simplex: pockets that split or merge share a group.

    A connected component of the graph that joins the pocket of a new vertex with the old pocket in
    which the vertex lies; a pocket with no such vertex belongs to the nearest old one.
    """
    nearest, inside = np.zeros(len(new.points), np.int64), np.zeros(len(new.points), bool)
    nearest[vertices], inside[vertices] = pockets_old[located.simplex], located.inside
    child = np.repeat(pockets_new, new.simplices.shape[1])
    corner = new.simplices[wet].ravel()
    parent = nearest[corner]
    known = inside[corner] | ~np.isin(child, child[inside[corner]])
    shift = int(pockets_old.max(initial=-1)) + 1
    size = shift + int(pockets_new.max(initial=-1)) + 1
    pairs = (np.ones(int(known.sum())), (parent[known], child[known] + shift))
    _, group = connected_components(coo_array(pairs, shape=(size, size)), directed=False)
    return group[pockets_old], group[pockets_new + shift]
