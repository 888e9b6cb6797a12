"""``[geometry]`` and ``[mesh]``: the cell and its mesh sizes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, PrivateAttr, model_validator

from deposition.common import units
from deposition.scenario.geometry_file import find_geometry, portable
from deposition.scenario.section import Number, Section


def _parameter(value: object) -> object:
    """A finite number or text, the two types of parameters in Gmsh."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("must be a number (lengths in micrometres) or text [E204]")
    if isinstance(value, (int, float)) and not math.isfinite(value):
        raise ValueError("must be a finite number [E205]")
    return value


Parameter = Annotated[float | str, BeforeValidator(_parameter)]
GeometryFile = Annotated[Path, BeforeValidator(find_geometry), PlainSerializer(portable)]


class Geometry(Section):
    """Geometry of the cell.

    file        a Gmsh script, or a mesh file that keeps the contract of names; in the folder of the
                scenario file, or shipped
    parameters  values for the script's ``DefineConstant``; lengths in micrometres
    """

    file: GeometryFile = Field(description='a Gmsh script such as "be.geo"')
    parameters: dict[str, Parameter] = Field(default_factory=dict)
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
