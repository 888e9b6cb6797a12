"""``[kinetics]``: charge transfer at the lithium surface."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, Tag, model_validator

from deposition.common import units
from deposition.common.constants import KILOJOULE
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE, arrhenius
from deposition.laws.butler_volmer import UnequalButlerVolmer
from deposition.laws.checked import CheckedKinetics
from deposition.laws.kinetics import ButlerVolmer, KineticsLaw, Linear
from deposition.laws.thermodynamics import thermal_voltage
from deposition.scenario.measured_on import MeasuredOn, check_measured_on, per_electrode
from deposition.scenario.own_class import OWN, OwnClass
from deposition.scenario.section import Number, Section, Text, chosen_by

Transfer = Annotated[Number, Field(gt=0.0, le=2.0)]
HALF = 0.5

DOUBLE_LAYER = 0.1
"""Capacitance of the double layer, F/m²: 10 µF/cm².  Assumed: 10 to 40 µF/cm² at metals in
electrolytes, Bard & Faulkner, Electrochemical Methods, 2nd ed., 2001, ch. 1.2 and 13.3."""


def _reorganisation(value: float) -> float:
    """A reorganisation energy λ (J/mol) for which the quadrature in kT is accurate and exp(-λ/4kT)
    does not underflow."""
    if not KILOJOULE <= value <= 1000.0 * KILOJOULE:
        raise ValueError(
            'must be between 0.01 and 10 eV (1 and 1000 kJ/mol). Write "0.3 eV" [E210]'
        )
    return value


Reorganisation = Annotated[units.MolarEnergy, AfterValidator(_reorganisation)]


class _Kinetics(Section):
    """Charge transfer at the lithium surface.

    exchange_current_density  i_00 at the initial concentration
    charge_transfer_resistance  R_ct instead, from impedance: i_00 = RT/(F R_ct), with transfer
                              coefficients RT/((α_a + α_c) F R_ct), at the temperature to which
                              i_00 would refer
    of                        R_ct of "electrode", or of "symmetric cell", two in series (half each)
    concentration_exponent    m of i_0 = i_00 (c/c0)^m
    activation_energy         of the charge-transfer resistance; the exchange current density is
                              then that at 298.15 K, else that at the temperature of the run
    double_layer_capacitance  beside the charge transfer, per area of the surface; of impedance only
    """

    exchange_current_density: units.ExchangeCurrentDensity | None = None
    charge_transfer_resistance: units.AreaResistance | None = None
    of: MeasuredOn | None = None
    concentration_exponent: Annotated[Number, Field(ge=0.0, le=2.0)] = HALF
    activation_energy: units.ActivationEnergy | None = None
    double_layer_capacitance: units.Capacitance = DOUBLE_LAYER

    plugin: ClassVar[str | None] = None

    @property
    def order(self) -> float:
        """RT/(F i_00 R_ct) of the law."""
        return 1.0

    @model_validator(mode="after")
    def _stated_once(self) -> Self:
        stated = (self.exchange_current_density, self.charge_transfer_resistance)
        if sum(value is not None for value in stated) != 1:
            raise ValueError(
                'state exactly one of exchange_current_density, such as "100 A/m^2", and '
                'charge_transfer_resistance, such as "2.6 ohm cm^2" [E962]'
            )
        check_measured_on(
            "kinetics", "charge_transfer_resistance", self.charge_transfer_resistance, self.of
        )
        return self

    @property
    def electrode_resistance(self) -> float | None:
        """``charge_transfer_resistance`` of one electrode, ohm m²."""
        return per_electrode(self.charge_transfer_resistance, self.of)

    def stated_exchange(self, temperature: float) -> float:
        """i_00 (A/m²) before its temperature dependence: as stated, or from R_ct at this
        temperature (K)."""
        if self.electrode_resistance is not None:
            return thermal_voltage(temperature) / (self.order * self.electrode_resistance)
        assert self.exchange_current_density is not None
        return self.exchange_current_density

    def exchange_at(self, temperature: float) -> float:
        """i_00 at a temperature (K), A/m².

        R_ct = RT/((α_a + α_c) F i_00) follows exp[(E_a/R)(1/T - 1/298.15 K)], as impedance measures
        it, hence i_00(T) = i_00(298.15 K) (T/298.15 K) exp[-(E_a/R)(1/T - 1/298.15 K)].
        """
        energy = self.activation_energy
        if energy is None:
            return self.stated_exchange(temperature)
        stated = self.stated_exchange(REFERENCE_TEMPERATURE)
        return arrhenius(stated * (temperature / REFERENCE_TEMPERATURE), energy, temperature)

    def state(self, temperature: float, concentration: float) -> tuple[float, float, float, float]:
        """i_00 (A/m²), initial concentration (mol/m³), temperature (K) and m, as laws take them."""
        exchange = self.exchange_at(temperature)
        return exchange, concentration, temperature, self.concentration_exponent


class _Transfer(_Kinetics):
    """A law with transfer coefficients.

    alpha_a, alpha_c  of stripping and of plating; concentration_exponent is alpha_a unless stated
    """

    alpha_a: Transfer = HALF
    alpha_c: Transfer = HALF

    @property
    def order(self) -> float:
        """α_a + α_c."""
        return self.alpha_a + self.alpha_c

    @model_validator(mode="before")
    @classmethod
    def _exponent_is_alpha(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {"concentration_exponent": value.get("alpha_a", HALF), **value}


class ButlerVolmerKinetics(_Transfer):
    """Butler-Volmer kinetics."""

    law: Literal["butler-volmer"] = "butler-volmer"

    def law_at(self, temperature: float, concentration: float) -> KineticsLaw:
        """The law at a temperature (K) and an initial concentration (mol/m³)."""
        state = self.state(temperature, concentration)
        if self.alpha_a == self.alpha_c:
            return ButlerVolmer(*state, self.alpha_a)
        return UnequalButlerVolmer(*state, self.alpha_a, self.alpha_c)


class LinearKinetics(_Transfer):
    """The limit of Butler-Volmer kinetics at small overpotentials."""

    law: Literal["linear"] = "linear"

    def law_at(self, temperature: float, concentration: float) -> KineticsLaw:
        """The law at a temperature (K) and an initial concentration (mol/m³)."""
        return Linear(*self.state(temperature, concentration), self.order)


class MarcusKinetics(_Kinetics):
    """Marcus-Hush-Chidsey kinetics.

    reorganisation_energy  λ
    """

    law: Literal["marcus-hush-chidsey"] = "marcus-hush-chidsey"
    reorganisation_energy: Reorganisation = Field(description='a molar energy such as "0.3 eV"')

    def law_at(self, temperature: float, concentration: float) -> KineticsLaw:
        """The law at a temperature (K) and an initial concentration (mol/m³)."""
        from deposition.laws.marcus import MarcusHushChidsey

        state = self.state(temperature, concentration)
        return MarcusHushChidsey(*state, reorganisation_energy=self.reorganisation_energy)


class OwnKinetics(OwnClass, _Kinetics):  # type: ignore[override]
    """A class of your own, package.module:Class, made with exchange_current_density, concentration
    and temperature.

    parameters  further arguments of the class
    """

    kind = "kinetics"
    known = ("butler-volmer", "linear", "marcus-hush-chidsey")

    parameters: dict[Text, Any] = Field(default_factory=dict)

    def law_at(self, temperature: float, concentration: float) -> KineticsLaw:
        """The law at a temperature (K) and an initial concentration (mol/m³)."""
        settings = {
            "exchange_current_density": self.exchange_at(temperature),
            "concentration": concentration,
            "temperature": temperature,
            **self.parameters,
        }
        return CheckedKinetics(self.made(settings), self.law)


LAWS: dict[str, type[Section]] = {
    "butler-volmer": ButlerVolmerKinetics,
    "linear": LinearKinetics,
    "marcus-hush-chidsey": MarcusKinetics,
}

Kinetics = Annotated[
    Annotated[ButlerVolmerKinetics, Tag("butler-volmer")]
    | Annotated[LinearKinetics, Tag("linear")]
    | Annotated[MarcusKinetics, Tag("marcus-hush-chidsey")]
    | Annotated[OwnKinetics, Tag(OWN)],
    chosen_by("law", "butler-volmer", otherwise=OWN, known=LAWS),
]
"""Charge transfer at the lithium surface, by ``law``."""
