"""Salt is carried to the new mesh by interpolation and then restored exactly, pool by pool.

During a step the walls push the anions ahead of them, so the salt of a pool after the move is what
it was before the step.  What interpolation and the finite step lose is put back by a factor on
the concentration of each pool.  The share of all salt that this restores is ``salt_correction``,
which must shrink with the step; that of a single small pool is as coarse as the mesh in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from deposition.common.errors import InterfaceError
from deposition.interface.connectivity import counter_pockets, electrolyte_pockets
from deposition.mesh.cell import ELECTROLYTE, Cell, Floats, Ints
from deposition.mesh.point_location import Located, interpolate, locate
from deposition.transport.fields import Fields


@dataclass(frozen=True, eq=False)
class TransferredFields:
    """Concentration and potential (n,) on the new cell, NaN in metal, and what was restored.

    correction, pocket_correction: share of all salt, and largest share of that of one pocket;
    dissolved (n, k) concentrations of the further species on the new cell
    """

    concentration: Floats
    potential: Floats
    correction: float
    pocket_correction: float
    dissolved: Floats


def salt_content(cell: Cell, concentration: Floats) -> Floats:
    """(m,) salt in each simplex: mean concentration times volume, mol/m³ µm^d; 0 in metal."""
    wet = cell.in_region(ELECTROLYTE)
    content = np.zeros(len(cell.simplices))
    content[wet] = concentration[cell.simplices[wet]].mean(axis=1) * cell.volumes[wet]
    return content


def transfer_fields(
    old: Cell, fields: Fields, target: Floats, new: Cell, closed: bool
) -> TransferredFields:
    """Move concentration and potential of the old cell to the new one and restore the salt.

    target (m,) salt that belongs to each old simplex (``salt_content``); only its sum over a pool
    counts.  closed: whether salt stays in the cell; pools that reach a reservoir are otherwise left
    as they are.  The potential is interpolated only: it is a first guess for the next solve.
    Raises FrontError when a pool has lost its salt.
    """
    wet_old = np.flatnonzero(old.in_region(ELECTROLYTE))
    wet_new = np.flatnonzero(new.in_region(ELECTROLYTE))
    vertices = np.unique(new.simplices[wet_new])
    simplices = old.simplices[wet_old]
    located = locate(new.points[vertices], old.points, simplices)
    concentration = np.full(len(new.points), np.nan)
    concentration[vertices] = interpolate(located, simplices, fields.concentration)
    potential = np.full(len(new.points), np.nan)
    potential[vertices] = interpolate(located, simplices, fields.potential)
    pools_old, pools_new = electrolyte_pockets(old)[wet_old], electrolyte_pockets(new)
    group_old, group_new = _families(pools_old, pools_new[wet_new], located, new, wet_new, vertices)
    owned = np.bincount(group_old, target[wet_old])
    found = np.bincount(group_new, salt_content(new, concentration)[wet_new], minlength=len(owned))
    present = np.bincount(group_new, minlength=len(owned)) > 0
    if np.any(found[present] <= 0.0):
        raise InterfaceError(
            "a pool of electrolyte has lost all its salt: take a shorter step [E364]"
        )
    factor = np.where(present, owned / np.where(found > 0, found, 1.0), 1.0)
    if not closed:
        factor[group_new[np.isin(pools_new[wet_new], counter_pockets(new, pools_new))]] = 1.0
    scale_of_salt = np.ones(len(new.points))
    scale_of_salt[new.simplices[wet_new]] = factor[group_new][:, None]
    scaling_deviation = np.where(present, np.abs(factor - 1.0), 0.0)
    # The walls push further species too, so that what the old cell holds at the end of the step is
    # what the new cell holds.
    dissolved = np.full((len(new.points), fields.dissolved.shape[1]), np.nan)
    for column, values in enumerate(fields.dissolved.T):
        moved = np.full(len(new.points), np.nan)
        moved[vertices] = interpolate(located, simplices, values)
        held = np.bincount(group_old, salt_content(old, values)[wet_old], len(owned))
        has = np.bincount(group_new, salt_content(new, moved)[wet_new], len(owned))
        ratio = np.where(has > 0.0, held / np.where(has > 0.0, has, 1.0), 1.0)
        scale = np.ones(len(new.points))
        scale[new.simplices[wet_new]] = ratio[group_new][:, None]
        dissolved[:, column] = moved * scale
    return TransferredFields(
        concentration * scale_of_salt,
        potential,
        correction=float(scaling_deviation @ found / found.sum()),
        pocket_correction=float(scaling_deviation.max(initial=0.0)),
        dissolved=dissolved,
    )


def _families(
    pools_old: Ints, pools_new: Ints, located: Located, new: Cell, wet: Ints, vertices: Ints
) -> tuple[Ints, Ints]:
    """Common labels for old and new simplices: pools that split or merge form one family.

    A pool that lies where there was no electrolyte belongs to the nearest old one.
    """
    nearest, inside = np.zeros(len(new.points), np.int64), np.zeros(len(new.points), bool)
    nearest[vertices], inside[vertices] = pools_old[located.simplex], located.inside
    child = np.repeat(pools_new, new.simplices.shape[1])
    corner = new.simplices[wet].ravel()
    mother = nearest[corner]
    known = inside[corner] | ~np.isin(child, child[inside[corner]])
    shift = int(pools_old.max(initial=-1)) + 1
    size = shift + int(pools_new.max(initial=-1)) + 1
    pairs = (np.ones(int(known.sum())), (mother[known], child[known] + shift))
    _, family = connected_components(coo_array(pairs, shape=(size, size)), directed=False)
    return family[pools_old], family[pools_new + shift]
