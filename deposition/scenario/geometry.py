"""``[geometry]`` and ``[mesh]``: which cell is meshed, and how fine."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, PrivateAttr, model_validator

from deposition.common import units
from deposition.scenario.geometry_file import find_geometry, portable
from deposition.scenario.section import Number, Section


def _parameter(value: object) -> object:
    """A number (finite) or text, as Gmsh takes it."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("must be a number (lengths in micrometres) or text [E204]")
    if isinstance(value, (int, float)) and not math.isfinite(value):
        raise ValueError("must be a finite number [E205]")
    return value


Parameter = Annotated[float | str, BeforeValidator(_parameter)]
GeometryFile = Annotated[Path, BeforeValidator(find_geometry), PlainSerializer(portable)]


class Geometry(Section):
    """Which cell is meshed.

    file        a Gmsh script (or any mesh that keeps the contract of names), beside the scenario
                file or shipped
    parameters  values for the script's ``DefineConstant``; lengths in micrometres
    """

    file: GeometryFile = Field(description='a Gmsh script such as "be.geo"')
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    _trust: bool = PrivateAttr(default=False)

    @property
    def trust(self) -> bool:
        """Whether the user has said ``--trust``: the script may then run shell commands."""
        return self._trust

    def model_post_init(self, context: Any) -> None:
        """Take ``trust`` from the command line; no file can grant it."""
        self._trust = bool((context or {}).get("trust", False))


class Mesh(Section):
    """How fine the mesh is.

    surface_size  edge length at the lithium surface
    coarse_size   longest edge anywhere
    counter_size  edge length at the counter electrode; as ``surface_size`` unless stated
    gradation     largest ratio of neighbouring edge lengths

    By default salt that gathers or runs short within 0.1 s of a change of the current is resolved
    at both electrodes, so that V keeps 0.1 % (case E2 of ``deposition verify``).
    """

    surface_size: units.Length = 0.3e-6
    coarse_size: units.Length = 2e-6
    counter_size: units.Length | None = None
    gradation: Annotated[Number, Field(gt=1.0, le=3.0)] = 1.25

    @model_validator(mode="after")
    def _coarse_is_coarser(self) -> Mesh:
        if self.coarse_size < self.surface_size:
            raise ValueError("coarse_size must not be smaller than surface_size [E206]")
        return self

    @model_validator(mode="after")
    def _counter_is_no_finer(self) -> Mesh:
        if self.counter_size is not None and self.counter_size < self.surface_size:
            raise ValueError("counter_size must not be smaller than surface_size [E207]")
        return self
