"""``[kinetics]``: charge transfer at the lithium surface."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from deposition.common import units
from deposition.common.constants import KILOJOULE
from deposition.common.plugins import check_parameters, is_plugin, load_plugin, made
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE, arrhenius
from deposition.laws.butler_volmer import UnequalButlerVolmer
from deposition.laws.checked import CheckedKinetics
from deposition.laws.kinetics import ButlerVolmer, KineticsLaw, Linear
from deposition.scenario.section import Number, Section, Text

Transfer = Annotated[Number, Field(gt=0.0, le=2.0)]
MARCUS = "marcus-hush-chidsey"
HALF = 0.5


def _reorganisation(value: float) -> float:
    """A reorganisation energy λ (J/mol) for which the quadrature in kT is accurate and exp(-λ/4kT)
    does not underflow."""
    if not KILOJOULE <= value <= 1000.0 * KILOJOULE:
        raise ValueError(
            'must be between 0.01 and 10 eV (1 and 1000 kJ/mol). Write "0.3 eV" [E210]'
        )
    return value


Reorganisation = Annotated[units.MolarEnergy, AfterValidator(_reorganisation)]


LAWS = ("butler-volmer", "linear", MARCUS)


def _known(law: str) -> str:
    """A law of the program, or a class of one's own."""
    if law not in LAWS:
        load_plugin(law, "kinetics", LAWS)
    return law


class Kinetics(Section):
    """Charge transfer at the lithium surface.

    law                       "butler-volmer", "linear" (its limit at small overpotentials), or
                              "marcus-hush-chidsey"
    exchange_current_density  i_00 at the initial concentration
    alpha_a, alpha_c          transfer coefficients of stripping and of plating; default one half
                              each (not with "marcus-hush-chidsey")
    concentration_exponent    m of i_0 = i_00 (c/c0)^m; default alpha_a
    reorganisation_energy     λ ("marcus-hush-chidsey" only)
    activation_energy         of the charge-transfer resistance; the exchange current density is
                              then that at 298.15 K, else that at the temperature of the run
    parameters                further arguments of a law package.module:Class
    """

    law: Annotated[Text, AfterValidator(_known)] = "butler-volmer"
    exchange_current_density: units.ExchangeCurrentDensity = Field(
        description='a current density such as "100 A/m^2"'
    )
    alpha_a: Transfer | None = None
    alpha_c: Transfer | None = None
    concentration_exponent: Annotated[Number, Field(ge=0.0, le=2.0)] = HALF
    reorganisation_energy: Reorganisation | None = None
    activation_energy: units.ActivationEnergy | None = None
    parameters: dict[Text, Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_half_each(cls, value: Any) -> Any:
        """Add default transfer coefficients, for the laws that have them."""
        if not isinstance(value, dict) or value.get("law") == MARCUS:
            return value
        filled = {"alpha_a": HALF, "alpha_c": HALF, **value}
        return {"concentration_exponent": filled["alpha_a"], **filled}

    @model_validator(mode="after")
    def _law_has_its_numbers(self) -> Kinetics:
        check_parameters(self.law, "kinetics", self.parameters)
        if self.law == MARCUS:
            if self.alpha_a is not None or self.alpha_c is not None:
                raise ValueError(
                    'law = "marcus-hush-chidsey" has no transfer coefficients. Leave out alpha_a '
                    "and alpha_c"
                    " [E211]"
                )
            if self.reorganisation_energy is None:
                raise ValueError(
                    'reorganisation_energy is missing. State a molar energy such as "0.3 eV" [E212]'
                )
        elif self.reorganisation_energy is not None:
            raise ValueError(
                f'law = "{self.law}" has no reorganisation_energy. Leave it out, or state '
                'law = "marcus-hush-chidsey"'
                " [E213]"
            )
        return self

    def law_at(self, temperature: float, concentration: float) -> KineticsLaw:
        """The law at a temperature (K); concentration: the initial one, mol/m³."""
        state = (self.exchange_at(temperature), concentration, temperature)
        if self.plugin is not None:
            names = ("exchange_current_density", "concentration", "temperature")
            settings = {**dict(zip(names, state, strict=True)), **(self.parameters or {})}
            law = made(load_plugin(self.plugin, "kinetics"), self.plugin, settings)
            return CheckedKinetics(law, self.plugin)
        exchange = (*state, self.concentration_exponent)
        if self.reorganisation_energy is not None:
            from deposition.laws.marcus import MarcusHushChidsey

            return MarcusHushChidsey(*exchange, reorganisation_energy=self.reorganisation_energy)
        assert self.alpha_a is not None and self.alpha_c is not None
        if self.law == "linear":
            return Linear(*exchange, self.alpha_a + self.alpha_c)
        if self.alpha_a == self.alpha_c:
            return ButlerVolmer(*exchange, self.alpha_a)
        return UnequalButlerVolmer(*exchange, self.alpha_a, self.alpha_c)

    @property
    def plugin(self) -> str | None:
        """The name of a class of one's own."""
        return self.law if is_plugin(self.law, "kinetics") else None

    def exchange_at(self, temperature: float) -> float:
        """i_00 at a temperature (K), A/m².

        R_ct = RT/((α_a + α_c) F i_00) follows exp[(E_a/R)(1/T - 1/298.15 K)], as impedance measures
        it, hence i_00(T) = i_00(298.15 K) (T/298.15 K) exp[-(E_a/R)(1/T - 1/298.15 K)].
        """
        stated, energy = self.exchange_current_density, self.activation_energy
        if energy is None:
            return stated
        return arrhenius(stated * (temperature / REFERENCE_TEMPERATURE), energy, temperature)
