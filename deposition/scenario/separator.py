"""``[separator]``: what holds the electrolyte."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from deposition.laws.separator import Pores
from deposition.scenario.section import Number, Section


class Separator(Section):
    """A porous separator that fills the whole gap; without one the electrolyte is free.

    porosity   share of the gap that is electrolyte, 1 without a separator
    bruggeman  exponent b: conductivity and diffusivity fall by the factor porosity^b
    """

    porosity: Annotated[Number, Field(gt=0.0, le=1.0)] = 1.0
    bruggeman: Annotated[Number, Field(ge=1.0)] = 1.5

    @model_validator(mode="after")
    def _exponent_of_something(self) -> Separator:
        if self.porosity == 1.0 and self.bruggeman != type(self).model_fields["bruggeman"].default:
            raise ValueError(
                "bruggeman has no effect on a free electrolyte: state a porosity below 1, such as "
                "0.5, or leave it out"
                " [E253]"
            )
        return self

    @property
    def pores(self) -> Pores:
        """What the laws of transport need of it."""
        return Pores(self.porosity, self.bruggeman)
