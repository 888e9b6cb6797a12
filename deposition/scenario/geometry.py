"""``[geometry]`` and ``[mesh]``: the cell and its mesh sizes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PrivateAttr, model_validator

from deposition.common import units
from deposition.common.suggest import did_you_mean, listing
from deposition.mesh.contract_names import BOUNDARIES, REGIONS, is_boundary_name, is_region_name
from deposition.scenario.geometry_file import find_geometry, portable
from deposition.scenario.section import Number, Section


def _parameter(value: object) -> object:
    """A finite number or text, the two types of parameters in Gmsh."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("must be a number (lengths in micrometres) or text [E204]")
    if isinstance(value, (int, float)) and not math.isfinite(value):
        raise ValueError("must be a finite number [E205]")
    return value


def _names(value: object) -> object:
    """One name of the contract, or a list of names."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)) or not all(isinstance(n, str) for n in names):
        raise ValueError('must be a name such as "electrolyte", or a list of names [E270]')
    for name in names:
        if not (is_region_name(name) or is_boundary_name(name)):
            allowed = (*REGIONS, *BOUNDARIES)
            raise ValueError(
                f'"{name}" is no name of a region or boundary. Names are {listing(allowed)}.'
                f"{did_you_mean(name, allowed)} [E271]"
            )
    return tuple(names)


GROWTH_AXIS = r"^(|[+-]?[xyz]|none|[-+0-9.e]+( +[-+0-9.e]+){1,2})$"
Parameter = Annotated[float | str, BeforeValidator(_parameter)]
GeometryFile = Annotated[Path, BeforeValidator(find_geometry), PlainSerializer(portable)]


class Geometry(Section):
    """Geometry of the cell.

    file        a Gmsh script, or a mesh file that keeps the contract of names; in the folder of the
                scenario file, or shipped
    parameters  values for the script's ``DefineConstant``; lengths in the unit of the file
    unit        unit of length of the file
    tags        names of regions and boundaries by the number or name of a group of the file:
                {1 = "electrolyte", anode = "lithium", 7 = ["counter", "sei:LiF"]}
    growth_axis direction from the working to the counter electrode, "+x" to "-z" or components
                "0.6 0.8"; "none" for a cell without projected area and heights; found from the
                geometry unless stated
    """

    file: GeometryFile = Field(description='a Gmsh script such as "be.geo"')
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    unit: Literal["um", "nm", "mm", "cm", "m"] = "um"
    tags: dict[str, Annotated[tuple[str, ...], BeforeValidator(_names)]] = Field(
        default_factory=dict
    )
    growth_axis: Annotated[str, Field(pattern=GROWTH_AXIS)] = ""
    _trust: bool = PrivateAttr(default=False)

    @property
    def trust(self) -> bool:
        """True if the user has stated ``--trust``: the script may then run shell commands."""
        return self._trust

    def model_post_init(self, context: Any) -> None:
        """Take ``trust`` from the command line; a file cannot state it."""
        self._trust = bool((context or {}).get("trust", False))


class Mesh(Section):
    """Mesh sizes.

    surface_size  edge length at the lithium surface
    coarse_size   upper bound of the edge length
    counter_size  edge length at the counter electrode; default ``surface_size``
    gradation     upper bound of the ratio of neighbouring edge lengths

    The default resolves the diffusion layers at both electrodes from 0.1 s after a change of the
    current, with an error of the cell voltage below 0.1 % (case E2 of ``deposition verify``).
    """

    surface_size: units.Length = 0.3e-6
    coarse_size: units.Length = 2e-6
    counter_size: units.Length | None = None
    gradation: Annotated[Number, Field(gt=1.0, le=3.0)] = 1.25

    @model_validator(mode="after")
    def _coarse_is_coarser(self) -> Mesh:
        if self.coarse_size < self.surface_size:
            raise ValueError(
                "coarse_size is smaller than surface_size. State a larger coarse_size [E206]"
            )
        return self

    @model_validator(mode="after")
    def _counter_is_no_finer(self) -> Mesh:
        if self.counter_size is not None and self.counter_size < self.surface_size:
            raise ValueError(
                "counter_size is smaller than surface_size. State a larger counter_size [E207]"
            )
        return self
