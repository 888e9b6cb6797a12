"""``[electrolyte.dissolved]`` and ``[[reactions]]``: further species, and wall reactions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from deposition.common import units
from deposition.common.plugins import is_plugin, load_plugin, made
from deposition.laws.checked import CheckedReaction
from deposition.laws.first_order import FirstOrder
from deposition.laws.reactions import BoundaryReaction
from deposition.scenario.section import Number, Section, Text, Whole

FIRST_ORDER = "first-order"
Electrode = Literal["lithium", "collector", "dead_lithium", "counter"]


class Dissolved(Section):
    """A dissolved species beside the salt, dilute.

    concentration  at the start, and in a reservoir
    diffusivity    D
    charge         charge number
    """

    concentration: units.Concentration
    diffusivity: units.Diffusivity
    charge: Whole = 0


class Reaction(Section):
    """A reaction at the walls, beside charge transfer.

    law            "first-order", or a class of your own as package.module:Class
    on             kinds of electrodes on which it takes place

    "first-order": a neutral species that consumes lithium, N = k c

    species        of [electrolyte.dissolved]
    rate_constant  k
    lithium        mol of lithium lost per mol of the species

    A class of your own gets all further keys as keyword arguments.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    law: Text = FIRST_ORDER
    on: tuple[Electrode, ...] = ("lithium", "dead_lithium")
    species: Text | None = None
    rate_constant: units.RateConstant | None = None
    lithium: Annotated[Number, Field(gt=0.0)] | None = None

    @model_validator(mode="after")
    def _law_has_its_settings(self) -> Reaction:
        if not self.on:
            raise ValueError("on is empty. State the electrodes on which it takes place [E259]")
        others = sorted(self.model_extra or {})
        if self.law == FIRST_ORDER:
            stated = {"species": self.species, "rate_constant": self.rate_constant}
            missing = [key for key, value in stated.items() if value is None]
            if missing or others:
                wrong = f"missing: {', '.join(missing)}" if missing else f"unknown: {others}"
                raise ValueError(
                    f'law = "first-order" needs species and rate_constant, and takes lithium; '
                    f"{wrong} [E256]"
                )
            return self
        load_plugin(self.law, "reactions", (FIRST_ORDER,))
        return self

    @property
    def reaction(self) -> BoundaryReaction:
        """The reaction; raises PluginError if a class refuses its settings."""
        if self.law == FIRST_ORDER:
            assert self.species is not None and self.rate_constant is not None
            return FirstOrder(self.species, self.rate_constant, self.lithium or 1.0, self.on)
        own = {
            "species": self.species,
            "lithium": self.lithium,
            "rate_constant": self.rate_constant,
        }
        stated: dict[str, Any] = {key: value for key, value in own.items() if value is not None}
        settings = {**stated, **(self.model_extra or {}), "on": self.on}
        return CheckedReaction(
            made(load_plugin(self.law, "reactions"), self.law, settings), self.law
        )

    @property
    def plugin(self) -> str | None:
        """The name of a class of your own."""
        return self.law if is_plugin(self.law, "reactions") else None
