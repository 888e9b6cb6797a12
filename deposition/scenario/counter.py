"""``[counter]``: the electrode opposite the lithium."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, Tag, field_validator, model_validator

from deposition.common import units
from deposition.common.plugins import is_plugin, load_plugin, made
from deposition.laws import electrodes
from deposition.laws.checked import CheckedOpenCircuit
from deposition.laws.kinetics import ButlerVolmer
from deposition.laws.open_circuit import (
    LithiumIronPhosphate,
    NickelCobaltManganese523,
    OpenCircuitPotential,
)
from deposition.scenario.section import Number, Section, Text, chosen_by

POROUS_DOUBLE_LAYER = 10.0
"""Capacitance per geometric area of a porous electrode, F/m²: 1 mF/cm².  Assumed: 10 µF/cm² on 100
times the geometric area."""

FilmOfCounter = Literal["none", "sei"]


class LithiumCounter(Section):
    """Lithium metal, at which only Li⁺ reacts.

    motion  "receding": it recedes by the plated volume, so that the mean concentration is constant;
            "fixed": it does not move
    film    if the geometry names none: "none", or "sei": patches or the default film, as on the
            lithium but in a layout of its own; it stays on the electrode
    """

    kind: Literal["lithium"] = "lithium"
    motion: Literal["receding", "fixed"] = "receding"
    film: FilmOfCounter = "none"

    plugin: ClassVar[str | None] = None

    def law_at(self, temperature: float, concentration: float) -> electrodes.CounterElectrode:
        """The electrode at a temperature (K) and initial concentration (mol/m³)."""
        return electrodes.LithiumCounter(recedes=self.motion == "receding")


class _Fixed(Section):
    """An electrode that does not move."""

    motion: Literal["receding", "fixed"] = "fixed"
    film: FilmOfCounter = "none"

    @field_validator("motion")
    @classmethod
    def _gives_no_metal(cls, value: str) -> str:
        if value == "receding":
            raise ValueError(
                "only a lithium counter electrode can recede. Leave motion out, or set it to "
                '"fixed" [E242]'
            )
        return value


class Reservoir(_Fixed):
    """Bulk electrolyte: fixed concentration and potential."""

    kind: Literal["reservoir"] = "reservoir"

    plugin: ClassVar[str | None] = None

    def law_at(self, temperature: float, concentration: float) -> electrodes.CounterElectrode:
        """The electrode at a temperature (K) and initial concentration (mol/m³)."""
        return electrodes.Reservoir()


POTENTIALS: dict[str, type[OpenCircuitPotential]] = {
    "LFP": LithiumIronPhosphate,
    "NCM523": NickelCobaltManganese523,
}
KIND = "open_circuit_potentials"


def _known(name: str) -> str:
    """A potential of the program, or a class of one's own."""
    if name not in POTENTIALS:
        load_plugin(name, KIND, POTENTIALS)
    return name


class Positive(_Fixed):
    """A lumped insertion electrode: one lithiation x, one open-circuit potential U(x).

    open_circuit_potential    "LFP", "NCM523", or a class of your own as package.module:Class
    capacity                  charge per geometric area from x = 0 to x = 1
    lithiation                x at the start
    exchange_current_density  of the insertion at the initial concentration, per geometric area
    resistance                of contacts and electrode, area-specific, in series with its film
    double_layer_capacitance  per geometric area; of impedance only
    n_to_p                    N/P that the lithium of the geometry must make with this capacity
    """

    kind: Literal["positive"] = "positive"
    open_circuit_potential: Annotated[Text, AfterValidator(_known)] = Field(
        description='an open-circuit potential such as "LFP"'
    )
    capacity: units.ChargePerArea = Field(description='a capacity such as "2 mAh/cm^2"')
    lithiation: Annotated[Number, Field(ge=0.0, le=1.0)] = Field(
        description="the lithiation x at the start, from 0 to 1"
    )
    exchange_current_density: units.ExchangeCurrentDensity = Field(
        description='a current density such as "100 A/m^2"'
    )
    resistance: units.AreaResistance | None = None
    double_layer_capacitance: units.Capacitance = POROUS_DOUBLE_LAYER
    n_to_p: Annotated[Number, Field(ge=0.0)] | None = None

    @model_validator(mode="after")
    def _starts_within_bounds(self) -> Positive:
        potential = self.potential
        if isinstance(potential, CheckedOpenCircuit):
            potential.check_falls()
        low, high = potential.bounds
        if not low <= self.lithiation <= high:
            raise ValueError(
                f"lithiation = {self.lithiation:g} is outside of {low:g} to {high:g}, where the "
                f"open-circuit potential {self.open_circuit_potential} holds. State one within "
                "[E260]"
            )
        return self

    @property
    def potential(self) -> OpenCircuitPotential:
        """U(x)."""
        name = self.open_circuit_potential
        if name in POTENTIALS:
            return POTENTIALS[name]()
        return CheckedOpenCircuit(made(load_plugin(name, KIND), name, {}), name)

    @property
    def plugin(self) -> str | None:
        """The name of a class of your own."""
        name = self.open_circuit_potential
        return name if is_plugin(name, KIND) else None

    def law_at(self, temperature: float, concentration: float) -> electrodes.CounterElectrode:
        """The electrode at a temperature (K) and initial concentration (mol/m³)."""
        kinetics = ButlerVolmer(self.exchange_current_density, concentration, temperature)
        return electrodes.PositiveElectrode(
            self.potential, kinetics, self.capacity, self.lithiation, self.resistance or 0.0
        )


Counter = Annotated[
    Annotated[LithiumCounter, Tag("lithium")]
    | Annotated[Reservoir, Tag("reservoir")]
    | Annotated[Positive, Tag("positive")],
    chosen_by("kind", "lithium"),
]
"""The counter electrode, by ``kind``."""
