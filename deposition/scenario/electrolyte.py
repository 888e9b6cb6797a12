"""``[electrolyte]``: the salt and its transport law."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from deposition.common import units
from deposition.common.plugins import check_parameters, is_plugin, load_plugin, made
from deposition.common.suggest import did_you_mean, listing
from deposition.laws.arrhenius import arrhenius
from deposition.laws.concentrated import (
    ConstantConcentrated,
    Fitted,
    LandesfeindEcDmc,
    LandesfeindEcEmc,
    LandesfeindEmcFec,
    Nyman,
    ValoenReimers,
)
from deposition.laws.electrolyte import ElectrolyteLaw, NernstPlanck, Ohmic
from deposition.laws.reactions import CATION, SALT, Species
from deposition.library import library
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

NUMBERS: dict[str, tuple[str, ...]] = {
    "nernst-planck": ("conductivity", "t_plus", "activation_energy"),
    "ohmic": ("conductivity", "activation_energy"),
    "concentrated": (
        *("conductivity", "diffusivity", "t_plus", "thermodynamic_factor"),
        "activation_energy",
    ),
    **dict.fromkeys(FITTED, ()),
}
"""Parameters of each law; those in ``OPTIONAL`` may be left out, any other one is an error."""

OPTIONAL = ("activation_energy",)


def _known(law: str) -> str:
    """A law of the program, or a class of one's own."""
    if law not in NUMBERS:
        load_plugin(law, "electrolytes", NUMBERS)
    return law


class Electrolyte(Section):
    """The electrolyte; values that are not stated come from the library entry ``name``.

    name           an electrolyte of the library, or a name of your own with all values stated
    law            transport law: "nernst-planck", "ohmic" (well stirred, constant conductivity),
                   "concentrated" (concentrated solution of constant properties), or a measured
                   one: "valoen-reimers" (PC/EC/DMC), "nyman" (EC/EMC), "landesfeind-ec-dmc",
                   "landesfeind-ec-emc", "landesfeind-emc-fec"; default: that of the library, else
                   "nernst-planck"
    concentration  initial salt concentration

    Parameters of the laws that are not measured:

    conductivity          at ``concentration``
    t_plus                transference number of Li⁺ ("nernst-planck", "concentrated")
    diffusivity           of the salt ("concentrated")
    thermodynamic_factor  1 + dln f/dln c ("concentrated")
    activation_energy     of conductivity and diffusivity, which are then values at 298.15 K
                          ("nernst-planck": D± are proportional to the conductivity); without it
                          they are values at the temperature of the run
    dissolved             further dissolved species, by name
    parameters            arguments of a law package.module:Class
    """

    name: Text = Field(description='an electrolyte of the library such as "BE"')
    law: Annotated[Text, AfterValidator(_known)] = "nernst-planck"
    conductivity: units.Conductivity | None = Field(
        default=None, description='a conductivity such as "3.5 mS/cm"'
    )
    t_plus: Annotated[Number, Field(gt=0.0, lt=1.0)] | None = Field(
        default=None, description="a number between 0 and 1"
    )
    diffusivity: units.Diffusivity | None = Field(
        default=None, description='a diffusivity such as "3e-10 m^2/s"'
    )
    thermodynamic_factor: Annotated[Number, Field(gt=0.0)] | None = Field(
        default=None, description="a number such as 2.1, or 1 for a dilute solution"
    )
    concentration: units.Concentration = Field(description='a concentration such as "1 mol/L"')
    activation_energy: units.ActivationEnergy | None = None
    dissolved: dict[Text, Dissolved] = Field(default_factory=dict)
    parameters: dict[Text, Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def _known_or_complete(cls, value: Any) -> Any:
        """A name that is not in the library needs every value stated."""
        known = library().electrolytes
        name = value.get("name") if isinstance(value, dict) else None
        if not isinstance(name, str) or name in known:
            return value
        needed = (*required(str(value.get("law", "nernst-planck"))), "concentration")
        missing = [key for key in needed if key not in value]
        if missing:
            raise ValueError(
                f'name = "{name}" is not in the library, which has {listing(known)}.'
                f"{did_you_mean(name, known)} For an electrolyte of your own state also "
                f"{listing(missing)}, and [sei] default_film."
                " [E200]"
            )
        return value

    @model_validator(mode="after")
    def _measured_law_has_its_name(self) -> Electrolyte:
        """A measured law needs the name of its own electrolyte, or one that is not in the library,
        since it uses none of the library's values."""
        laws = {key: each.law.name for key, each in library().electrolytes.items() if each.law}
        known = self.name in library().electrolytes
        if self.law in FITTED and known and laws.get(self.name) != self.law:
            names = [key for key, law in laws.items() if law == self.law]
            raise ValueError(
                f'law = "{self.law}" does not belong to {self.name}. A measured law uses none of '
                f'its values. State name = "{names[0]}", or a name of your own'
                " [E201]"
            )
        return self

    @model_validator(mode="after")
    def _law_has_its_numbers(self) -> Electrolyte:
        check_parameters(self.law, "electrolytes", self.parameters)
        if self.plugin is not None:
            self.law_at(298.15)
            return self
        for key in required(self.law):
            if getattr(self, key) is None:
                expected = type(self).model_fields[key].description
                raise ValueError(
                    f'{key} is missing. law = "{self.law}" needs it. State {expected} [E202]'
                )
        others = [key for key in NUMBERS["concentrated"] if key not in NUMBERS[self.law]]
        unused = [key for key in others if getattr(self, key) is not None]
        if unused:
            raise ValueError(
                f'law = "{self.law}" does not use {listing(unused)}. Leave it out [E203]'
            )
        return self

    @model_validator(mode="after")
    def _names_of_species_are_free(self) -> Electrolyte:
        taken = [name for name in (CATION, SALT) if name in self.dissolved]
        if taken:
            raise ValueError(
                f"dissolved.{taken[0]}: this is the name of an ion of the salt. State another name "
                "[E258]"
            )
        return self

    @property
    def plugin(self) -> str | None:
        """The name of a class of one's own."""
        return self.law if is_plugin(self.law, "electrolytes") else None

    @property
    def further_species(self) -> tuple[Species, ...]:
        """The dissolved species beside the salt."""
        return tuple(
            Species(name, one.charge, one.concentration, one.diffusivity)
            for name, one in self.dissolved.items()
        )

    def law_at(self, temperature: float) -> ElectrolyteLaw:
        """Transport law at a temperature (K)."""
        if self.plugin is not None:
            settings = {"concentration": self.concentration, "temperature": temperature}
            settings.update(self.parameters or {})
            own: ElectrolyteLaw = made(
                load_plugin(self.plugin, "electrolytes"), self.plugin, settings
            )
            return own
        if self.law in FITTED:
            return FITTED[self.law](temperature)
        numbers = {key: getattr(self, key) for key in required(self.law)}
        for key in ("conductivity", "diffusivity"):
            if key in numbers:
                numbers[key] = arrhenius(numbers[key], self.activation_energy, temperature)
        if self.law == "ohmic":
            return Ohmic(**numbers)
        law = NernstPlanck if self.law == "nernst-planck" else ConstantConcentrated
        return law(**numbers, concentration=self.concentration, temperature=temperature)


def required(law: str) -> list[str]:
    """Parameters that a law needs; none for an unknown law."""
    return [key for key in NUMBERS.get(law, ()) if key not in OPTIONAL]
