"""Array names of the recorded files; conversion between a ``Snapshot`` and its three grids.

Coordinates are in µm.  VTK stores three coordinates: 2D points and vectors get z = 0.  SEI
components, regions and electrodes are stored as integer codes; the field data maps each name to its
code (``Film component: LiF`` = 0, ``Region: lithium`` = 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from deposition.common.constants import HOUR, MAH_PER_CM2, NANOMETRE, OHM_CM2
from deposition.common.errors import ResultsError
from deposition.mesh.cell import Floats, Ints
from deposition.mesh.surface import ELECTRODES
from deposition.results.snapshot import (
    BodiesSnapshot,
    ElectrolyteSnapshot,
    Snapshot,
    SurfaceSnapshot,
)
from deposition.results.vtu import Grid

SERIES = ("electrolyte", "surface", "bodies")

CONCENTRATION = "Concentration [mol/m^3]"
POTENTIAL = "Potential [V]"
FLUX = "Li+ flux [mol/m^2/s]"
CONCENTRATION_OF = "Concentration of "
CHEMICAL_RATE = "Lithium gained by reactions [mol/m^2/s]"
CURRENT = "Current density [A/m^2]"
RESISTANCE = "Film resistance [ohm cm^2]"
THICKNESS = "Film thickness [nm]"
CHARGE = "Charge passed [mAh/cm^2]"
FILM = "Film component"
FRACTION = "Film fraction "
POROUS_LITHIUM = "Dead lithium in pores [mol/m^3]"
VOLUME = "Film volume per area "
VOLUME_UNIT = " [nm]"
GROWTH = "Film growth "
GROWTH_UNIT = " [nm/h]"
ELECTRODE = "Electrode"
REGION = "Region"
BODY = "Body"

TIME = "TimeValue"
STEP = "Step"
CAPACITY = "Capacity [mAh/cm^2]"
VOLTAGE = "Voltage [V]"
VOID = "Void [um^d]"


def to_grids(snapshot: Snapshot) -> dict[str, Grid]:
    """Convert a snapshot to its three grids, by name of the series."""
    common: dict[str, float | int] = {
        TIME: snapshot.time,
        STEP: snapshot.step,
        CAPACITY: snapshot.capacity / MAH_PER_CM2,
        VOLTAGE: snapshot.voltage,
        VOID: snapshot.void_area,
    }
    return {
        "electrolyte": _electrolyte_grid(snapshot.electrolyte, common),
        "surface": _surface_grid(snapshot.surface, common),
        "bodies": _bodies_grid(snapshot.bodies, common),
    }


def _electrolyte_grid(part: ElectrolyteSnapshot, common: Mapping[str, float | int]) -> Grid:
    dissolved = {f"{CONCENTRATION_OF}{name} [mol/m^3]": c for name, c in part.dissolved.items()}
    region = {} if part.region is None else {REGION: part.region}
    porous = {} if part.porous_lithium is None else {POROUS_LITHIUM: part.porous_lithium}
    return Grid(
        points=_padded(part.points),
        simplices=part.simplices,
        point_data={
            CONCENTRATION: part.concentration,
            POTENTIAL: part.potential,
            **dissolved,
            **porous,
        },
        cell_data={FLUX: _padded(part.flux), **region},
        field_data={**common, **_legend(REGION, part.regions)},
    )


def _surface_grid(part: SurfaceSnapshot, common: Mapping[str, float | int]) -> Grid:
    fractions = {FRACTION + name: part.fractions[:, i] for i, name in enumerate(part.films)}
    volumes = {}
    if part.volumes is not None:
        volumes = {
            VOLUME + name + VOLUME_UNIT: part.volumes[:, i] / NANOMETRE
            for i, name in enumerate(part.films)
        }
    growth = {}
    if part.sei_growth is not None:
        growth = {
            GROWTH + name + GROWTH_UNIT: part.sei_growth[:, i] * HOUR / NANOMETRE
            for i, name in enumerate(part.films)
        }
    chemical = {} if part.chemical_rate is None else {CHEMICAL_RATE: part.chemical_rate}
    return Grid(
        points=_padded(part.points),
        simplices=part.facets,
        cell_data={
            CURRENT: part.current_density,
            RESISTANCE: part.resistance / OHM_CM2,
            THICKNESS: part.thickness / NANOMETRE,
            CHARGE: part.charge / MAH_PER_CM2,
            FILM: part.film,
            **fractions,
            **volumes,
            **chemical,
            **growth,
            ELECTRODE: part.electrode,
            BODY: part.body,
        },
        field_data={**common, **_legend(FILM, part.films), **_legend(ELECTRODE, ELECTRODES)},
    )


def _bodies_grid(part: BodiesSnapshot, common: Mapping[str, float | int]) -> Grid:
    return Grid(
        points=_padded(part.points),
        simplices=part.simplices,
        cell_data={REGION: part.region, BODY: part.body},
        field_data={**common, **_legend(REGION, part.regions)},
    )


def from_grids(grids: Mapping[str, Grid]) -> Snapshot:
    """Convert three grids to a snapshot; inverse of ``to_grids``.

    Raises ResultsError if an array is missing.
    """
    try:
        common = grids["electrolyte"].field_data
        return Snapshot(
            step=int(common[STEP]),
            time=float(common[TIME]),
            capacity=common[CAPACITY] * MAH_PER_CM2,
            voltage=float(common[VOLTAGE]),
            void_area=float(common[VOID]),
            electrolyte=_electrolyte(grids["electrolyte"]),
            surface=_surface(grids["surface"]),
            bodies=_bodies(grids["bodies"]),
        )
    except KeyError as problem:
        raise ResultsError(
            f"a recorded .vtu file has no array {problem}. It was changed or written by another "
            "program. Restore the file, or run the scenario again with --overwrite."
            " [E450]"
        ) from problem


def _electrolyte(grid: Grid) -> ElectrolyteSnapshot:
    dim = grid.simplices.shape[1] - 1
    return ElectrolyteSnapshot(
        points=grid.points[:, :dim],
        simplices=grid.simplices,
        concentration=_floats(grid.point_data[CONCENTRATION]),
        potential=_floats(grid.point_data[POTENTIAL]),
        flux=_floats(grid.cell_data[FLUX])[:, :dim],
        dissolved={
            name.removeprefix(CONCENTRATION_OF).removesuffix(" [mol/m^3]"): _floats(values)
            for name, values in grid.point_data.items()
            if name.startswith(CONCENTRATION_OF)
        },
        region=_ints(grid.cell_data[REGION]) if REGION in grid.cell_data else None,
        regions=_names(grid, REGION),
        porous_lithium=(
            _floats(grid.point_data[POROUS_LITHIUM]) if POROUS_LITHIUM in grid.point_data else None
        ),
    )


def _surface(grid: Grid) -> SurfaceSnapshot:
    data = grid.cell_data
    films = _names(grid, FILM)
    return SurfaceSnapshot(
        points=grid.points[:, : grid.simplices.shape[1]],
        facets=grid.simplices,
        electrode=_ints(data[ELECTRODE]),
        current_density=_floats(data[CURRENT]),
        resistance=_floats(data[RESISTANCE]) * OHM_CM2,
        thickness=_floats(data[THICKNESS]) * NANOMETRE,
        charge=_floats(data[CHARGE]) * MAH_PER_CM2,
        fractions=np.column_stack([_floats(data[FRACTION + name]) for name in films]),
        body=_ints(data[BODY]),
        films=films,
        volumes=_by_film(data, films, VOLUME, VOLUME_UNIT, NANOMETRE),
        chemical_rate=_floats(data[CHEMICAL_RATE]) if CHEMICAL_RATE in data else None,
        sei_growth=_by_film(data, films, GROWTH, GROWTH_UNIT, NANOMETRE / HOUR),
    )


def _by_film(
    data: Mapping[str, Any], films: tuple[str, ...], prefix: str, unit: str, in_si: float
) -> Floats | None:
    """(f, k) the arrays of all films with this prefix and unit, in SI; None where they are not
    recorded."""
    names = [prefix + name + unit for name in films]
    if not all(name in data for name in names):
        return None
    return np.column_stack([_floats(data[name]) * in_si for name in names])


def _bodies(grid: Grid) -> BodiesSnapshot:
    return BodiesSnapshot(
        points=grid.points[:, : grid.simplices.shape[1] - 1],
        simplices=grid.simplices,
        region=_ints(grid.cell_data[REGION]),
        body=_ints(grid.cell_data[BODY]),
        regions=_names(grid, REGION),
    )


def _legend(array: str, names: tuple[str, ...]) -> dict[str, int]:
    """Field data that map names to the codes in an array: ``Region: lithium`` = 1."""
    return {f"{array}: {name}": code for code, name in enumerate(names)}


def _names(grid: Grid, array: str) -> tuple[str, ...]:
    """Names written by ``_legend``, in the order of their codes."""
    prefix = f"{array}: "
    codes = {k.removeprefix(prefix): v for k, v in grid.field_data.items() if k.startswith(prefix)}
    return tuple(sorted(codes, key=lambda name: codes[name]))


def _padded(rows: Floats) -> Floats:
    """(n, 3) points or vectors; z = 0 in 2D."""
    return np.pad(rows, ((0, 0), (0, 3 - rows.shape[1])))


def _floats(values: np.ndarray) -> Floats:
    return values.astype(np.float64)


def _ints(values: np.ndarray) -> Ints:
    return values.astype(np.int64)
