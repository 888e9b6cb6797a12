"""``[separator]``: porous separator between the electrodes, or a layer with lithium in it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from deposition.common import units
from deposition.laws.iodine import IODIDE, TRIIODIDE
from deposition.laws.porous_lithium import PorousLithium
from deposition.laws.separator import Pores
from deposition.scenario.electrolyte import _Electrolyte
from deposition.scenario.section import Number, Section


class PorousDeadLithium(Section):
    """Dead lithium in the solid of a porous layer, which triiodide dissolves: mossy lithium.

    fraction       volume of lithium per volume of the layer
    specific_area  area of lithium per volume of the layer
    rate_constant  k of triiodide on it
    """

    fraction: Annotated[Number, Field(gt=0.0, lt=1.0)] = Field(
        description="the volume of lithium per volume of the layer, such as 0.3"
    )
    specific_area: units.SpecificArea = Field(description='an area per volume such as "1e6 1/m"')
    rate_constant: units.RateConstant = Field(description='a rate constant such as "1e-6 m/s"')

    def law(self, molar_volume: float) -> PorousLithium:
        """The law, with the molar volume of lithium, m³/mol."""
        return PorousLithium(self.fraction / molar_volume, self.specific_area, self.rate_constant)

    def check_species(self, electrolyte: _Electrolyte) -> None:
        """Raise ValueError unless triiodide and iodide are dissolved, as traces of charge -1."""
        for name in (TRIIODIDE, IODIDE):
            known = electrolyte.dissolved.get(name)
            if known is None or not known.trace or known.charge != -1:
                raise ValueError(
                    f"separator.dead_lithium reacts with the trace {name} of charge -1, which is "
                    f'not dissolved. State [electrolyte.dissolved."{name}"] with charge = -1 and '
                    "trace = true, and 0 mol/m^3 if there is none at the start [E528]"
                )


class Separator(Section):
    """A porous separator; by default the electrolyte is free.

    It is the region ``separator`` of a geometry that has one, else it fills the gap.

    porosity   volume fraction of electrolyte in it; 1 without a separator
    bruggeman  exponent b: conductivity and diffusivity are multiplied by porosity^b
    dead_lithium  lithium in its solid, which triiodide dissolves; needs a region ``separator``
    """

    porosity: Annotated[Number, Field(gt=0.0, le=1.0)] = 1.0
    bruggeman: Annotated[Number, Field(ge=1.0)] = 1.5
    dead_lithium: PorousDeadLithium | None = None

    @model_validator(mode="after")
    def _solid_has_room(self) -> Separator:
        if self.dead_lithium is not None and self.dead_lithium.fraction + self.porosity > 1.0:
            raise ValueError(
                f"dead_lithium.fraction = {self.dead_lithium.fraction:g} and porosity = "
                f"{self.porosity:g} are more than the volume of the layer. State a sum of at most "
                "1, such as 0.3 and 0.5 [E529]"
            )
        return self

    @model_validator(mode="after")
    def _exponent_of_something(self) -> Separator:
        if self.porosity == 1.0 and self.bruggeman != type(self).model_fields["bruggeman"].default:
            raise ValueError(
                "bruggeman has no effect on a free electrolyte. State a porosity below 1, such as "
                "0.5, or leave it out"
                " [E253]"
            )
        return self

    @property
    def is_stated(self) -> bool:
        """Whether the scenario states a porosity."""
        return "porosity" in self.model_fields_set

    @property
    def pores(self) -> Pores:
        """Porosity and Bruggeman exponent for the transport laws."""
        return Pores(self.porosity, self.bruggeman)
