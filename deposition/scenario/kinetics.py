"""``[kinetics]``: charge transfer through the surface."""

from __future__ import annotations

from pydantic import Field

from deposition import units
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE, arrhenius
from deposition.laws.kinetics import ButlerVolmer
from deposition.scenario.section import Section


class Kinetics(Section):
    """Charge transfer through the surface: Butler-Volmer, both transfer coefficients one half.

    exchange_current_density  at the initial concentration
    activation_energy         of the charge-transfer resistance; the exchange current density is
                              then that at 298.15 K, else at the temperature of the run
    """

    exchange_current_density: units.ExchangeCurrentDensity = Field(
        description='a current density such as "100 A/m^2"'
    )
    activation_energy: units.MolarEnergy | None = None

    def law_at(self, temperature: float, concentration: float) -> ButlerVolmer:
        """The law at a temperature (K); concentration: the initial one, mol/m³."""
        return ButlerVolmer(self.exchange_at(temperature), concentration, temperature)

    def exchange_at(self, temperature: float) -> float:
        """i_00 at a temperature (K), A/m².

        R_ct = RT/(F i_00) follows exp[(E_a/R)(1/T - 1/298.15 K)], as impedance measures it, hence
        i_00(T) = i_00(298.15 K) (T/298.15 K) exp[-(E_a/R)(1/T - 1/298.15 K)].
        """
        stated, energy = self.exchange_current_density, self.activation_energy
        if energy is None:
            return stated
        return arrhenius(stated * (temperature / REFERENCE_TEMPERATURE), energy, temperature)
