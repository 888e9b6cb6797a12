"""One recorded state as plain arrays, for pictures and comparisons.

``recorders.snapshots.snapshot_of`` makes a ``Snapshot`` of a ``State``, ``Result.snapshot`` reads
one from a results folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from deposition.common.constants import MAH_PER_CM2
from deposition.mesh.cell import SEPARATOR, Cell, Floats, Ints, Mask
from deposition.mesh.growth_axis import UPWARDS, GrowthAxis
from deposition.mesh.surface import ELECTRODES


@dataclass(frozen=True, eq=False)
class ElectrolyteSnapshot:
    """Electrolyte mesh and its fields.

    points         (n, d)      µm
    simplices      (m, d + 1)  vertex indices into ``points``
    concentration  (n,)        mol/m³
    potential      (n,)        V
    flux           (m, d)      Li⁺ flux in each simplex, mol/(m² s)
    dissolved                  (n,) concentration of each further dissolved species, mol/m³, by name
    region         (m,)        index into ``regions``; None unless a separator is a region
    regions                    region names of the cell
    porous_lithium (n,)        dead lithium in the pores of a layer, mol/m³ of the layer, 0
                               elsewhere; None without it
    """

    points: Floats
    simplices: Ints
    concentration: Floats
    potential: Floats
    flux: Floats
    dissolved: Mapping[str, Floats] = field(default_factory=dict)
    region: Ints | None = None
    regions: tuple[str, ...] = ()
    porous_lithium: Floats | None = None

    @property
    def separator(self) -> Ints:
        """(k, d + 1) simplices of the region ``separator``."""
        if self.region is None or SEPARATOR not in self.regions:
            return self.simplices[:0]
        return self.simplices[self.region == self.regions.index(SEPARATOR)]


@dataclass(frozen=True, eq=False)
class SurfaceSnapshot:
    """All electrode surfaces, one row per facet.

    points           (p, d)  µm
    facets           (f, d)  vertex indices into ``points``
    electrode        (f,)    index into ``surface.ELECTRODES``
    current_density  (f,)    i_n, A/m², > 0 when depositing
    resistance       (f,)    SEI resistance, ohm m²
    thickness        (f,)    mean film thickness, m
    charge           (f,)    charge passed, C/m²
    fractions        (f, k)  area fraction of each SEI component
    body             (f,)    label of the metal body; -1 on the counter electrode
    films                    names of the k components
    volumes          (f, k)  volume of each SEI component per area of the facet, m; None in results
                             of earlier versions
    chemical_rate    (f,)    lithium gained by chemical reactions, mol/(m² s); None without them
    sei_growth       (f, k)  volume of each SEI component that forms per area and time, m/s, < 0
                             where it is consumed; None where no reaction or growth law changes it
    """

    points: Floats
    facets: Ints
    electrode: Ints
    current_density: Floats
    resistance: Floats
    thickness: Floats
    charge: Floats
    fractions: Floats
    body: Ints
    films: tuple[str, ...]
    volumes: Floats | None = None
    chemical_rate: Floats | None = None
    sei_growth: Floats | None = None

    @property
    def film(self) -> Ints:
        """(f,) index into ``films`` of the component with the largest area fraction."""
        return np.argmax(self.fractions, axis=1)

    def on(self, *electrodes: str) -> Mask:
        """(f,) mask of the facets of these electrodes."""
        return np.isin(self.electrode, [ELECTRODES.index(name) for name in electrodes])


@dataclass(frozen=True, eq=False)
class BodiesSnapshot:
    """Metal mesh: lithium, collector, dead lithium.

    points     (q, d)      µm
    simplices  (b, d + 1)  vertex indices into ``points``
    region     (b,)        index into ``regions``
    body       (b,)        label of the connected metal body
    regions                region names of the cell (``dead_lithium:left`` keeps its name)
    """

    points: Floats
    simplices: Ints
    region: Ints
    body: Ints
    regions: tuple[str, ...]

    def named(self, region: str) -> Mask:
        """(b,) mask of the simplices in the region of exactly this name."""
        wanted = self.regions.index(region) if region in self.regions else -1
        return self.region == wanted

    def as_cell(self) -> Cell:
        """The metal as a ``Cell`` without named boundaries, for ``morphology``."""
        none = np.empty((0, self.points.shape[1]), dtype=np.int64)
        return Cell(self.points, self.simplices, self.region, self.regions, none, none[:, 0], ())


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The cell at one recorded time.

    step       number of the time step
    time       s
    capacity   net areal charge per projected area, C/m²
    voltage    cell voltage, V
    void_area  electrolyte enclosed by metal, µm^d
    growth     axis along which the deposit grows; of the points as they are
    """

    step: int
    time: float
    capacity: float
    voltage: float
    void_area: float
    electrolyte: ElectrolyteSnapshot
    surface: SurfaceSnapshot
    bodies: BodiesSnapshot
    growth: GrowthAxis = UPWARDS

    def upright(self) -> Snapshot:
        """The same state turned so that the growth axis is the last coordinate, for pictures and
        profiles."""
        turned, electrolyte = self.growth.turned, self.electrolyte
        if self.growth.is_upwards:
            return self
        return replace(
            self,
            electrolyte=replace(
                electrolyte, points=turned(electrolyte.points), flux=turned(electrolyte.flux)
            ),
            surface=replace(self.surface, points=turned(self.surface.points)),
            bodies=replace(self.bodies, points=turned(self.bodies.points)),
            growth=UPWARDS,
        )

    @property
    def dim(self) -> int:
        """2 or 3."""
        return self.electrolyte.points.shape[1]

    @property
    def bounds(self) -> Floats:
        """(2, d) lowest and highest coordinates of the whole cell, µm."""
        points = np.concatenate([self.electrolyte.points, self.bodies.points])
        return np.stack([points.min(axis=0), points.max(axis=0)])

    @property
    def capacity_mAh_cm2(self) -> float:
        """Net areal charge per projected area, mAh/cm²."""
        return self.capacity / MAH_PER_CM2
