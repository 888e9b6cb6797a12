"""``[[sei.growth]]``: growth of SEI components by reduction of the electrolyte."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import ConfigDict, Field, Tag, field_validator, model_validator

from deposition.common import units
from deposition.common.errors import LibraryError
from deposition.common.suggest import did_you_mean, listing
from deposition.laws import sei_growth
from deposition.laws.checked import CheckedGrowth
from deposition.library import library
from deposition.scenario.own_class import OWN, OwnClass
from deposition.scenario.section import Section, Text, chosen_by
from deposition.sei.film_library import lithium_content

LINEAR_PARABOLIC: Final = "linear-parabolic"
TUNNELLING: Final = "tunnelling"
GrowingOn = tuple[Literal["lithium", "dead_lithium", "counter"], ...]


class _Growth(Section):
    """Growth of a component where it is.

    component  a component of the library with a formula
    on         kinds of electrodes
    """

    component: Text = Field(description='a component such as "Li2O"')
    on: GrowingOn = ("lithium",)

    plugin: ClassVar[str | None] = None

    @field_validator("component")
    @classmethod
    def _component_has_a_formula(cls, name: str) -> str:
        known = lithium_content()
        if name not in known:
            raise ValueError(
                f"the library has no formula of {name}, so that its growth takes no known charge."
                f"{did_you_mean(name, known)} Components with a formula: {listing(known)} [E262]"
            )
        return name


class LinearParabolic(_Growth):
    """Growth that is linear while the film is thin and parabolic when it is thick.

    rate_constant  k of the reduction
    diffusivity    D in the film of what is reduced, or of the electrons
    concentration  c of it
    parameters     name of published values of all three; those stated here take precedence
    """

    law: Literal["linear-parabolic"] = LINEAR_PARABOLIC
    parameters: Text | None = None
    rate_constant: units.RateConstant = Field(description='a rate constant such as "1e-9 m/s"')
    diffusivity: units.Diffusivity = Field(description='a diffusivity such as "1e-18 m^2/s"')
    concentration: units.Concentration = Field(description='a concentration such as "4.5 mol/L"')

    @model_validator(mode="before")
    @classmethod
    def _published(cls, table: Any) -> Any:
        if not isinstance(table, dict) or not isinstance(table.get("parameters"), str):
            return table
        try:
            known = library().growth_parameters(table["parameters"])
        except LibraryError as error:
            raise ValueError(str(error)) from None
        names = ("rate_constant", "diffusivity", "concentration")
        return {**{name: getattr(known, name).text for name in names}, **table}

    @property
    def growth(self) -> sei_growth.SeiGrowth:
        """The law, with one electron for each lithium."""
        lithium = lithium_content()[self.component]
        numbers = (self.rate_constant, self.diffusivity, self.concentration)
        return sei_growth.LinearParabolic(self.component, *numbers, lithium, lithium, self.on)


class Tunnelling(_Growth):
    """Growth by electrons that tunnel through the film: logarithmic in time.

    current_density  through a bare surface
    decay_length     of the tunnelling current
    """

    law: Literal["tunnelling"]
    current_density: units.CurrentDensity = Field(description='a current such as "1 A/m^2"')
    decay_length: units.Length = Field(description='a length such as "0.3 nm"')

    @model_validator(mode="after")
    def _reduces(self) -> Tunnelling:
        if self.current_density <= 0.0:
            raise ValueError("current_density of tunnelling must be greater than zero [E498]")
        return self

    @property
    def growth(self) -> sei_growth.SeiGrowth:
        """The law, with one electron for each lithium."""
        lithium = lithium_content()[self.component]
        numbers = (self.current_density, self.decay_length)
        return sei_growth.Tunnelling(self.component, *numbers, lithium, lithium, self.on)


class OwnGrowth(OwnClass, _Growth):  # type: ignore[override]
    """A class of your own, package.module:Class, which gets component and all further keys as
    arguments."""

    kind = "sei_growth"
    known = (LINEAR_PARABOLIC, TUNNELLING)
    model_config = ConfigDict(frozen=True, extra="allow")

    @property
    def growth(self) -> sei_growth.SeiGrowth:
        """The law; raises PluginError if the class refuses its settings."""
        settings: dict[str, Any] = {"component": self.component, **(self.model_extra or {})}
        return CheckedGrowth(self.made(settings), self.law, self.on)


Growth = Annotated[
    Annotated[LinearParabolic, Tag(LINEAR_PARABOLIC)]
    | Annotated[Tunnelling, Tag(TUNNELLING)]
    | Annotated[OwnGrowth, Tag(OWN)],
    chosen_by("law", LINEAR_PARABOLIC, otherwise=OWN, known=[LINEAR_PARABOLIC, TUNNELLING]),
]
"""A law of growth, by ``law``."""
