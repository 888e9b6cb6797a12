"""Models of the library files: every value is a table of value, unit, source and status."""

from __future__ import annotations

import re
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
"""Reliability of a value, in descending order."""

Text = Annotated[str, Field(min_length=1)]


class Table(BaseModel):
    """An immutable table that allows known keys only."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stated(Table):
    """One value of the library: number, unit, source and status."""

    value: FiniteFloat
    unit: Text
    source: Text
    status: Status

    @property
    def text(self) -> str:
        """The value as text of a scenario, ``"3.5 mS/cm"``."""
        return f"{self.value:.15g} {self.unit}"

    def in_si(self, dimension: Dimension) -> float:
        """The value in SI."""
        return dimension.checked(dimension.to_si(self.value, self.unit))


def _of(dimension: Dimension) -> AfterValidator:
    """Validator that accepts values of this dimension and of its sign."""

    def check(stated: Stated) -> Stated:
        stated.in_si(dimension)
        return stated

    return AfterValidator(check)


class GrowthParameters(Table):
    """Numbers of a linear-parabolic law of SEI growth."""

    title: Text
    rate_constant: Annotated[Stated, _of(units.RATE_CONSTANT)]
    diffusivity: Annotated[Stated, _of(units.DIFFUSIVITY)]
    concentration: Annotated[Stated, _of(units.CONCENTRATION)]


class Named(Table):
    """Reference to a film component or a law by its name."""

    name: Text
    source: Text
    status: Status


class Component(Table):
    """A component of the SEI at 298.15 K.

    lithium: atoms in its formula; a component without cannot grow or react.
    solvent: mol of solvent that a mol of it takes to form.
    formula: composition of a formula unit, as Li2CO3; a component without cannot be quantified in
    atomic percent.

    Without ``conductivity`` it cannot be used in a film; without ``activation_energy`` it can be
    used at 298.15 K only.  ``iodine_on_lithium``: rate constant of triiodide with lithium below it;
    ``iodine_on_film``: with the component itself, 0 where it does not react.
    """

    title: Text
    note: str = ""
    lithium: Annotated[int, Field(gt=0)] | None = None
    formula: Annotated[str, Field(pattern=r"^([A-Z][a-z]?\d*)*$")] = ""
    solvent: Annotated[Stated, _of(units.STOICHIOMETRY)] | None = None
    molar_mass: Annotated[Stated, _of(units.MOLAR_MASS)] | None = None
    density: Annotated[Stated, _of(units.DENSITY)] | None = None
    conductivity: Annotated[Stated, _of(units.CONDUCTIVITY)] | None = None
    activation_energy: Annotated[Stated, _of(units.MOLAR_ENERGY)] | None = None
    iodine_on_lithium: Annotated[Stated, _of(units.RATE_CONSTANT)] | None = None
    iodine_on_film: Annotated[Stated, _of(units.RATE_CONSTANT_OR_NONE)] | None = None

    @property
    def atoms(self) -> dict[str, int]:
        """Atoms of a formula unit by element; each element occurs once in a formula."""
        found = re.findall(r"([A-Z][a-z]?)(\d*)", self.formula)
        return {element: int(count or 1) for element, count in found}

    @property
    def atoms_without_hydrogen(self) -> int:
        """Atoms of a formula unit that XPS sees: all but hydrogen."""
        return sum(count for element, count in self.atoms.items() if element != "H")


class Electrolyte(Table):
    """A binary lithium salt in a solvent, with properties at 298.15 K or with a measured law.

    law                                 transport law as in a scenario; default Nernst-Planck
    conductivity, t_plus                unless the law contains them
    fresh_film                          default film of lithium in this electrolyte
    activation_energy                   of the conductivity
    charge_transfer_activation_energy   of R_ct on lithium, as measured by impedance
    film_activation_energy              of the resistance of the default film
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
        """A named law contains its parameters; Nernst-Planck needs conductivity and t_plus."""
        stated = [self.conductivity is not None, self.t_plus is not None]
        if any(stated) if self.law else not all(stated):
            raise ValueError("state either law, or conductivity and t_plus [E063]")
        return self

    def entry(self, section: str, key: str) -> Stated | Named | None:
        """The entry that is the default of ``section.key`` in a scenario, if any."""
        if section == "kinetics":
            return self.charge_transfer_activation_energy if key == "activation_energy" else None
        found = getattr(self, "fresh_film" if section == "sei" else key, None)
        return found if isinstance(found, Stated | Named) else None


class Solvent(Table):
    """The solvent that the SEI consumes."""

    title: Text
    molar_volume: Annotated[Stated, _of(units.MOLAR_VOLUME)]


class Metal(Table):
    """Lithium metal; ``iodine_on_lithium``: rate constant of triiodide with its bare surface."""

    title: Text
    surface_energy: Annotated[Stated, _of(units.SURFACE_ENERGY)]
    molar_volume: Annotated[Stated, _of(units.MOLAR_VOLUME)]
    iodine_on_lithium: Annotated[Stated, _of(units.RATE_CONSTANT)]
