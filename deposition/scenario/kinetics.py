"""``[kinetics]``: charge transfer through the surface."""

from __future__ import annotations

from pydantic import Field

from deposition import units
from deposition.laws.kinetics import ButlerVolmer
from deposition.scenario.section import Section


class Kinetics(Section):
    """Charge transfer through the surface: Butler-Volmer, both transfer coefficients one half.

    exchange_current_density  at the initial concentration
    """

    exchange_current_density: units.ExchangeCurrentDensity = Field(
        description='a current density such as "100 A/m^2"'
    )

    def law_at(self, temperature: float, concentration: float) -> ButlerVolmer:
        """The law at a temperature (K); concentration: the initial one, mol/m³."""
        return ButlerVolmer(self.exchange_current_density, concentration, temperature)
