"""Meshes as read from a file: points, and blocks of elements with the names of their groups.

Both readers (Gmsh and meshio) return a ``TaggedMesh``; ``build.build_cell`` converts it to a
``Cell``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from deposition.geometry.extent import span
from deposition.mesh.cell import Floats, Ints

SAME_POINT = 1e-8
"""Distance below which points coincide, relative to the size of the box."""


@dataclass(frozen=True, eq=False)
class Block:
    """Elements of one Gmsh entity, or of one combination of groups of a mesh file.

    dim      1 curves, 2 surfaces, 3 volumes
    corners  (k, dim + 1) vertex indices
    names    names of all groups of the block; "" for a group without a name
    where    name of the block in messages: ``surface 3``, ``group 2``
    labels   names and numbers of its groups as the file has them
    """

    dim: int
    corners: Ints
    names: tuple[str, ...]
    where: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class TaggedMesh:
    """Points (n, 3), µm, and blocks of all dimensions."""

    points: Floats
    blocks: tuple[Block, ...]

    @property
    def dim(self) -> int:
        """Highest dimension with elements; 0 for an empty mesh."""
        return max((block.dim for block in self.blocks if len(block.corners)), default=0)

    def locate(self, block: Block) -> str:
        """Name and bounding box of a block: ``surface 3 (x 0 to 40, y -3 to 0 µm)``."""
        if len(block.corners) == 0:
            return block.where
        corners = self.points[block.corners][..., : max(self.dim, 2)]
        return f"{block.where} ({span(corners)})"


def merge_points(points: Floats) -> Ints:
    """(n,) index of the first point that coincides with each point (n, 3)."""
    size = np.ptp(points, axis=0).max()
    pairs = cKDTree(points).query_pairs(SAME_POINT * size, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), pairs.T), shape=(len(points), len(points)))
    _, label = connected_components(graph, directed=False)
    _, first = np.unique(label, return_index=True)
    return first[label]
