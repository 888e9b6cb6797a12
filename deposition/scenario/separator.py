"""``[separator]``: porous separator between the electrodes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from deposition.laws.separator import Pores
from deposition.scenario.section import Number, Section


class Separator(Section):
    """A porous separator; by default the electrolyte is free.

    It is the region ``separator`` of a geometry that has one, else it fills the gap.

    porosity   volume fraction of electrolyte in it; 1 without a separator
    bruggeman  exponent b: conductivity and diffusivity are multiplied by porosity^b
    """

    porosity: Annotated[Number, Field(gt=0.0, le=1.0)] = 1.0
    bruggeman: Annotated[Number, Field(ge=1.0)] = 1.5

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
