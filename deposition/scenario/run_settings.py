"""``[lithium]``, ``[time]`` and ``[output]``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from deposition.common import units
from deposition.common.constants import MAH_PER_CM2
from deposition.common.plugins import load_plugin
from deposition.scenario.section import Number, Section, Text


class Lithium(Section):
    """Lithium metal; default: the values of the library."""

    surface_energy: units.SurfaceEnergy
    molar_volume: units.MolarVolume


class Time(Section):
    """The time step.

    tolerance             wanted relative accuracy of c - c0 at any time; the steps follow from it
    first_step            of each protocol step; from the diffusion through a surface element
                          unless stated
    max_step              longest time step; no limit unless stated
    max_advance           upper bound of the advance of the surface in a time step, in units of
                          ``mesh.surface_size``; without effect on a fixed interface
    surface_tolerance     wanted accuracy of that advance, in the same units: bound of the movement
                          of the surface by its corrector
    """

    tolerance: Annotated[Number, Field(gt=0.0, le=1.0)] = 0.005
    first_step: units.Time | None = None
    max_step: units.Time | None = None
    max_advance: Annotated[Number, Field(gt=0.0, le=1.0)] = 0.5
    surface_tolerance: Annotated[Number, Field(gt=0.0, le=1.0)] = 0.2

    @model_validator(mode="after")
    def _first_is_no_longer(self) -> Time:
        if self.first_step and self.max_step and self.first_step > self.max_step:
            raise ValueError(
                "first_step is longer than max_step. State a shorter first_step [E243]"
            )
        return self


class Output(Section):
    """Output; every time step is in the history.

    every       charge between two snapshots of the fields; lithium that reacts counts as charge
    recorders   further recorders: classes of your own, as package.module:Class
    checkpoint  wall time between two checkpoints, from which a stopped run can be resumed
    """

    every: units.ChargePerArea = 0.05 * MAH_PER_CM2
    checkpoint: units.Time = 120.0
    recorders: tuple[Text, ...] = ()

    @field_validator("recorders")
    @classmethod
    def _recorders_can_be_loaded(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            load_plugin(name, "recorders")
        return names
