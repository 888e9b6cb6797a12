"""Facets of a surface with their normals at the corners, one-sided at kinks and mirrored at walls.

The normal of a facet at one of its corners is the mean over the facets around the corner whose
normals differ from its own by no more than the angle of a kink: smooth surface has one normal at a
vertex, the two sides of a kink have one each.  In 2D the weights are 1/length, which gives the
normal of the circle through the vertex and its neighbours; in 3D they are the areas.

A side wall of the box is a mirror: the images of the facets that touch it count as facets, so that
a surface meets a wall smoothly, or in a kink with its own image.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.mesh.cell import COUNTER, Cell, Floats, Ints, Mask, facet_normals
from deposition.mesh.surface import Surface


@dataclass(frozen=True, eq=False)
class SurfaceSides:
    """The chosen facets of a surface, with their images in the walls.

    chosen         (s,) index of each facet in ``Surface``
    corners        (s, d, d) µm
    growth         (s, d) unit normal of growth, from the metal into the electrolyte
    corner_normal  (s, d, d) unit normal of growth at each corner
    image          (i,) facet that each image mirrors; image_corners (i, d, d), image_growth (i, d)
    """

    chosen: Ints
    corners: Floats
    growth: Floats
    corner_normal: Floats
    image: Ints
    image_corners: Floats
    image_growth: Floats

    @classmethod
    def of(
        cls, cell: Cell, surface: Surface, on: Mask, numerics: InterfaceNumerics = NUMERICS
    ) -> SurfaceSides:
        """The facets ``on`` (f,) of the surface of a cell."""
        facets, growth = surface.facets[on], -surface.normal[on]
        corners = cell.points[facets]
        weight = 1.0 / surface.area[on] if cell.dim == 2 else surface.area[on]
        vertex, image, across = _mirrors(cell, facets)
        # x' = x - 2 [(x - x_v)·w] w, and the normal likewise.
        apart = corners[image] - cell.points[vertex][:, None]
        mirrored = corners[image] - 2.0 * np.einsum("icd,id,ie->ice", apart, across, across)
        turned = growth[image] - 2.0 * np.einsum("id,id,ie->ie", growth[image], across, across)
        # All facets and images around a vertex, in the order of the vertices.
        around = np.concatenate([facets.ravel(), vertex])
        normals = np.concatenate([np.repeat(growth, cell.dim, axis=0), turned])
        weights = np.concatenate([np.repeat(weight, cell.dim), weight[image]])
        least = numerics.shock_cosine[cell.dim]
        normal = _one_sided(facets, growth, around, normals, weights, least)
        return cls(np.flatnonzero(on), corners, growth, normal, image, mirrored, turned)

    def normal_at(self, facet: Ints, weight: Floats) -> Floats:
        """(m, d) unit normal of growth at points with barycentric coordinates ``weight`` (m, d)."""
        mean = np.einsum("mc,mcd->md", weight, self.corner_normal[facet])
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), dtype=np.float64)


def _mirrors(cell: Cell, facets: Ints) -> tuple[Ints, Ints, Floats]:
    """(i,) vertex on a wall, (i,) facet that touches it, (i, d) unit normal of the wall."""
    table, on_surface = cell.all_facets, np.unique(facets)
    outer = table.outer()
    counter = table.find(cell.named_facets(COUNTER))
    outer[counter[counter >= 0]] = False
    walls = table.vertices[outer]
    walls = walls[np.isin(walls, on_surface).any(axis=1)]
    normal = facet_normals(cell.points, walls)
    # A mirror has no sides: the first component that is not small is positive.
    leading = np.take_along_axis(normal, (np.abs(normal) > 0.1).argmax(axis=1)[:, None], axis=1)
    normal = normal * np.sign(leading)
    vertex, normal = walls.ravel(), np.repeat(normal, cell.dim, axis=0)
    alike = np.column_stack([vertex, np.round(normal, 2)])
    _, first = np.unique(alike, axis=0, return_index=True)
    first = first[np.isin(vertex[first], on_surface)]
    vertex, normal = vertex[first], normal[first]
    pair, entry = _joined(vertex, facets.ravel())
    return vertex[pair], entry // cell.dim, normal[pair]


def _one_sided(
    facets: Ints, growth: Floats, around: Ints, normals: Floats, weights: Floats, least: float
) -> Floats:
    """(s, d, d) normals of facets (s, d) at their corners: means of the ``normals`` (e, d) of
    entries at the same vertex, ``around`` (e,), that are within the angle of cosine ``least``."""
    corner, entry = _joined(facets.ravel(), around)
    own = np.repeat(growth, facets.shape[1], axis=0)
    same = np.einsum("ij,ij->i", own[corner], normals[entry]) >= least
    corner, entry = corner[same], entry[same]
    total = np.zeros_like(own)
    np.add.at(total, corner, weights[entry, None] * normals[entry])
    total /= np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(total.reshape(*facets.shape, facets.shape[1]), dtype=np.float64)


def _joined(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """All pairs (i, j) with one[i] == other[j]."""
    order = np.argsort(other, kind="stable")
    first = np.searchsorted(other[order], one, side="left")
    count = np.searchsorted(other[order], one, side="right") - first
    begin = np.repeat(first - (np.cumsum(count) - count), count)
    return np.repeat(np.arange(len(one)), count), order[begin + np.arange(count.sum())]
