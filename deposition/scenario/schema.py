"""A resolved scenario: all settings of a run, as immutable models with floats in SI.

The docstring of each section lists its keys as in a scenario file; larger sections have a module
of their own.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr, field_validator, model_validator

from deposition.common import units
from deposition.common.constants import MAH_PER_CM2
from deposition.common.plugins import load_plugin
from deposition.common.suggest import did_you_mean, listing
from deposition.laws.concentrated import Fitted
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.kinetics import KineticsLaw
from deposition.laws.reactions import CATION, SALT, check_closed, sample
from deposition.laws.separator import Pores
from deposition.library import library
from deposition.protocol import StopReason
from deposition.scenario.dead_lithium import DeadLithium
from deposition.scenario.electrolyte import Electrolyte
from deposition.scenario.films import make_film_table
from deposition.scenario.geometry import Geometry, Mesh
from deposition.scenario.kinetics import Kinetics
from deposition.scenario.layers import Layer
from deposition.scenario.load import load_scenario
from deposition.scenario.measured import Measured
from deposition.scenario.plan import plan_of
from deposition.scenario.protocol import Protocol, Step
from deposition.scenario.reactions import Reaction
from deposition.scenario.section import Number, Section, Text
from deposition.scenario.sei import Sei
from deposition.scenario.separator import Separator
from deposition.scenario.steps import listed
from deposition.scenario.write import to_toml
from deposition.sei.film_table import FilmTable


class Lithium(Section):
    """Lithium metal; default: the values of the library."""

    surface_energy: units.SurfaceEnergy
    molar_volume: units.MolarVolume


class Counter(Section):
    """The counter electrode.

    kind    "lithium": lithium metal, at which only Li⁺ reacts; "reservoir": fixed concentration and
            potential
    motion  "receding": it recedes by the plated volume, so that the mean concentration is constant;
            "fixed": it does not move, as always a reservoir
    film    if the geometry names none: "none", or "sei": patches or the default film, as on the
            lithium but in a layout of its own; it stays on the electrode
    """

    kind: Literal["lithium", "reservoir"] = "lithium"
    motion: Literal["receding", "fixed"] = "receding"
    film: Literal["none", "sei"] = "none"

    @model_validator(mode="before")
    @classmethod
    def _a_reservoir_stays(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("kind") == "reservoir" and "motion" not in value:
            return {**value, "motion": "fixed"}
        return value

    @model_validator(mode="after")
    def _a_reservoir_gives_no_metal(self) -> Counter:
        if self.kind == "reservoir" and self.motion == "receding":
            raise ValueError(
                'a reservoir cannot recede. Leave motion out, or set it to "fixed" [E242]'
            )
        return self


class Time(Section):
    """The time step.

    first_step, max_step  first and longest time step
    max_advance           upper bound of the advance of the surface in a time step, in units of
                          ``mesh.surface_size``; without effect on a fixed interface
    """

    first_step: units.Time = 1.0
    max_step: units.Time = 200.0
    max_advance: Annotated[Number, Field(gt=0.0, le=1.0)] = 0.5

    @model_validator(mode="after")
    def _first_is_no_longer(self) -> Time:
        if self.first_step > self.max_step:
            raise ValueError(
                "first_step is longer than max_step. State a shorter first_step [E243]"
            )
        return self


class Output(Section):
    """Output; every time step is in the history.

    every       charge between two snapshots of the fields
    recorders   further recorders: classes of your own, as package.module:Class
    checkpoint  wall time between two checkpoints, from which a stopped run can be resumed
    """

    every: units.ChargePerArea = 0.05 * MAH_PER_CM2
    checkpoint: units.Time = 120.0
    recorders: tuple[Text, ...] = ()

    @field_validator("recorders")
    @classmethod
    def _recorders_can_be_loaded(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            load_plugin(name, "recorders")
        return names


def _liquid(temperature: float) -> float:
    """A temperature (K) at which electrolytes are liquid; the Arrhenius law fails beyond."""
    if not 150.0 <= temperature <= 500.0:
        raise ValueError("must be between 150 and 500 K, where electrolytes are liquid [E244]")
    return temperature


class Scenario(Section):
    """All settings of a run, in SI.

    base (in a file only) names the scenario whose settings this one changes.
    """

    name: Annotated[str, Field(pattern=r"^[^\s/\\.][^/\\]*$")]
    title: Text = Field(description="one line on what is simulated")
    description: str = ""
    figure: str = ""
    temperature: Annotated[units.Temperature, AfterValidator(_liquid)] = 298.15
    interface: Literal["moving", "fixed"] = "moving"
    geometry: Geometry = Field(description="the geometry, in a table [geometry]")
    mesh: Mesh = Mesh()
    electrolyte: Electrolyte = Field(description="the electrolyte, in a table [electrolyte]")
    separator: Separator = Separator()
    sei: Sei
    kinetics: Kinetics = Field(description="the kinetics, in a table [kinetics]")
    lithium: Lithium
    counter: Counter = Counter()
    dead_lithium: DeadLithium = DeadLithium()
    protocol: Protocol = Field(description="the current and the charge, in a table [protocol]")
    time: Time = Time()
    output: Output = Output()
    reactions: tuple[Reaction, ...] = ()
    measured: Measured | None = None
    _layers: tuple[Layer, ...] = PrivateAttr(default=())

    @classmethod
    def load(
        cls, name: str | Path, overrides: Iterable[str] = (), *, trust: bool = False
    ) -> Scenario:
        """Read and check a scenario.

        name       a shipped scenario, or the path of a .toml file
        overrides  ``key=value`` with dotted keys, set on top of the file
        trust      let a geometry script that is not shipped run shell commands
        Raises ScenarioError that lists all errors.
        """
        return load_scenario(cls, name, tuple(overrides), trust=trust)

    def with_protocol(
        self, steps: Sequence[Step], repeat: int = 1, *, nominal_capacity: str | None = None
    ) -> Scenario:
        """The same scenario with another protocol.

        steps             made by ``plate``, ``strip``, ``rest`` and ``hold``
        repeat            number of repetitions of all steps
        nominal_capacity  reference of C-rates such as "C/2" ("2 mAh/cm^2"); default: that of the
                          scenario
        Raises ScenarioError if the protocol is not valid.
        """
        if nominal_capacity is None and self.protocol.nominal_capacity is not None:
            nominal_capacity = units.CHARGE_PER_AREA.format(self.protocol.nominal_capacity)
        protocol = listed(steps, repeat, nominal_capacity)
        return self.model_copy(update={"protocol": protocol})

    def asking(
        self, steps: Sequence[Step], repeat: int = 1, *, nominal_capacity: str | None = None
    ) -> Scenario:
        """Old name of ``with_protocol``; issues a FutureWarning."""
        warnings.warn(
            "Scenario.asking is now called Scenario.with_protocol; "
            "the old name works until version 0.3",
            FutureWarning,
            stacklevel=2,
        )
        return self.with_protocol(steps, repeat, nominal_capacity=nominal_capacity)

    @property
    def electrolyte_law(self) -> ElectrolyteLaw:
        """Transport law of the electrolyte at the temperature of the run."""
        return self.electrolyte.law_at(self.temperature)

    @property
    def pores(self) -> Pores:
        """Porosity and Bruggeman exponent of the separator."""
        return self.separator.pores

    @property
    def conductivity(self) -> float:
        """ε^b κ at the initial concentration, S/m."""
        free = self.electrolyte_law.conductivity_at(self.electrolyte.concentration)
        return float(self.pores.transport_efficiency * free)

    @property
    def steady_conductivity(self) -> float:
        """Effective steady-state conductivity, S/m: ε^b κ/(1 + Ne); dilute solution: ε^b t₊κ."""
        free = self.electrolyte_law.steady_conductivity_at(self.electrolyte.concentration)
        return float(self.pores.transport_efficiency * free)

    @property
    def kinetics_law(self) -> KineticsLaw:
        """Charge-transfer law at the temperature of the run."""
        return self.kinetics.law_at(self.temperature, self.electrolyte.concentration)

    @property
    def plugins(self) -> list[tuple[str, str]]:
        """Kind and name of each class from outside the package."""
        found = [
            ("electrolytes", self.electrolyte.plugin),
            ("kinetics", self.kinetics.plugin),
            *(("reactions", reaction.plugin) for reaction in self.reactions),
            *(("recorders", name) for name in self.output.recorders),
        ]
        return [(kind, name) for kind, name in found if name is not None]

    @property
    def measurement(self) -> Measured | None:
        """The measured values, if they were measured under the conditions of the run."""
        measured, protocol = self.measured, self.protocol
        by_rate = protocol.c_rate is not None
        nominal = protocol.nominal_capacity
        current_density = protocol.density(nominal) if by_rate else protocol.current_density
        applies = measured and measured.holds_at(current_density, self.temperature)
        return measured if applies else None

    def film_table(self, tagged: Sequence[str] = ()) -> FilmTable:
        """All films that can occur on the surface, at the temperature of the run.

        tagged: names of further films, which the geometry states (``sei:NAME``).
        Raises LibraryError if a film is unknown or has no conductivity.
        """
        return make_film_table(self.sei, self.temperature, tagged, self.film_energies)

    @property
    def film_energies(self) -> dict[str, float]:
        """Activation energy (J/mol) of the electrolyte's default film, by its name; empty if the
        library has none."""
        entry = library().electrolytes.get(self.electrolyte.name)
        energy = entry.film_activation_energy if entry is not None else None
        if entry is None or energy is None:
            return {}
        return {entry.fresh_film.name: energy.in_si(units.MOLAR_ENERGY)}

    def resolved_toml(self) -> str:
        """The complete scenario as TOML text that ``load`` reads back to an equal one."""
        return to_toml(self.model_dump(exclude_none=True))

    def origin(self, path: Sequence[str | int]) -> str:
        """Origin of the value of a key: a file, "--set", "library" or "default".

        path: the parts of a dotted key, ``("mesh", "surface_size")``; an item of a list by its
        index, from 0
        """
        found = [layer.origin for layer in self._layers if layer.has(path)]
        return found[-1] if found else "default"

    def model_post_init(self, context: Any) -> None:
        """Keep the layers, for ``origin``."""
        self._layers = tuple((context or {}).get("layers", ()))

    def __eq__(self, other: object) -> bool:
        """Equality of all settings, regardless of their origin."""
        return isinstance(other, Scenario) and self.__dict__ == other.__dict__

    @model_validator(mode="after")
    def _law_holds_at_the_temperature(self) -> Scenario:
        law = self.electrolyte_law
        if isinstance(law, Fitted) and not law.is_sound():
            raise ValueError(
                f'temperature = {self.temperature:g} K: electrolyte.law = "{self.electrolyte.law}" '
                f"is not valid there. It was measured {law.measured.temperatures}"
                " [E245]"
            )
        return self

    @model_validator(mode="after")
    def _fixed_steps_end(self) -> Scenario:
        """A fixed interface causes no short circuit and exhausts no lithium."""
        endless = (
            step
            for step in plan_of(self.protocol).protocol_steps
            if math.isinf(min(step.duration, step.capacity, step.voltage_limit))
            and StopReason.DEPLETION not in step.on_event
        )
        if self.interface == "fixed" and any(endless):
            raise ValueError(
                'interface = "fixed": a protocol step has no end. Without motion no short circuit '
                "occurs and no lithium is exhausted. State a duration or a capacity in it"
                " [E246]"
            )
        return self

    @model_validator(mode="after")
    def _reactions_have_their_species(self) -> Scenario:
        known = list(self.electrolyte.dissolved)
        for reaction in self.reactions:
            if reaction.species is not None and reaction.species not in known:
                raise ValueError(
                    f'reactions: the species "{reaction.species}" is not dissolved.'
                    f"{did_you_mean(reaction.species, known)} Dissolved: "
                    f"{listing(known) or 'none'}. "
                    f"State it in [electrolyte.dissolved.{reaction.species}]. [E257]"
                )
        charges = {
            CATION: 1,
            SALT: -1,
            **{s.name: s.charge for s in self.electrolyte.further_species},
        }
        initial = {SALT: self.electrolyte.concentration}
        initial |= {s.name: s.initial for s in self.electrolyte.further_species}
        for one in self.reactions:
            check_closed(one.law, one.reaction.rates(sample(initial)), charges)
        return self

    @model_validator(mode="after")
    def _films_have_data(self) -> Scenario:
        self.film_table()
        return self
