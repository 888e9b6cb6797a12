"""``[electrolyte]``: the salt and its transport law."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from deposition.common import units
from deposition.common.constants import LITRE
from deposition.common.suggest import did_you_mean, listing
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE, arrhenius
from deposition.laws.concentrated import (
    ConstantConcentrated,
    Fitted,
    LandesfeindEcDmc,
    LandesfeindEcEmc,
    LandesfeindEmcFec,
    Nyman,
    Range,
    ValoenReimers,
)
from deposition.laws.electrolyte import ElectrolyteLaw, NernstPlanck, Ohmic
from deposition.laws.functions import Properties, PropertyFunction, stated_functions
from deposition.laws.property_table import PropertyTable
from deposition.laws.reactions import CATION, SALT, Species
from deposition.library import library
from deposition.scenario.own_class import OWN, OwnClass
from deposition.scenario.property_function import FunctionOf
from deposition.scenario.reactions import Dissolved
from deposition.scenario.section import Number, Section, Text

FITTED: dict[str, type[Fitted]] = {
    "valoen-reimers": ValoenReimers,
    "nyman": Nyman,
    "landesfeind-ec-dmc": LandesfeindEcDmc,
    "landesfeind-ec-emc": LandesfeindEcEmc,
    "landesfeind-emc-fec": LandesfeindEmcFec,
}
"""Measured laws, whose only parameter is the temperature."""

Transference = Annotated[
    Annotated[Number, Field(gt=0.0, lt=1.0)], Field(description="a number between 0 and 1")
]


class _Electrolyte(Section):
    """The electrolyte; values that are not stated come from the library entry ``name``.

    name           an electrolyte of the library, or a name of your own with all values stated
    concentration  initial salt concentration
    dissolved      further dissolved species, by name
    """

    name: Text = Field(description='an electrolyte of the library such as "BE"')
    concentration: units.Concentration = Field(description='a concentration such as "1 mol/L"')
    dissolved: dict[Text, Dissolved] = Field(default_factory=dict)

    plugin: ClassVar[str | None] = None

    @model_validator(mode="before")
    @classmethod
    def _known_or_complete(cls, value: Any) -> Any:
        """A name that is not in the library needs every value stated."""
        known = library().electrolytes
        name = value.get("name") if isinstance(value, dict) else None
        if not isinstance(name, str) or name in known:
            return value
        missing = [
            key
            for key, field in cls.model_fields.items()
            if field.is_required() and key not in (*value, "name", "law")
        ]
        if missing:
            raise ValueError(
                f'name = "{name}" is not in the library, which has {listing(known)}.'
                f"{did_you_mean(name, known)} For an electrolyte of your own state also "
                f"{listing(missing)}, and [sei] default_film."
                " [E200]"
            )
        return value

    @field_validator("dissolved")
    @classmethod
    def _names_of_species_are_free(cls, value: dict[str, Dissolved]) -> dict[str, Dissolved]:
        taken = [name for name in (CATION, SALT) if name in value]
        if taken:
            raise ValueError(
                f"{taken[0]} is the name of an ion of the salt. State another name [E258]"
            )
        return value

    @property
    def further_species(self) -> tuple[Species, ...]:
        """The dissolved species beside the salt."""
        return tuple(
            Species(name, one.charge, one.concentration, one.diffusivity, one.trace)
            for name, one in self.dissolved.items()
        )


class _Stated(_Electrolyte):
    """A law with parameters of the scenario or the library.

    conductivity       at ``concentration``
    activation_energy  of conductivity and diffusivity, which are then values at 298.15 K
                       (Nernst-Planck: D± are proportional to the conductivity); without it they are
                       values at the temperature of the run
    """

    conductivity: units.Conductivity = Field(description='a conductivity such as "3.5 mS/cm"')
    activation_energy: units.ActivationEnergy | None = None

    def conductivity_at(self, temperature: float) -> float:
        """κ at a temperature (K), S/m."""
        return arrhenius(self.conductivity, self.activation_energy, temperature)


class OhmicElectrolyte(_Stated):
    """A well-stirred electrolyte of constant conductivity."""

    law: Literal["ohmic"] = "ohmic"

    def law_at(self, temperature: float) -> ElectrolyteLaw:
        """Transport law at a temperature (K)."""
        return Ohmic(self.conductivity_at(temperature))


class NernstPlanckElectrolyte(_Stated):
    """A dilute binary salt.

    t_plus  transference number of Li⁺
    """

    law: Literal["nernst-planck"] = "nernst-planck"
    t_plus: Transference

    def law_at(self, temperature: float) -> ElectrolyteLaw:
        """Transport law at a temperature (K)."""
        conductivity = self.conductivity_at(temperature)
        return NernstPlanck(conductivity, self.t_plus, self.concentration, temperature)


class ConcentratedElectrolyte(_Stated):
    """A concentrated solution of constant properties.

    t_plus                transference number of Li⁺
    diffusivity           of the salt
    thermodynamic_factor  1 + dln f/dln c
    """

    law: Literal["concentrated"] = "concentrated"
    t_plus: Transference
    diffusivity: units.Diffusivity = Field(description='a diffusivity such as "3e-10 m^2/s"')
    thermodynamic_factor: Annotated[Number, Field(gt=0.0)] = Field(
        description="a number such as 2.1, or 1 for a dilute solution"
    )

    def law_at(self, temperature: float) -> ElectrolyteLaw:
        """Transport law at a temperature (K)."""
        return ConstantConcentrated(
            conductivity=self.conductivity_at(temperature),
            diffusivity=arrhenius(self.diffusivity, self.activation_energy, temperature),
            t_plus=self.t_plus,
            thermodynamic_factor=self.thermodynamic_factor,
            concentration=self.concentration,
            temperature=temperature,
        )


class StatedElectrolyte(_Electrolyte):
    """A concentrated solution whose properties are functions of c and T, each a constant, an
    expression or a table, see ``property_function``.

    conductivity, diffusivity, t_plus, thermodynamic_factor  the properties
    concentration_range  of the measurements; default: that of the tables
    temperature_range    of the measurements; default: that of the tables, or 298.15 K
    """

    law: Literal["functions"]
    conductivity: Annotated[PropertyFunction, FunctionOf(units.CONDUCTIVITY, vanishes=True)]
    diffusivity: Annotated[PropertyFunction, FunctionOf(units.DIFFUSIVITY)]
    t_plus: Annotated[PropertyFunction, FunctionOf(None)]
    thermodynamic_factor: Annotated[PropertyFunction, FunctionOf(None)]
    concentration_range: tuple[units.Concentration, units.Concentration] | None = None
    temperature_range: tuple[units.Temperature, units.Temperature] | None = None

    @model_validator(mode="after")
    def _has_a_range(self) -> StatedElectrolyte:
        low, high = self.measured.concentration
        cold, warm = self.measured.temperature
        if not (low < high and cold <= warm):
            raise ValueError(
                f"the range of measurement is empty: {low * LITRE:g} to {high * LITRE:g} mol/L, "
                f"{cold:g} to {warm:g} K. State the lower value first, and tables that overlap "
                "[E288]"
            )
        return self

    @property
    def measured(self) -> Range:
        """The stated range, or what all tables cover."""
        functions = (
            self.conductivity, self.diffusivity, self.t_plus, self.thermodynamic_factor,
        )  # fmt: skip
        tables = [f for f in functions if isinstance(f, PropertyTable)]
        concentrations = self.concentration_range or _common([t.concentrations for t in tables])
        if concentrations is None:
            raise ValueError(
                "concentration_range is missing, the concentrations at which the functions were "
                'measured. Write ["0.2 mol/L", "2 mol/L"] [E289]'
            )
        known = [t.temperatures for t in tables if t.temperatures is not None]
        at_reference = (REFERENCE_TEMPERATURE, REFERENCE_TEMPERATURE)
        return Range(concentrations, self.temperature_range or _common(known) or at_reference)

    def law_at(self, temperature: float) -> ElectrolyteLaw:
        """Transport law at a temperature (K)."""
        properties = Properties(
            self.conductivity,
            self.diffusivity,
            self.t_plus,
            self.thermodynamic_factor,
            self.measured,
        )
        return stated_functions(properties, temperature)


def _common(ranges: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Intersection of all ranges; None if there are none."""
    if not ranges:
        return None
    return max(low for low, _ in ranges), min(high for _, high in ranges)


class MeasuredElectrolyte(_Electrolyte):
    """A measured law, whose only parameter is the temperature.

    law  "valoen-reimers" (PC/EC/DMC), "nyman" (EC/EMC), "landesfeind-ec-dmc", "landesfeind-ec-emc",
         "landesfeind-emc-fec"
    """

    law: Literal[
        "valoen-reimers", "nyman", "landesfeind-ec-dmc", "landesfeind-ec-emc", "landesfeind-emc-fec"
    ]

    @model_validator(mode="after")
    def _has_its_name(self) -> MeasuredElectrolyte:
        """A measured law needs the name of its own electrolyte, or one that is not in the library,
        since it uses none of the library's values."""
        laws = {key: each.law.name for key, each in library().electrolytes.items() if each.law}
        if self.name in library().electrolytes and laws.get(self.name) != self.law:
            names = [key for key, law in laws.items() if law == self.law]
            raise ValueError(
                f'law = "{self.law}" does not belong to {self.name}. A measured law uses none of '
                f'its values. State name = "{names[0]}", or a name of your own'
                " [E201]"
            )
        return self

    def law_at(self, temperature: float) -> ElectrolyteLaw:
        """Transport law at a temperature (K)."""
        return FITTED[self.law](temperature)


class OwnElectrolyte(OwnClass, _Electrolyte):  # type: ignore[override]
    """A class of your own, package.module:Class, made with concentration and temperature.

    parameters  further arguments of the class
    """

    kind = "electrolytes"
    known = ("nernst-planck", "ohmic", "concentrated", "functions", *FITTED)

    parameters: dict[Text, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_made(self) -> OwnElectrolyte:
        self.law_at(298.15)
        return self

    def law_at(self, temperature: float) -> ElectrolyteLaw:
        """Transport law at a temperature (K)."""
        settings = {"concentration": self.concentration, "temperature": temperature}
        law: ElectrolyteLaw = self.made({**settings, **self.parameters})
        return law


LAWS: dict[str, type[_Electrolyte]] = {
    "nernst-planck": NernstPlanckElectrolyte,
    "ohmic": OhmicElectrolyte,
    "concentrated": ConcentratedElectrolyte,
    "functions": StatedElectrolyte,
    **dict.fromkeys(FITTED, MeasuredElectrolyte),
}


def _choice(value: Any) -> Any:
    """The tag of an electrolyte: the law, "measured", or a class from outside."""
    stated = value.get("law", "nernst-planck") if isinstance(value, dict) else None
    law = str(getattr(value, "law", stated))
    return "measured" if law in FITTED else law if law in LAWS else OWN


Electrolyte = Annotated[
    Annotated[NernstPlanckElectrolyte, Tag("nernst-planck")]
    | Annotated[OhmicElectrolyte, Tag("ohmic")]
    | Annotated[ConcentratedElectrolyte, Tag("concentrated")]
    | Annotated[StatedElectrolyte, Tag("functions")]
    | Annotated[MeasuredElectrolyte, Tag("measured")]
    | Annotated[OwnElectrolyte, Tag(OWN)],
    Discriminator(
        _choice,
        custom_error_type="choice",
        custom_error_message="law",
        custom_error_context={"key": "law"},
    ),
]
"""The electrolyte, by ``law``."""
