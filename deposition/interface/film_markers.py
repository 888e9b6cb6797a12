"""Markers of the surface, which carry conserved amounts of film along its normals.

A marker is a point of the surface with amounts: of each component of the film the area that it
covers and its volume.  Initially the markers lie regularly, at the middles of equal parts of each
facet; random places would cost 1 to 3 % of the roughness of a deposit.

``moved``   by the advance s of its facet along the normal n of the surface, x + s n;
``overrun`` a marker whose way ends behind the advance of another side of the surface: the surface
            there is a kink that moves as Huygens' construction says, and what it overruns is buried
            with it.  Another side is one that faces it, with a normal that differs by more than the
            angle of a kink (``shock_cosine``).  On smooth surface of radius r such facets lie an
            angle of that size away, far beyond the reach of a step, so that smooth surface
            compresses or stretches film and never buries it.
``landed``  on the nearest facet of the new surface that has a similar normal.  Near enough means
            within ``landing_reach``; a marker that is not has lost its surface (a gap that closed)
            and is buried too.

Source: characteristics and shocks of |∇T| s = 1, Osher & Sethian, J. Comput. Phys. 79 (1988) 12.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from deposition.interface.numerics import NUMERICS, InterfaceNumerics
from deposition.interface.surface_sides import SurfaceSides
from deposition.mesh.cell import Floats, Ints, Mask
from deposition.mesh.distance import Pairs, argmin_by_point, near_pairs, nearest_on_facet


@dataclass(frozen=True, eq=False)
class FilmMarkers:
    """Points of a surface that carry film.

    place   (m, d) µm
    facet   (m,) index of the facet on which it lies, into the surface of the state
    area    (m, k) area of each component, µm^(d-1)
    volume  (m, k) volume of each component, µm^(d-1) m: area times thickness
    relaxed (m,) area at which the film formed, without strain, µm^(d-1)
    """

    place: Floats
    facet: Ints
    area: Floats
    volume: Floats
    relaxed: Floats

    @classmethod
    def none(cls) -> FilmMarkers:
        """No markers: film that does not travel."""
        nothing = np.empty((0, 0))
        return cls(nothing, np.empty(0, np.int64), nothing, nothing, np.empty(0))

    @property
    def count(self) -> int:
        """Number of markers."""
        return len(self.place)

    @property
    def amounts(self) -> Floats:
        """(m, 2k) areas, then volumes."""
        return np.concatenate([self.area, self.volume], axis=1)

    def only(self, chosen: Mask) -> FilmMarkers:
        """The chosen markers (m,)."""
        return FilmMarkers(*(getattr(self, f.name)[chosen] for f in fields(self)))

    def with_others(self, others: FilmMarkers) -> FilmMarkers:
        """These markers and others."""
        both = ((getattr(self, f.name), getattr(others, f.name)) for f in fields(self))
        return FilmMarkers(*map(np.concatenate, both))


ROUNDING = 1e-12
"""Share of an amount that is rounding where it is all that is left."""


def without_rounding(amount: Floats, before: Floats) -> Floats:
    """Amounts of which all was taken, without what rounding left of those before."""
    return np.where(np.abs(amount) <= ROUNDING * before, 0.0, amount)


def stratified(
    corners: Floats, facet: Ints, area: Floats, volume: Floats, parts: int
) -> FilmMarkers:
    """Markers at the middles of equal parts of facets, which share the amounts of their facet.

    corners (q, d, d) µm, facet (q,) index of each in its surface, area and volume (q, k) on it
    """
    weights = facet_parts(corners.shape[1], parts)
    each, count = len(weights), len(facet)
    places = np.einsum("sj,fjk->fsk", weights, corners).reshape(count * each, -1)
    areas, volumes = (np.repeat(amount / each, each, axis=0) for amount in (area, volume))
    return FilmMarkers(places, np.repeat(facet, each), areas, volumes, areas.sum(axis=1))


def facet_parts(corners: int, parts: int) -> Floats:
    """(s, d) barycentric coordinates of the middles of equal parts of a segment or triangle.

    parts: of each edge
    """
    if corners == 2:
        along = (np.arange(parts) + 0.5) / parts
        return np.column_stack([along, 1.0 - along])
    # A triangle in n² equal ones: n (n + 1)/2 upright, n (n - 1)/2 inverted.
    upright = [(i + 1 / 3, j + 1 / 3) for i in range(parts) for j in range(parts - i)]
    inverted = [(i + 2 / 3, j + 2 / 3) for i in range(parts - 1) for j in range(parts - 1 - i)]
    two = np.array(upright + inverted) / parts
    return np.column_stack([two, 1.0 - two.sum(axis=1)])


def coordinates(places: Floats, corners: Floats) -> Floats:
    """(m, d) barycentric coordinates, clipped to the facet, of places (m, d) on facets with
    ``corners`` (m, d, d)."""
    edges = corners[:, 1:] - corners[:, :1]
    metric = np.einsum("mid,mjd->mij", edges, edges)
    rise = np.einsum("mid,md->mi", edges, places - corners[:, 0])
    others = np.linalg.solve(metric, rise[..., None])[..., 0]
    weight = np.clip(np.column_stack([1.0 - others.sum(axis=1), others]), 0.0, 1.0)
    return np.asarray(weight / weight.sum(axis=1, keepdims=True), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class MarkerPaths:
    """The way of each marker in a step.

    side (m,) its facet among the sides of the old surface; start, end (m, d) µm; normal (m, d) unit
    normal of growth at its start; advance (m,) µm
    """

    side: Ints
    start: Floats
    end: Floats
    normal: Floats
    advance: Floats


def moved(markers: FilmMarkers, old: SurfaceSides, advance: Floats) -> MarkerPaths:
    """Move the markers by the advance (f,) of the facets of the surface, µm, along its normal."""
    side = np.searchsorted(old.chosen, markers.facet)
    weight = coordinates(markers.place, old.corners[side])
    normal, own = old.normal_at(side, weight), advance[markers.facet]
    return MarkerPaths(side, markers.place, markers.place + own[:, None] * normal, normal, own)


def overrun(
    paths: MarkerPaths,
    old: SurfaceSides,
    advance: Floats,
    numerics: InterfaceNumerics = NUMERICS,
) -> Mask:
    """(m,) markers that another side of the surface overruns; advance (f,) of the facets, µm."""
    corners = np.concatenate([old.corners, old.image_corners])
    growth = np.concatenate([old.growth, old.image_growth])
    every = np.concatenate([advance[old.chosen], advance[old.chosen][old.image]])
    furthest = float(np.abs(every).max(initial=0.0))
    pairs = near_pairs(paths.end, corners, furthest)
    marker, other = pairs.point, pairs.facet
    # Another side, in the direction of motion (a receding surface moves against its growth).
    faster = np.where(
        np.abs(every[other]) > np.abs(paths.advance[marker]), every[other], paths.advance[marker]
    )
    way = np.where(faster < 0.0, -1.0, 1.0)[:, None]
    own_normal, its_normal = way * old.growth[paths.side[marker]], way * growth[other]
    kinked = np.einsum("ij,ij->i", own_normal, its_normal) < numerics.shock_cosine[corners.shape[2]]
    marker, other, way = marker[kinked], other[kinked], way[kinked, 0]
    own_normal, its_normal = own_normal[kinked], its_normal[kinked]
    start, end, its = paths.start[marker], paths.end[marker], corners[other]
    # Both face each other: the start lies before the other side, and that before the own one.
    rounding = 1e-9 * np.linalg.norm(its[:, 1] - its[:, 0], axis=1)
    ahead = np.einsum("ij,ij->i", start - nearest_on_facet(start, its), its_normal) >= -rounding
    faces = np.einsum("ij,ij->i", its.mean(axis=1) - start, own_normal) > rounding
    # Overrun: nearer to the other side than its advance, or already behind it.
    off = end - nearest_on_facet(end, its)
    distance, height = np.linalg.norm(off, axis=1), np.einsum("ij,ij->i", off, its_normal)
    beside = distance - np.abs(height) > rounding
    allowance = numerics.overrun_tolerance * np.abs(every[other])
    near = distance < way * every[other] - allowance
    behind = (height < -rounding) & ~beside
    buried = np.zeros(len(paths.end), dtype=bool)
    buried[marker[ahead & faces & (near | behind)]] = True
    return buried


def landed(
    markers: FilmMarkers,
    end: Floats,
    normal: Floats,
    new: SurfaceSides,
    edge: Floats,
    numerics: InterfaceNumerics = NUMERICS,
) -> tuple[FilmMarkers, Mask]:
    """The markers on the new surface, and (m,) those that found none.

    end (m, d) of their ways, µm; normal (m, d) of growth; edge (s,) edge length of the new facets,
    µm
    """
    within = numerics.landing_reach * edge
    pairs = near_pairs(end, new.corners, float(within.max(initial=0.0)))
    alike = np.einsum("ij,ij->i", normal[pairs.point], new.growth[pairs.facet]) > 0.0
    good = alike & (pairs.distance < within[pairs.facet])
    chosen = Pairs(pairs.point[good], pairs.facet[good], pairs.distance[good])
    nearest = argmin_by_point(chosen, chosen.distance, markers.count)
    lost = nearest < 0
    place = nearest_on_facet(end, new.corners[nearest])
    return replace(markers, place=place, facet=new.chosen[nearest]), lost


def divided(
    markers: FilmMarkers,
    spacing: Floats,
    length: float,
    sides: SurfaceSides,
    edge: Floats,
    numerics: InterfaceNumerics = NUMERICS,
) -> FilmMarkers:
    """Divide the markers whose ``spacing`` (m,) exceeds ``length`` (µm): in two in 2D, in four in
    3D, a quarter of the spacing to either side, at most half of the length.

    edge (s,) edge length of the facets, µm.  One that would leave the surface stays where it was.
    """
    wide = spacing > length
    one, rest = markers.only(wide), markers.only(~wide)
    side = np.searchsorted(sides.chosen, one.facet)
    corners, normal = sides.corners[side], sides.growth[side]
    along = corners[:, 1] - corners[:, 0]
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    axes = [along] if corners.shape[2] == 2 else [along, np.cross(normal, along)]
    shifts = [np.zeros_like(along)]
    for axis in axes:
        quarter = np.minimum(0.25 * spacing[wide], 0.5 * length)[:, None] * axis
        shifts = [shift + sign * quarter for shift in shifts for sign in (-1.0, 1.0)]
    parts = {name: getattr(one, name) / len(shifts) for name in ("area", "volume", "relaxed")}
    share = replace(one, **parts)
    for shift in shifts:
        part, lost = landed(share, one.place + shift, normal, sides, edge, numerics)
        place = np.where(lost[:, None], one.place, part.place)
        facet = np.where(lost, one.facet, part.facet)
        rest = rest.with_others(replace(share, place=place, facet=facet))
    return rest
