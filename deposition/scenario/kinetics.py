"""``[kinetics]``: charge transfer through the surface."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from deposition.common import units
from deposition.common.errors import ScenarioError
from deposition.common.plugins import is_plugin, load_plugin, made
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE, arrhenius
from deposition.laws.butler_volmer import UnequalButlerVolmer
from deposition.laws.checked import CheckedKinetics
from deposition.laws.kinetics import ButlerVolmer, KineticsLaw, Linear
from deposition.scenario.section import Number, Section, Text

Transfer = Annotated[Number, Field(gt=0.0, le=2.0)]
MARCUS = "marcus-hush-chidsey"
HALF = 0.5


def _sensible(value: float) -> float:
    """A reorganisation energy (J/mol) that kT resolves and that exp(-λ/4kT) survives."""
    if not 1e3 <= value <= 1e6:
        raise ValueError(
            'must be between 0.01 and 10 eV (1 and 1000 kJ/mol), such as "0.3 eV" [E210]'
        )
    return value


LAWS = ("butler-volmer", "linear", MARCUS)


def _known(law: str) -> str:
    """A law of the program, or a class of one's own."""
    if law not in LAWS:
        try:
            load_plugin(law, "kinetics", LAWS)
        except ScenarioError as error:
            raise ValueError(str(error)) from None
    return law


class Kinetics(Section):
    """Charge transfer through the surface.

    law                       "butler-volmer", "linear" (the same for small overpotentials), or
                              "marcus-hush-chidsey"
    exchange_current_density  i_00 at the initial concentration
    alpha_a, alpha_c          transfer coefficients of stripping and of plating, one half each
                              unless stated (not with "marcus-hush-chidsey")
    concentration_exponent    m of i_0 = i_00 (c/c0)^m; alpha_a unless stated
    reorganisation_energy     λ ("marcus-hush-chidsey" only)
    activation_energy         of the charge-transfer resistance; the exchange current density is
                              then that at 298.15 K, else at the temperature of the run
    """

    law: Annotated[Text, AfterValidator(_known)] = "butler-volmer"
    exchange_current_density: units.ExchangeCurrentDensity = Field(
        description='a current density such as "100 A/m^2"'
    )
    alpha_a: Transfer | None = None
    alpha_c: Transfer | None = None
    concentration_exponent: Annotated[Number, Field(ge=0.0, le=2.0)] = HALF
    reorganisation_energy: Annotated[units.MolarEnergy, AfterValidator(_sensible)] | None = None
    activation_energy: units.ActivationEnergy | None = None
    parameters: dict[Text, Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_half_each(cls, value: Any) -> Any:
        """Transfer coefficients that are not stated, where they mean something."""
        if not isinstance(value, dict) or value.get("law") == MARCUS:
            return value
        filled = {"alpha_a": HALF, "alpha_c": HALF, **value}
        return {"concentration_exponent": filled["alpha_a"], **filled}

    @model_validator(mode="after")
    def _law_has_its_numbers(self) -> Kinetics:
        if self.law == MARCUS:
            if self.alpha_a is not None or self.alpha_c is not None:
                raise ValueError(
                    'alpha_a and alpha_c mean nothing with law = "marcus-hush-chidsey": leave them '
                    "out"
                    " [E211]"
                )
            if self.reorganisation_energy is None:
                raise ValueError(
                    'reorganisation_energy is missing: a molar energy such as "0.3 eV" [E212]'
                )
        elif self.reorganisation_energy is not None:
            raise ValueError(
                f'reorganisation_energy means nothing with law = "{self.law}": leave it out, or '
                'take law = "marcus-hush-chidsey"'
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
