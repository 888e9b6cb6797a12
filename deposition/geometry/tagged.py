"""A mesh as a file gives it: points, and blocks of elements that carry the names of their groups.

Both readers (Gmsh and meshio) make a ``TaggedMesh``; ``build.build_cell`` turns it into a ``Cell``.
"""

from __future__ import annotations

from dataclasses import dataclass

from deposition.cell import Floats, Ints


@dataclass(frozen=True, eq=False)
class Block:
    """Elements that belong together: those of one Gmsh entity, or of one group of a mesh file.

    dim      1 curves, 2 surfaces, 3 volumes
    corners  (k, dim + 1) vertex indices
    names    names of all groups that the block is in; a group without a name counts as ""
    where    what to call the block in a message: ``surface 3``, ``group 2``
    """

    dim: int
    corners: Ints
    names: tuple[str, ...]
    where: str


@dataclass(frozen=True, eq=False)
class TaggedMesh:
    """points (n, 3) in µm, and the blocks of all dimensions."""

    points: Floats
    blocks: tuple[Block, ...]

    @property
    def dim(self) -> int:
        """The largest dimension that has elements; 0 for an empty mesh."""
        return max((block.dim for block in self.blocks if len(block.corners)), default=0)

    def locate(self, block: Block) -> str:
        """The block and where it lies: ``surface 3 (x 0 to 40, y -3 to 0 µm)``."""
        if len(block.corners) == 0:
            return block.where
        corners = self.points[block.corners].reshape(-1, 3)
        low, high = corners.min(axis=0), corners.max(axis=0)
        spans = [
            f"{axis} {a:.4g} to {b:.4g}"
            for axis, a, b in zip("xyz"[: max(self.dim, 2)], low, high, strict=False)
        ]
        return f"{block.where} ({', '.join(spans)} µm)"
