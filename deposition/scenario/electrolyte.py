"""``[electrolyte]``: the salt and its law."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from deposition import units
from deposition.laws.arrhenius import arrhenius
from deposition.laws.electrolyte import ElectrolyteLaw, NernstPlanck, Ohmic
from deposition.library import library
from deposition.nearest import did_you_mean, listing
from deposition.scenario.section import Number, Section, Text


class Electrolyte(Section):
    """The electrolyte; whatever is not stated comes from the library entry ``name``.

    name           an electrolyte of the library, or one's own with every value stated
    law            "nernst-planck", or "ohmic": so well stirred that its conductivity is constant
    conductivity   at ``concentration``
    t_plus         transference number of Li⁺ (law "nernst-planck" only)
    concentration  of the salt, at the start
    activation_energy  of the conductivity, which is then that at 298.15 K (D± follow); without one
                   the conductivity is that at the temperature of the run
    """

    name: Text = Field(description='an electrolyte of the library such as "BE"')
    law: Literal["nernst-planck", "ohmic"] = "nernst-planck"
    conductivity: units.Conductivity = Field(description='a conductivity such as "3.5 mS/cm"')
    t_plus: Annotated[Number, Field(gt=0.0, lt=1.0)] | None = None
    concentration: units.Concentration = Field(description='a concentration such as "1 mol/L"')
    activation_energy: units.MolarEnergy | None = None

    @model_validator(mode="before")
    @classmethod
    def _known_or_complete(cls, value: Any) -> Any:
        """A name that is not in the library is a slip, unless every value is stated."""
        known = library().electrolytes
        name = value.get("name") if isinstance(value, dict) else None
        if not isinstance(name, str) or name in known:
            return value
        wanted = ["conductivity", "t_plus", "concentration"]
        if value.get("law") == "ohmic":
            wanted.remove("t_plus")
        missing = [key for key in wanted if key not in value]
        if missing:
            raise ValueError(
                f'name = "{name}" is not in the library, which has {listing(known)}.'
                f"{did_you_mean(name, known)} For an electrolyte of your own state also "
                f"{listing(missing)}, and [sei] fresh."
            )
        return value

    @model_validator(mode="after")
    def _law_has_its_numbers(self) -> Electrolyte:
        if self.law == "nernst-planck" and self.t_plus is None:
            raise ValueError("t_plus is missing: a number between 0 and 1")
        if self.law == "ohmic" and self.t_plus is not None:
            raise ValueError('t_plus means nothing with law = "ohmic": leave it out')
        return self

    def conductivity_at(self, temperature: float) -> float:
        """κ, S/m, at a temperature (K) and the initial concentration."""
        return arrhenius(self.conductivity, self.activation_energy, temperature)

    def cation_conductivity_at(self, temperature: float) -> float:
        """t₊ κ, S/m, what the electrolyte conducts once it is steady; κ where it is stirred."""
        return self.conductivity_at(temperature) * (1.0 if self.t_plus is None else self.t_plus)

    def law_at(self, temperature: float) -> ElectrolyteLaw:
        """How ions move at a temperature (K)."""
        conductivity = self.conductivity_at(temperature)
        if self.t_plus is None:
            return Ohmic(conductivity)
        return NernstPlanck(conductivity, self.t_plus, self.concentration, temperature)
