"""A resolved scenario: every setting of a run, as frozen models with floats in SI.

The docstring of each section lists its keys as they stand in a scenario file; the larger sections
have a module each.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr, field_validator, model_validator

from deposition.common import units
from deposition.common.constants import MAH_PER_CM2
from deposition.common.errors import LibraryError, PluginError, ScenarioError
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
    """The metal; the library's values unless stated."""

    surface_energy: units.SurfaceEnergy
    molar_volume: units.MolarVolume


class Counter(Section):
    """The counter electrode.

    kind    "lithium": only Li⁺ passes; "reservoir": concentration and potential are held
    motion  "receding": it gives what is plated, so that the mean concentration stays;
            "fixed": it stays (a reservoir always does)
    film    where the geometry names none: "none", or "sei": patches or the fresh film, as on the
            lithium, laid out apart from them; it stays on the electrode
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
                'a reservoir cannot recede; leave motion out, or set it to "fixed" [E242]'
            )
        return self


class Time(Section):
    """The time step.

    first_step, max_step  the first and the longest
    max_advance           how far the surface may move in a step, as a fraction of
                          ``mesh.surface_size``; one that is fixed limits no step
    """

    first_step: units.Time = 1.0
    max_step: units.Time = 200.0
    max_advance: Annotated[Number, Field(gt=0.0, le=1.0)] = 0.5

    @model_validator(mode="after")
    def _first_is_no_longer(self) -> Time:
        if self.first_step > self.max_step:
            raise ValueError("first_step must not be longer than max_step [E243]")
        return self


class Output(Section):
    """What is written; every step is in the history.

    every       fields are written after every such charge passed
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
            try:
                load_plugin(name, "recorders")
            except ScenarioError as error:
                raise ValueError(str(error)) from None
        return names


def _liquid(temperature: float) -> float:
    """A temperature (K) at which there are liquid electrolytes; Arrhenius' law runs wild beyond."""
    if not 150.0 <= temperature <= 500.0:
        raise ValueError(
            "must be between 150 and 500 K, where there are liquid electrolytes [E244]"
        )
    return temperature


class Scenario(Section):
    """Everything that a run needs, in SI.

    base (in a file only) names the scenario that this one starts from.
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
        Raises ScenarioError that lists everything that is wrong.
        """
        return load_scenario(cls, name, tuple(overrides), trust=trust)

    def asking(
        self, steps: Sequence[Step], repeat: int = 1, *, nominal_capacity: str | None = None
    ) -> Scenario:
        """The same with another protocol: the steps one after the other, so many times.

        steps             made by ``plate``, ``strip``, ``rest`` and ``hold``
        nominal_capacity  what rates such as "C/2" refer to ("2 mAh/cm^2"), unless the scenario's
        Raises ScenarioError if they do not make a protocol.
        """
        if nominal_capacity is None and self.protocol.nominal_capacity is not None:
            nominal_capacity = units.CHARGE_PER_AREA.format(self.protocol.nominal_capacity)
        protocol = listed(steps, repeat, nominal_capacity)
        return self.model_copy(update={"protocol": protocol})

    @property
    def electrolyte_law(self) -> ElectrolyteLaw:
        """How ions move, at the temperature of the run."""
        return self.electrolyte.law_at(self.temperature)

    @property
    def pores(self) -> Pores:
        """What the separator leaves to the electrolyte."""
        return self.separator.pores

    @property
    def conductivity(self) -> float:
        """κ of the electrolyte in its separator at the initial concentration, S/m."""
        free = self.electrolyte_law.conductivity_at(self.electrolyte.concentration)
        return float(self.pores.passage * free)

    @property
    def steady_conductivity(self) -> float:
        """The same once the salt has spread (t₊κ in a dilute solution), S/m."""
        free = self.electrolyte_law.steady_conductivity_at(self.electrolyte.concentration)
        return float(self.pores.passage * free)

    @property
    def kinetics_law(self) -> KineticsLaw:
        """Charge transfer, at the temperature of the run."""
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
        """What was measured under the conditions of the run, if anything was."""
        there, asked = self.measured, self.protocol
        rated = asked.c_rate is not None
        flows = asked.density(asked.nominal_capacity) if rated else asked.current_density
        alike = there and there.holds_at(flows, self.temperature)
        return there if alike else None

    def film_table(self, tagged: Sequence[str] = ()) -> FilmTable:
        """Every film that can lie on the surface, at the temperature of the run.

        tagged: names of further films, those that the geometry asks for (``sei:NAME``).
        Raises LibraryError if one is unknown or has no data.
        """
        return make_film_table(self.sei, self.temperature, tagged, self.film_energies)

    @property
    def film_energies(self) -> dict[str, float]:
        """Activation energy (J/mol) of the electrolyte's fresh film, if the library knows it."""
        entry = library().electrolytes.get(self.electrolyte.name)
        energy = entry.film_activation_energy if entry is not None else None
        if entry is None or energy is None:
            return {}
        return {entry.fresh_film.name: energy.in_si(units.MOLAR_ENERGY)}

    def resolved_toml(self) -> str:
        """The complete scenario as a file that ``load`` reads back to an equal one."""
        return to_toml(self.model_dump(exclude_none=True))

    def origin(self, path: Sequence[str | int]) -> str:
        """Where the value of a key comes from: a file, ``--set``, the library, a default.

        path: the parts of a dotted key, ``("mesh", "surface_size")``; an item of a list by its
        place, from 0
        """
        found = [layer.origin for layer in self._layers if layer.has(path)]
        return found[-1] if found else "default"

    def model_post_init(self, context: Any) -> None:
        """Remember where the values came from."""
        self._layers = tuple((context or {}).get("layers", ()))

    def __eq__(self, other: object) -> bool:
        """Same settings, wherever they came from."""
        return isinstance(other, Scenario) and self.__dict__ == other.__dict__

    @model_validator(mode="after")
    def _law_holds_at_the_temperature(self) -> Scenario:
        law = self.electrolyte_law
        if isinstance(law, Fitted) and not law.is_sound():
            raise ValueError(
                f'temperature = {self.temperature:g} K: electrolyte.law = "{self.electrolyte.law}" '
                f"makes no sense there; it was measured {law.measured.temperatures}"
                " [E245]"
            )
        return self

    @model_validator(mode="after")
    def _fixed_stages_end(self) -> Scenario:
        """Where nothing moves, nothing meets the counter electrode and no lithium is used up."""
        endless = (
            protocol_step
            for protocol_step in plan_of(self.protocol).protocol_steps
            if math.isinf(
                min(protocol_step.duration, protocol_step.capacity, protocol_step.voltage_limit)
            )
            and StopReason.DEPLETION not in protocol_step.on_event
        )
        if self.interface == "fixed" and any(endless):
            raise ValueError(
                'interface = "fixed": short circuits and lithium that is used up never come, so '
                "that a step of the protocol never ends: state a duration or a capacity in it"
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
            try:
                check_closed(one.law, one.reaction.rates(sample(initial)), charges)
            except (ScenarioError, PluginError) as error:
                raise ValueError(str(error)) from None
        return self

    @model_validator(mode="after")
    def _films_have_data(self) -> Scenario:
        try:
            self.film_table()
        except LibraryError as error:
            raise ValueError(str(error)) from None
        return self
