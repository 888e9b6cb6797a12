"""Shape of the library: every value is a table of value, unit, source and status."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    model_validator,
)

from deposition.common import units
from deposition.common.units import Dimension

Status = Literal["measured", "literature", "fitted", "assumed"]
"""How far a value can be trusted, from most to least."""

Text = Annotated[str, Field(min_length=1)]


class Table(BaseModel):
    """A table whose keys are all known, and which never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stated(Table):
    """One value of the library: ``value`` of ``unit``, where it comes from, and how it is known."""

    value: FiniteFloat
    unit: Text
    source: Text
    status: Status

    @property
    def text(self) -> str:
        """The value as a scenario would state it, ``"3.5 mS/cm"``."""
        return f"{self.value:.15g} {self.unit}"

    def in_si(self, dimension: Dimension) -> float:
        """The value in SI."""
        return dimension.checked(dimension.to_si(self.value, self.unit))


def _of(dimension: Dimension) -> AfterValidator:
    """Accept only values of this dimension and of a sign that it can have."""

    def check(stated: Stated) -> Stated:
        stated.in_si(dimension)
        return stated

    return AfterValidator(check)


class Named(Table):
    """Something that the program knows by name: a film component, a law."""

    name: Text
    source: Text
    status: Status


class Component(Table):
    """A component of the SEI at 298.15 K.

    Without ``conductivity`` it is known to exist, but no film can be made of it; without
    ``activation_energy`` only at 298.15 K.
    """

    title: Text
    note: str = ""
    molar_mass: Annotated[Stated, _of(units.MOLAR_MASS)] | None = None
    density: Annotated[Stated, _of(units.DENSITY)] | None = None
    conductivity: Annotated[Stated, _of(units.CONDUCTIVITY)] | None = None
    activation_energy: Annotated[Stated, _of(units.MOLAR_ENERGY)] | None = None


class Electrolyte(Table):
    """A binary lithium salt in a solvent: one with numbers at 298.15 K, or one whose law knows all.

    law                                 how ions move, as in a scenario; Nernst-Planck unless stated
    fresh_film                          the film that it leaves on fresh lithium
    activation_energy                   of the conductivity
    charge_transfer_activation_energy   of R_ct on lithium in it, as impedance measures it
    film_activation_energy              of the resistance of the film that it leaves
    """

    title: Text
    recipe: Text
    law: Named | None = None
    conductivity: Annotated[Stated, _of(units.CONDUCTIVITY)] | None = None
    t_plus: Annotated[Stated, _of(units.FRACTION)] | None = None
    concentration: Annotated[Stated, _of(units.CONCENTRATION)]
    fresh_film: Named
    activation_energy: Annotated[Stated, _of(units.MOLAR_ENERGY)] | None = None
    charge_transfer_activation_energy: Annotated[Stated, _of(units.MOLAR_ENERGY)] | None = None
    film_activation_energy: Annotated[Stated, _of(units.MOLAR_ENERGY)] | None = None

    @model_validator(mode="after")
    def _law_or_numbers(self) -> Electrolyte:
        """A law that is named knows its numbers; Nernst-Planck does not."""
        stated = [self.conductivity is not None, self.t_plus is not None]
        if any(stated) if self.law else not all(stated):
            raise ValueError("state either law, or conductivity and t_plus")
        return self

    def entry(self, section: str, key: str) -> Stated | Named | None:
        """What it gives to ``section.key`` of a scenario."""
        if section == "kinetics":
            return self.charge_transfer_activation_energy if key == "activation_energy" else None
        found = getattr(self, "fresh_film" if section == "sei" else key, None)
        return found if isinstance(found, Stated | Named) else None


class Metal(Table):
    """Lithium."""

    title: Text
    surface_energy: Annotated[Stated, _of(units.SURFACE_ENERGY)]
    molar_volume: Annotated[Stated, _of(units.MOLAR_VOLUME)]
