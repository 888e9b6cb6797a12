"""``[electrolyte.dissolved]`` and ``[[reactions]]``: further species, and wall reactions."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, Strict, Tag, field_validator

from deposition.common import units
from deposition.laws.checked import CheckedReaction
from deposition.laws.first_order import FirstOrder
from deposition.laws.reactions import BoundaryReaction
from deposition.scenario.own_class import OWN, OwnClass
from deposition.scenario.section import Number, Section, Text, Whole, chosen_by

FIRST_ORDER = "first-order"
Electrode = Literal["lithium", "collector", "dead_lithium", "counter"]


class Dissolved(Section):
    """A dissolved species beside the salt, dilute.

    concentration  at the start, and in a reservoir
    diffusivity    D
    charge         charge number
    trace          solved after the salt, without its charge in the balance of current: for species
                   that are dilute against the salt
    """

    concentration: units.DissolvedConcentration
    diffusivity: units.Diffusivity
    charge: Whole = 0
    trace: Annotated[bool, Strict()] = False


class _Reaction(Section):
    """A reaction at the walls, beside charge transfer.

    on  kinds of electrodes on which it takes place
    """

    on: tuple[Electrode, ...] = ("lithium", "dead_lithium")

    plugin: ClassVar[str | None] = None

    @field_validator("on")
    @classmethod
    def _takes_place_somewhere(cls, value: tuple[Electrode, ...]) -> tuple[Electrode, ...]:
        if not value:
            raise ValueError("on is empty. State the electrodes on which it takes place [E259]")
        return value


class FirstOrderReaction(_Reaction):
    """A neutral species that consumes lithium, N = k c.

    species        of [electrolyte.dissolved]
    rate_constant  k
    lithium        mol of lithium lost per mol of the species
    """

    law: Literal["first-order"] = "first-order"
    species: Text = Field(description="a species of [electrolyte.dissolved]")
    rate_constant: units.RateConstant = Field(description='a rate constant such as "1e-6 m/s"')
    lithium: Annotated[Number, Field(gt=0.0)] = 1.0

    @property
    def reaction(self) -> BoundaryReaction:
        """The reaction."""
        return FirstOrder(self.species, self.rate_constant, self.lithium, self.on)


class OwnReaction(OwnClass, _Reaction):  # type: ignore[override]
    """A class of your own, package.module:Class, which gets all further keys as arguments.

    species  of [electrolyte.dissolved], if the class takes one
    on       if it is not stated, that of the class
    """

    kind = "reactions"
    known = (FIRST_ORDER,)
    model_config = ConfigDict(frozen=True, extra="allow")

    species: Text | None = None

    @property
    def reaction(self) -> BoundaryReaction:
        """The reaction; raises PluginError if the class refuses its settings."""
        stated = self.model_dump(include={"species", "on"} & self.model_fields_set)
        settings: dict[str, Any] = {**stated, **(self.model_extra or {})}
        return CheckedReaction(self.made(settings), self.law)


Reaction = Annotated[
    Annotated[FirstOrderReaction, Tag(FIRST_ORDER)] | Annotated[OwnReaction, Tag(OWN)],
    chosen_by("law", FIRST_ORDER, otherwise=OWN, known=[FIRST_ORDER]),
]
"""A reaction at the walls, by ``law``."""
