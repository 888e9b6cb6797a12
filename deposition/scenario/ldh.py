"""``[ldh]``: layered double hydroxide suspended in the electrolyte."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from deposition.common import units
from deposition.common.suggest import did_you_mean, listing
from deposition.laws.ion_exchange import IonExchanger, in_platelets, surface_limited
from deposition.scenario.electrolyte import _Electrolyte
from deposition.scenario.section import Number, Section, Text

CAPACITY = 2.837
"""mol/kg: 36.0 wt% iodide (126.9 g/mol) in the LDH as prepared, measured; Wang et al., Sci. Bull.
2025, doi 10.1016/j.scib.2025.04.016.  1.2 wt% is left after exchange, a nitrate share of 0.967; the
3.6 wt% of nitrogen measured then are one of 0.906."""


class Ldh(Section):
    """A layered double hydroxide that takes up nitrate and releases iodide, well stirred.

    dose           mass per volume of electrolyte
    selectivity    K of the exchange
    capacity       sites per mass; default: iodide of the paper
    loading        share of the sites that hold ``taken`` at the start
    rate_constant  of an exchange that its surface limits
    diffusivity    in its platelets, which limits it instead, with their radius
    radius         of the platelets
    taken, released  anions of [electrolyte.dissolved], of equal charge
    """

    dose: units.Density = Field(description='a mass per volume such as "10 kg/m^3"')
    selectivity: Annotated[Number, Field(gt=0.0)] = Field(
        description="the equilibrium constant of the exchange, such as 74"
    )
    capacity: units.AmountPerMass = CAPACITY
    loading: Annotated[Number, Field(ge=0.0, le=1.0)] = 0.0
    rate_constant: units.ExchangeRate | None = None
    diffusivity: units.Diffusivity | None = None
    radius: units.Length | None = None
    taken: Text = "NO3-"
    released: Text = "I-"

    @model_validator(mode="after")
    def _has_one_rate(self) -> Ldh:
        by_platelets = self.diffusivity is not None and self.radius is not None
        partly = (self.diffusivity is None) != (self.radius is None)
        if partly or by_platelets == (self.rate_constant is not None):
            raise ValueError(
                "the rate of the exchange is not stated, or twice. State either rate_constant, "
                'such as "1e-3 1/s", or diffusivity and radius of the platelets, such as '
                '"1e-16 m^2/s" and "1 um" [E906]'
            )
        return self

    def check_species(self, electrolyte: _Electrolyte) -> None:
        """Raise ValueError unless both anions are dissolved, and have equal charges."""
        known = electrolyte.dissolved
        for name in (self.taken, self.released):
            if name not in known:
                raise ValueError(
                    f'ldh: the species "{name}" is not dissolved.{did_you_mean(name, known)} '
                    f"Dissolved: {listing(known) or 'none'}. State it in "
                    f"[electrolyte.dissolved.{name}], with 0 mol/m^3 if there is none at the start "
                    "[E907]"
                )
        taken, released = known[self.taken], known[self.released]
        if taken.charge != released.charge:
            raise ValueError(
                f"ldh: {self.taken} and {self.released} cannot be exchanged for one another: they "
                f"have charges {taken.charge} and {released.charge}. State the same charge for "
                "both, or other species [E908]"
            )

    @property
    def exchanger(self) -> IonExchanger:
        """The law."""
        if self.diffusivity is not None and self.radius is not None:
            weights, rates = in_platelets(self.diffusivity, self.radius)
        else:
            weights, rates = surface_limited(self.rate_constant or 0.0)
        return IonExchanger(
            self.taken,
            self.released,
            self.selectivity,
            self.dose * self.capacity,
            self.loading,
            weights,
            rates,
        )
