"""What a picture can show in colour: each field with its unit, its place and its colour map.

All colour maps are perceptually uniform and fall (or rise) in lightness all the way, so that they
read in grey and with any colour vision; all begin light, so that lines and film stand out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Colormap, ListedColormap
from numpy.typing import NDArray

from deposition.common.constants import MAH_PER_CM2
from deposition.common.errors import ResultsError
from deposition.common.suggest import did_you_mean, listing
from deposition.mesh.cell import Floats, facet_measures, simplex_volumes
from deposition.render.reach import reached
from deposition.render.style import even_map
from deposition.results.snapshot import ElectrolyteSnapshot, Snapshot

ELECTROLYTE, SURFACE = "electrolyte", "surface"
_SALT = ("#fbf8dc", "#c4e3c6", "#7cc0c0", "#4a95b9", "#3a70aa", "#335096")
_POTENTIAL = ("#f8f3ea", "#e6d2df", "#c9a9cf", "#a67fc0", "#8059ab", "#5c3a8f")
_OHM_CM2, _NANOMETRE, _MILLIVOLT, _MICROMOLE = 1e-4, 1e-9, 1e-3, 1e-6
EVEN = 1e-4
"""Salt that varies by less than this share of its mean is even."""


def concentration_map() -> ListedColormap:
    """The colour map of concentration: pale straw to deep blue, light where the salt is low."""
    return even_map("salt", _SALT)


def current_map() -> ListedColormap:
    """The colour map of currents: perceptually uniform, pale to dark, without black."""
    return ListedColormap(colormaps["inferno_r"](np.linspace(0.04, 0.74, 256)), name="current")


def _potential_map() -> ListedColormap:
    return even_map("potential", _POTENTIAL)


def _film_map() -> ListedColormap:
    return ListedColormap(colormaps["cividis_r"](np.linspace(0.0, 1.0, 256)), name="film")


@dataclass(frozen=True)
class Field:
    """One field.

    name      as the user asks for it
    label     as it stands at the colour bar, with the unit
    place     ``ELECTROLYTE``: values (n,) at its vertices; ``SURFACE``: values (f,) on the facets
    values    of a snapshot, in the unit of the label
    colours   makes the colour map
    outside   share of volume or area, at either end, that the limits may leave out
    zero      whether the limits always hold zero
    """

    name: str
    label: str
    place: str
    values: Callable[[Snapshot], NDArray[Any]]
    colours: Callable[[], Colormap]
    outside: float = 0.0
    zero: bool = False

    def sampled(self, snapshot: Snapshot, top: float) -> tuple[Floats, Floats]:
        """Values that the limits of a picture must hold, which reaches up to ``top`` µm, and the
        volume or area that each stands for.

        In the electrolyte those of the pools that reach the counter electrode (salt locked in a
        pool that is closing can be anything), on the surface those of the working electrode.
        """
        if self.place == SURFACE:
            surface = snapshot.surface
            area = facet_measures(surface.points, surface.facets)
            return self.drawn(snapshot), area[surface.on("lithium", "collector")]
        part = snapshot.electrolyte
        shown = reached(snapshot) & (part.points[:, -1] <= top)
        return self.values(snapshot)[shown], volume_at_vertices(part)[shown]

    def drawn(self, snapshot: Snapshot, top: float = float("inf")) -> Floats:
        """The values that a picture up to ``top`` shows: in the electrolyte, or on the working
        electrode."""
        values = self.values(snapshot)
        if self.place == ELECTROLYTE:
            return values[snapshot.electrolyte.points[:, -1] <= top]
        return values[snapshot.surface.on("lithium", "collector")]


def volume_at_vertices(electrolyte: ElectrolyteSnapshot) -> Floats:
    """(n,) the volume of the cells around each vertex, µm^d."""
    return _gathered(electrolyte, np.ones(len(electrolyte.simplices)))


def flux_at_vertices(electrolyte: ElectrolyteSnapshot) -> Floats:
    """(n,) |N₊| at the vertices: the mean of the cells around each, by volume; mol/(m² s)."""
    mean = [_gathered(electrolyte, part) for part in electrolyte.flux.T]
    return np.asarray(np.linalg.norm(mean, axis=0) / volume_at_vertices(electrolyte))


def _gathered(electrolyte: ElectrolyteSnapshot, values: Floats) -> Floats:
    """(n,) the sum of volume times value (m,) over the cells around each vertex."""
    times_volume = values * simplex_volumes(electrolyte.points, electrolyte.simplices)
    corners = electrolyte.simplices.shape[1]
    return np.bincount(
        electrolyte.simplices.ravel(),
        weights=np.repeat(times_volume, corners),
        minlength=len(electrolyte.points),
    ).astype(np.float64)


CONCENTRATION = Field(
    "concentration", "Salt concentration (mol m$^{-3}$)", ELECTROLYTE,
    lambda s: s.electrolyte.concentration, concentration_map, outside=0.005,
)  # fmt: skip
POTENTIAL = Field(
    "potential", "Electrolyte potential (mV)", ELECTROLYTE,
    lambda s: s.electrolyte.potential / _MILLIVOLT, _potential_map, outside=0.005,
)  # fmt: skip
FLUX = Field(
    "flux", "Li$^+$ flux (µmol m$^{-2}$ s$^{-1}$)", ELECTROLYTE,
    lambda s: flux_at_vertices(s.electrolyte) / _MICROMOLE, current_map, outside=0.001, zero=True,
)  # fmt: skip
CURRENT = Field(
    "current", "Current density (A m$^{-2}$)", SURFACE,
    lambda s: s.surface.current_density, current_map, outside=0.005, zero=True,
)  # fmt: skip
RESISTANCE = Field(
    "resistance", "Film resistance (Ω cm$^2$)", SURFACE,
    lambda s: s.surface.resistance / _OHM_CM2, _film_map,
)  # fmt: skip
THICKNESS = Field(
    "thickness", "Film thickness (nm)", SURFACE,
    lambda s: s.surface.thickness / _NANOMETRE, _film_map,
)  # fmt: skip
CHARGE = Field(
    "charge", "Charge passed (mAh cm$^{-2}$)", SURFACE,
    lambda s: s.surface.charge / MAH_PER_CM2, current_map, outside=0.005, zero=True,
)  # fmt: skip
FIELDS = {
    field.name: field
    for field in (CONCENTRATION, POTENTIAL, FLUX, CURRENT, RESISTANCE, THICKNESS, CHARGE)
}
FILM = "film"
"""The components of the film, each in its colour: not a number, so not one of ``FIELDS``."""


@dataclass(frozen=True)
class Shown:
    """The fields of a picture; None in the electrolyte: plain, on the surface: the film."""

    electrolyte: Field | None
    surface: Field | None

    @classmethod
    def usual(cls, dim: int) -> Shown:
        """Salt in the electrolyte; on the surface the film (2D) or the current density (3D)."""
        return cls(CONCENTRATION, None if dim == 2 else CURRENT)

    @classmethod
    def of(cls, snapshots: Sequence[Snapshot]) -> Shown:
        """The usual fields; in 2D a plain electrolyte where the salt of all of them is even, as
        with the ohmic law: one colour says nothing."""
        usual = cls.usual(snapshots[0].dim)
        salt = [snapshot.electrolyte.concentration for snapshot in snapshots]
        even = all(np.ptp(values) < EVEN * values.mean() for values in salt)
        return cls(None, usual.surface) if even and snapshots[0].dim == 2 else usual

    @classmethod
    def asked(cls, name: str, dim: int) -> Shown:
        """The field of this name, and beside it what goes with it.

        Raises ``ResultsError`` for an unknown name.
        """
        if name == FILM:
            return cls(CONCENTRATION, None)
        if name not in FIELDS:
            known = (*FIELDS, FILM)
            raise ResultsError(
                f'no field "{name}": there are {listing(known)}.{did_you_mean(name, known)} [E605]'
            )
        field, usual = FIELDS[name], cls.usual(dim)
        if field.place == ELECTROLYTE:
            return cls(field, usual.surface)
        return cls(None if dim == 2 else usual.electrolyte, field)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Those that are numbers."""
        return tuple(f for f in (self.electrolyte, self.surface) if f is not None)
