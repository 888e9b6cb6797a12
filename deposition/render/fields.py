"""Fields that a picture can show in colour, each with its unit, its location and its colour map.

All colour maps are perceptually uniform and monotonic in lightness, that of a signed field on
either side of zero, so that they can be read in grey and with any colour vision; all begin light,
so that lines and film remain visible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Colormap, ListedColormap
from numpy.typing import NDArray

from deposition.common.constants import (
    HOUR,
    LITRE,
    MA_PER_CM2,
    MAH_PER_CM2,
    MICROMOLE,
    MILLIVOLT,
    NANOMETRE,
    OHM_CM2,
)
from deposition.common.errors import ResultsError
from deposition.common.suggest import did_you_mean, listing
from deposition.mesh.cell import (
    COLLECTOR,
    DEAD_LITHIUM,
    LITHIUM,
    Floats,
    facet_measures,
    simplex_volumes,
)
from deposition.mesh.p1 import vertex_sum
from deposition.render.counter_connection import connected_to_counter
from deposition.render.mean_flux import mean_flux
from deposition.render.style import formula_in_type, perceptually_uniform_map
from deposition.results.snapshot import ElectrolyteSnapshot, Snapshot

ELECTROLYTE, SURFACE = "electrolyte", "surface"
WORKING = (LITHIUM, COLLECTOR)
_SALT = ("#fbf8dc", "#c4e3c6", "#7cc0c0", "#4a95b9", "#3a70aa", "#335096")
_FLUX = ("#fcf7ea", "#f8ddb0", "#f2b277", "#e28353", "#c3554a", "#8f3046")
_POTENTIAL = ("#f8f3ea", "#e6d2df", "#c9a9cf", "#a67fc0", "#8059ab", "#5c3a8f")


def concentration_map() -> ListedColormap:
    """Colour map of the concentration: pale straw (low) to deep blue (high)."""
    return perceptually_uniform_map("salt", _SALT)


def current_map() -> ListedColormap:
    """Colour map of current densities: perceptually uniform, pale to dark, without black."""
    return ListedColormap(colormaps["inferno_r"](np.linspace(0.04, 0.74, 256)), name="current")


def flux_map() -> ListedColormap:
    """Colour map of fluxes: pale (low) to deep red (high), lighter than the flux lines."""
    return perceptually_uniform_map("flux", _FLUX)


def _potential_map() -> ListedColormap:
    return perceptually_uniform_map("potential", _POTENTIAL)


def _film_map() -> ListedColormap:
    return ListedColormap(colormaps["cividis_r"](np.linspace(0.0, 1.0, 256)), name="film")


def _gain_map() -> ListedColormap:
    """Colour map of a gain, deep red, and a loss, deep purple, light at zero."""
    along = np.linspace(0.0, 1.0, 256)
    loss, gain = _potential_map()(along[::-1]), flux_map()(along)
    return ListedColormap(np.concatenate([loss, gain]), name="gain")


@dataclass(frozen=True)
class Field:
    """Field of a snapshot with its colour map.

    name      name on the command line
    label     label of the colour bar, with the unit
    place     ``ELECTROLYTE``: values (n,) at the vertices; ``SURFACE``: values (f,) on the facets
    values    function from a snapshot to the values, in the unit of the label
    colours   function that returns the colour map
    outside   fraction of volume or area, at either end, that the limits may exclude
    zero      if true, the limits always include zero
    on        kinds of electrodes whose surfaces show it
    signed    if true, the limits are symmetric about zero
    spans     if true, the colour bar states its range in percent of the mean
    """

    name: str
    label: str
    place: str
    values: Callable[[Snapshot], NDArray[Any]]
    colours: Callable[[], Colormap]
    outside: float = 0.0
    zero: bool = False
    signed: bool = False
    spans: bool = False
    on: tuple[str, ...] = WORKING

    def sampled(self, snapshot: Snapshot, top: float) -> tuple[Floats, Floats]:
        """Values that set the limits of a picture up to height ``top``, µm, and their weights.

        Weights are the volume or area of each value.  In the electrolyte, only the part connected
        to the counter electrode counts, because the concentration in a closing electrolyte pocket
        is arbitrary; on the surface, only the electrodes that show the field count.
        """
        if self.place == SURFACE:
            surface = snapshot.surface
            area = facet_measures(surface.points, surface.facets)
            return self.drawn(snapshot), area[surface.on(*self.on)]
        part = snapshot.electrolyte
        shown = connected_to_counter(snapshot) & (part.points[:, -1] <= top)
        return self.values(snapshot)[shown], volume_at_vertices(part)[shown]

    def drawn(self, snapshot: Snapshot, top: float = float("inf")) -> Floats:
        """Drawn values: in the electrolyte up to ``top``, µm, or on the electrodes that show the
        field."""
        values = self.values(snapshot)
        if self.place == ELECTROLYTE:
            return values[snapshot.electrolyte.points[:, -1] <= top]
        return values[snapshot.surface.on(*self.on)]


def volume_at_vertices(electrolyte: ElectrolyteSnapshot) -> Floats:
    """(n,) volume of the cells around each vertex, µm^d."""
    return _volume_weighted_sum(electrolyte, np.ones(len(electrolyte.simplices)))


def flux_at_vertices(electrolyte: ElectrolyteSnapshot) -> Floats:
    """(n,) |N₊| at the vertices, mol/(m² s): volume-weighted mean over the adjacent cells."""
    weighted = [_volume_weighted_sum(electrolyte, part) for part in electrolyte.flux.T]
    return np.asarray(np.linalg.norm(weighted, axis=0) / volume_at_vertices(electrolyte))


def _volume_weighted_sum(electrolyte: ElectrolyteSnapshot, values: Floats) -> Floats:
    """(n,) sum of volume times value (m,) over the cells around each vertex."""
    times_volume = values * simplex_volumes(electrolyte.points, electrolyte.simplices)
    return vertex_sum(electrolyte.simplices, times_volume, len(electrolyte.points))


def relative_flux_at_vertices(snapshot: Snapshot) -> Floats:
    """(n,) |N₊| at the vertices over the mean Li⁺ flux into the working electrode per projected
    area; 0 in a state without a net flux."""
    mean = mean_flux(snapshot)
    flux = flux_at_vertices(snapshot.electrolyte)
    return np.asarray(flux / mean if mean > 0.0 else np.zeros_like(flux), dtype=np.float64)


def dissolution(snapshot: Snapshot) -> Floats:
    """(f,) lithium that chemical reactions dissolve, mol/(m² s).

    Raises ``ResultsError`` if no reaction of this result exchanges lithium with the metal.
    """
    gained = snapshot.surface.chemical_rate
    if gained is None:
        raise ResultsError(
            "the field dissolution needs reactions that dissolve lithium, which this result does "
            "not record. Choose another field, or run a scenario with [[reactions]], such as "
            "dead-li-iodine, again [E525]"
        )
    return 0.0 - gained


def porous_lithium(snapshot: Snapshot) -> Floats:
    """(n,) dead lithium in the pores of a layer, mol/m³ of the layer.

    Raises ``ResultsError`` if this result has none.
    """
    lithium = snapshot.electrolyte.porous_lithium
    if lithium is None:
        raise ResultsError(
            "the field porous-lithium needs dead lithium in the pores of a layer, which this "
            "result does not record. Choose another field, or run a scenario with "
            "[separator.dead_lithium], such as mossy-li-iodine [E531]"
        )
    return lithium


def film_growth(snapshot: Snapshot) -> Floats:
    """(f,) growth of the thickness of all film, m/s, < 0 where reactions consume it.

    Raises ``ResultsError`` if nothing forms or consumes film in this result.
    """
    growth = snapshot.surface.sei_growth
    if growth is None:
        raise ResultsError(
            "the field film-growth needs reactions or growth laws that change the film, which this "
            "result does not record. Choose another field, or run a scenario such as "
            "li2o-cleaning, nitrate-film or sei-growth again [E526]"
        )
    return np.asarray(growth.sum(axis=1), dtype=np.float64)


CONCENTRATION = Field(
    "concentration", "Salt concentration (mol m$^{-3}$)", ELECTROLYTE,
    lambda s: s.electrolyte.concentration, concentration_map, outside=0.005,
    spans=True,
)  # fmt: skip
POTENTIAL = Field(
    "potential", "Electrolyte potential (mV)", ELECTROLYTE,
    lambda s: s.electrolyte.potential / MILLIVOLT, _potential_map, outside=0.005,
)  # fmt: skip
FLUX = Field(
    "flux", "Li$^+$ flux (µmol m$^{-2}$ s$^{-1}$)", ELECTROLYTE,
    lambda s: flux_at_vertices(s.electrolyte) / MICROMOLE, flux_map, outside=0.001, zero=True,
)  # fmt: skip
RELATIVE_FLUX = Field(
    "relative-flux", "Li$^+$ flux over its mean", ELECTROLYTE, relative_flux_at_vertices,
    flux_map, outside=0.001, zero=True,
)  # fmt: skip
CURRENT = Field(
    "current", "Current density (mA cm$^{-2}$)", SURFACE,
    lambda s: s.surface.current_density / MA_PER_CM2, current_map, outside=0.005, zero=True,
)  # fmt: skip
RESISTANCE = Field(
    "resistance", "Film resistance (Ω cm$^2$)", SURFACE,
    lambda s: s.surface.resistance / OHM_CM2, _film_map,
)  # fmt: skip
THICKNESS = Field(
    "thickness", "Film thickness (nm)", SURFACE,
    lambda s: s.surface.thickness / NANOMETRE, _film_map,
)  # fmt: skip
CHARGE = Field(
    "charge", "Charge passed (mAh cm$^{-2}$)", SURFACE,
    lambda s: s.surface.charge / MAH_PER_CM2, current_map, outside=0.005, zero=True,
)  # fmt: skip
DISSOLUTION = Field(
    "dissolution", "Dissolution (µmol m$^{-2}$ s$^{-1}$)", SURFACE,
    lambda s: dissolution(s) / MICROMOLE, flux_map, outside=0.005, zero=True,
    on=(*WORKING, DEAD_LITHIUM),
)  # fmt: skip
FILM_GROWTH = Field(
    "film-growth", "Film growth (nm h$^{-1}$)", SURFACE,
    lambda s: film_growth(s) * HOUR / NANOMETRE, _gain_map, outside=0.005, signed=True,
    on=(*WORKING, DEAD_LITHIUM),
)  # fmt: skip
POROUS_LITHIUM = Field(
    "porous-lithium", "Dead Li in pores (mol L$^{-1}$)", ELECTROLYTE,
    lambda s: porous_lithium(s) * LITRE, _film_map, zero=True,
)  # fmt: skip
FIELDS = {
    field.name: field
    for field in (
        RELATIVE_FLUX,
        CONCENTRATION,
        POTENTIAL,
        FLUX,
        CURRENT,
        RESISTANCE,
        THICKNESS,
        CHARGE,
    )
}


OF_REACTIONS = {field.name: field for field in (DISSOLUTION, FILM_GROWTH)}
"""Fields of results with reactions or growth of film; their values are refused for others."""

IN_LAYER = {POROUS_LITHIUM.name: POROUS_LITHIUM}
"""Fields of results with lithium in the pores of a layer; their values are refused for others."""


def named_field(name: str, snapshots: Sequence[Snapshot]) -> Field | None:
    """The field of a name: one of ``FIELDS``, ``OF_REACTIONS`` and ``IN_LAYER``, or the
    concentration of a dissolved species that all these snapshots have; None for another name."""
    known = FIELDS | OF_REACTIONS | IN_LAYER
    if name in known or name not in _species(snapshots):
        return known.get(name)
    label = f"{formula_in_type(name)} (mol m$^{{-3}}$)"

    def values(snapshot: Snapshot) -> Floats:
        return snapshot.electrolyte.dissolved[name]

    return Field(name, label, ELECTROLYTE, values, concentration_map, outside=0.005, spans=True)


def _species(snapshots: Sequence[Snapshot]) -> list[str]:
    """Dissolved species beside the salt that all snapshots have."""
    names = [list(snapshot.electrolyte.dissolved) for snapshot in snapshots]
    return [name for name in names[0] if all(name in others for others in names)]


FILM = "film"
"""Film components, each in its colour; no scalar field, hence not in ``FIELDS``."""


@dataclass(frozen=True)
class Shown:
    """Fields of a picture; ``electrolyte`` None: plain, ``surface`` None: film components."""

    electrolyte: Field | None
    surface: Field | None

    @classmethod
    def default(cls, snapshots: Sequence[Snapshot]) -> Shown:
        """Li⁺ flux over its mean in the electrolyte, or the concentration if there is no net flux;
        film (2D) or current density (3D) on the surface."""
        flows = any(mean_flux(snapshot) > 0.0 for snapshot in snapshots)
        electrolyte = RELATIVE_FLUX if flows else CONCENTRATION
        return cls(electrolyte, None if snapshots[0].dim == 2 else CURRENT)

    @classmethod
    def by_name(cls, name: str, snapshots: Sequence[Snapshot]) -> Shown:
        """Field of this name, with the default field of the other location.

        Raises ``ResultsError`` for an unknown name.
        """
        default = cls.default(snapshots)
        if name == FILM:
            return cls(default.electrolyte, None)
        field = named_field(name, snapshots)
        if field is None:
            known = (*FIELDS, *OF_REACTIONS, *IN_LAYER, *_species(snapshots), FILM)
            raise ResultsError(
                f'unknown field "{name}". Choose one of {listing(known)}.'
                f"{did_you_mean(name, known)} [E605]"
            )
        if field.place == ELECTROLYTE:
            return cls(field, default.surface)
        return cls(None if snapshots[0].dim == 2 else default.electrolyte, field)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Scalar fields of the picture."""
        return tuple(f for f in (self.electrolyte, self.surface) if f is not None)
