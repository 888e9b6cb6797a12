"""Names of the groups of a geometry file: mapped by ``geometry.tags``, or of other programs.

A group has a name, a number, or both.  ``geometry.tags`` states names of the contract for either:
1 = "electrolyte", anode = "lithium", 7 = ["counter", "sei:LiF"].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from deposition.common.errors import GeometryError
from deposition.common.suggest import did_you_mean, listing
from deposition.geometry.tagged import Block, TaggedMesh
from deposition.mesh.cell import COUNTER
from deposition.mesh.contract_names import is_boundary_name, is_region_name

TagTable = Mapping[str, tuple[str, ...]]
"""Names of the contract by the number or the name of a group."""

NO_TAGS: TagTable = MappingProxyType({})

MOST_LISTED = 12
"""Number of groups that a message lists."""


def names_of_group(name: str, number: int | None, codim: int, tags: TagTable) -> tuple[str, ...]:
    """Names of one group: those of the table that belong to its dimension, else its own.

    codim  0 for regions, 1 for boundaries
    """
    for label in (name, str(number)):
        fitting = tuple(n for n in tags.get(label, ()) if _belongs_to(n, codim))
        if fitting:
            return fitting
    return (name,)


def _belongs_to(name: str, codim: int) -> bool:
    return (codim == 0 and is_region_name(name)) or (codim == 1 and is_boundary_name(name))


def check_tags(mesh: TaggedMesh, tags: TagTable) -> None:
    """Raise GeometryError for an entry of the table that no group answers to."""
    for label, names in tags.items():
        for name in names:
            dim = mesh.dim if is_region_name(name) else mesh.dim - 1
            if not any(block.dim == dim and label in block.labels for block in mesh.blocks):
                kind = {1: "curves", 2: "surfaces", 3: "volumes"}[dim]
                found = sorted(
                    {o for b in mesh.blocks if b.dim == dim for o in b.labels if o}, key=_order
                )
                more = ", …" if len(found) > MOST_LISTED else ""
                raise GeometryError(
                    f'geometry.tags.{label} = "{name}": no group of {kind} has this number or '
                    f"name. Groups of {kind}: {listing(found[:MOST_LISTED]) or 'none'}{more}. "
                    "Correct the entry, or remove it. [E155]"
                )


def _order(label: str) -> tuple[int, str]:
    """Numbers in their order, then names."""
    return (int(label), "") if is_number(label) else (10**9, label)


def is_number(label: str) -> bool:
    """True for the number of a group; families of MED files have negative ones."""
    return label.removeprefix("-").isdecimal()


def without_foreign_names(mesh: TaggedMesh) -> tuple[TaggedMesh, tuple[str, ...]]:
    """The mesh without names that are none of the contract, and what was left out.

    Other programs add sets of their own ("all", "Set-1", "walls").  A name stays, and is then an
    error, where it may be a name of the contract that is misspelt: the only name of a region, one
    with a colon, one like "counter" where no boundary has that name.
    """
    has_counter = any(COUNTER in block.names for block in mesh.blocks)
    ignored: dict[str, None] = {}
    blocks = []
    for block in mesh.blocks:
        codim = mesh.dim - block.dim
        known = [name for name in block.names if is_region_name(name) or is_boundary_name(name)]
        kept = []
        for name in block.names:
            only = codim == 0 and not known
            misspelt = codim == 1 and not has_counter and did_you_mean(name, [COUNTER]) != ""
            if name in known or only or misspelt or ":" in name:
                kept.append(name)
            else:
                ignored[f'"{name}"' if name else _numbers(block)] = None
        blocks.append(replace(block, names=tuple(kept)))
    return TaggedMesh(mesh.points, tuple(blocks)), tuple(ignored)


def _numbers(block: Block) -> str:
    return f"{listing(label for label in block.labels if is_number(label))} ({block.where})"


def ignored_text(ignored: Iterable[str]) -> str:
    """The warning of names that were left out."""
    names = list(ignored)
    shown = listing(names[:MOST_LISTED]) + (", …" if len(names) > MOST_LISTED else "")
    return (
        f"these groups have no name of the contract and are ignored: {shown}. State "
        'geometry.tags, as in {7 = "counter"}, if one of them is a region or a boundary'
    )
