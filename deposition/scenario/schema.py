"""A resolved scenario: all settings of a run, as immutable models with floats in SI.

The docstring of each section lists its keys as in a scenario file; larger sections have a module
of their own.
"""

from __future__ import annotations

import math
import tomllib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from deposition.common import units
from deposition.common.suggest import did_you_mean, listing
from deposition.laws import electrodes as metals
from deposition.laws.arrhenius import REFERENCE_TEMPERATURE
from deposition.laws.concentrated import Fitted
from deposition.laws.electrodes import Electrodes
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.kinetics import KineticsLaw, transfer_resistance
from deposition.laws.porous_lithium import PorousLithium
from deposition.laws.reactions import CATION, SALT, check_closed, sample
from deposition.laws.sei_growth import check_growth
from deposition.laws.separator import Pores
from deposition.library import library
from deposition.mesh.cell import Cell
from deposition.mesh.drawing import Drawing
from deposition.mesh.footprint import projected_area_m2
from deposition.mesh.growth_axis import GrowthAxis
from deposition.mesh.surface import Surface
from deposition.protocol import StopReason
from deposition.scenario.changes import layers_of
from deposition.scenario.counter import Counter, LithiumCounter, Positive
from deposition.scenario.dead_lithium import DeadLithium
from deposition.scenario.drawing import drawing_of
from deposition.scenario.electrolyte import Electrolyte
from deposition.scenario.films import make_film_table, measured_scale, scaled
from deposition.scenario.full_cell import check_capacity, check_limits, check_start
from deposition.scenario.geometry import Geometry, Mesh
from deposition.scenario.kinetics import Kinetics
from deposition.scenario.layers import Layer, stating_layers
from deposition.scenario.ldh import Ldh
from deposition.scenario.load import load_scenario, validated
from deposition.scenario.measured import Measured
from deposition.scenario.plan import plan_of
from deposition.scenario.protocol import Protocol, Step
from deposition.scenario.reactions import IodideAtCounter, Reaction
from deposition.scenario.run_settings import Lithium, Output, Time
from deposition.scenario.section import Section, Text
from deposition.scenario.sei import Sei
from deposition.scenario.separator import Separator
from deposition.scenario.steps import listed
from deposition.scenario.write import to_toml
from deposition.sei.film_library import lithium_content
from deposition.sei.film_table import FilmTable


def _liquid(temperature: float) -> float:
    """A temperature (K) at which electrolytes are liquid; the Arrhenius law fails beyond."""
    if not 150.0 <= temperature <= 500.0:
        raise ValueError("must be between 150 and 500 K, where electrolytes are liquid [E244]")
    return temperature


def _printable(label: str) -> str:
    """A name in pictures and tables."""
    if not label.isprintable() or label != label.strip() or len(label) > 60:
        raise ValueError(
            "must be one line of at most 60 printable characters, without spaces around them [E983]"
        )
    return label


class Scenario(Section):
    """All settings of a run, in SI.

    base (in a file only) names the scenario whose settings this one changes.
    """

    name: Annotated[str, Field(pattern=r"^[^\s/\\.][^/\\]*$")]
    title: Text = Field(description="one line on what is simulated")
    label: Annotated[str, AfterValidator(_printable)] = ""
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
    counter: Counter = LithiumCounter()
    dead_lithium: DeadLithium = DeadLithium()
    protocol: Protocol = Field(description="the current and the charge, in a table [protocol]")
    time: Time = Time()
    output: Output = Output()
    reactions: tuple[Reaction, ...] = ()
    ldh: Ldh | None = None
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

        >>> Scenario.load("be", ["protocol.capacity=0.5 mAh/cm^2"]).title
        'Base electrolyte: a resistive film with a few conductive hot spots'
        """
        return load_scenario(cls, name, tuple(overrides), trust=trust)

    def with_(self, changes: Mapping[str, Any]) -> Scenario:
        """The same scenario with other settings, validated as those of a file are.

        changes  values by dotted key: text with a unit, numbers, lists and dictionaries
        Raises ScenarioError that lists all errors.

        >>> warm = Scenario.load("sei-mosaic").with_({"sei.seed": 3, "mesh.surface_size": "0.5 um"})
        >>> warm.sei.seed, warm.mesh.surface_size
        (3, 5e-07)
        """
        return self._from_layers(self._stated, layers_of(changes))

    @property
    def _stated(self) -> list[Layer]:
        """The layers of this scenario, without that of the library."""
        if self._layers:
            return list(self._layers[1:])
        return [Layer(self.name, tomllib.loads(self.resolved_toml()), Path.cwd())]

    def _from_layers(self, files: Sequence[Layer], changes: Sequence[Layer]) -> Scenario:
        trust = self.geometry.trust
        return validated(type(self), files, changes, self.name, self.name, trust)

    def with_protocol(
        self, steps: Sequence[Step], repeat: int = 1, *, nominal_capacity: str | None = None
    ) -> Scenario:
        """The same scenario with another protocol.

        steps             made by ``plate``, ``strip``, ``rest``, ``hold``, ``cycle`` and ``adams``
        repeat            number of repetitions of all steps
        nominal_capacity  reference of C-rates such as "C/2" ("2 mAh/cm^2"); default: that of the
                          scenario
        Raises ScenarioError if the protocol is not valid.

        >>> pulses = [plate("2 mA/cm^2", capacity="0.02 mAh/cm^2"), rest("1 min")]
        >>> Scenario.load("be").with_protocol(pulses, repeat=10).protocol.repeat
        10
        """
        if nominal_capacity is None and self.protocol.nominal_capacity is not None:
            nominal_capacity = units.CHARGE_PER_AREA.format(self.protocol.nominal_capacity)
        protocol = listed(steps, repeat, nominal_capacity)
        table = {"protocol": protocol.model_dump(exclude_none=True)}
        others = [layer.without("protocol") for layer in self._stated]
        return self._from_layers([*others, Layer("with_protocol", table, Path.cwd())], ())

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

    def with_growth_axis(self, growth: GrowthAxis) -> Scenario:
        """The same scenario with the growth axis of its cell stated, unless it is the last
        coordinate."""
        if growth.is_defined and growth.is_upwards:
            return self
        return self.with_valid(geometry=self.geometry.with_valid(growth_axis=growth.name))

    def with_current_densities(self, cell: Cell) -> Scenario:
        """The same scenario with the density of each total current on this cell.

        Raises ScenarioError for a current of the other dimension.
        """
        protocol = self.protocol.across(projected_area_m2(cell), cell.dim)
        if protocol is self.protocol:
            return self
        return self.with_valid(protocol=protocol)

    @property
    def electrodes(self) -> Electrodes:
        """Lithium, counter electrode and dead lithium."""
        reacts = any("dead_lithium" in one.reaction.on for one in self.reactions)
        return Electrodes(
            metals.Lithium(self.lithium.molar_volume, self.lithium.surface_energy),
            self.counter.law_at(self.temperature, self.electrolyte.concentration),
            metals.DeadLithium(self.dead_lithium.floats, reacts),
            self.interface == "moving",
        )

    @property
    def electrolyte_law(self) -> ElectrolyteLaw:
        """Transport law of the electrolyte at the temperature of the run."""
        return self.electrolyte.law_at(self.temperature)

    @property
    def drawing(self) -> Drawing | None:
        """The drawing of a cell without a geometry file; None for one with a file."""
        return drawing_of(self.geometry, self.sei.patch, self.mesh.surface_size)

    @property
    def pores(self) -> Pores:
        """Porosity and Bruggeman exponent of the separator."""
        return self.separator.pores

    def at_working_electrode(self, cell: Cell, surface: Surface) -> Scenario:
        """The scenario with the separator of the electrolyte at the working electrode everywhere:
        ``conductivity`` is then that at the surface, which the polarization length is of."""
        pores = self.pores.at_working_electrode(cell, surface)
        return self.with_valid(separator=self.separator.with_valid(porosity=pores.porosity))

    @property
    def conductivity(self) -> float:
        """ε^b κ at the initial concentration, S/m; in the separator, if it is a region."""
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
    def porous_lithium(self) -> PorousLithium | None:
        """Dead lithium in the pores of the region ``separator``; None without it."""
        stated = self.separator.dead_lithium
        return None if stated is None else stated.law(self.lithium.molar_volume)

    @property
    def plugins(self) -> list[tuple[str, str]]:
        """Kind and name of each class from outside the package."""
        found = [
            ("electrolytes", self.electrolyte.plugin),
            ("kinetics", self.kinetics.plugin),
            ("open_circuit_potentials", self.counter.plugin),
            *(("reactions", reaction.plugin) for reaction in self.reactions),
            *(("sei_growth", growth.plugin) for growth in self.sei.growth),
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

    def film_table(
        self, tagged: Sequence[str] = (), shares: Mapping[str, float] | None = None
    ) -> FilmTable:
        """All films that can occur on the surface, at the temperature of the run.

        tagged  names of further films, which the geometry states (``sei:NAME``)
        shares  area of each film of the initial electrode over its geometric area, to which
                ``sei.resistance`` refers; those of the composition unless stated
        Raises LibraryError if a film is unknown or has no conductivity, or ``sei.resistance``
        cannot be shared out.
        """
        reacting = [film for one in self.reactions for film in one.films]
        names = [*tagged, *reacting]
        table = make_film_table(self.sei, self.temperature, names, self.film_energies)
        return scaled(table, self.film_scale(tagged, shares), self.sei)

    def film_scale(
        self, tagged: Sequence[str] = (), shares: Mapping[str, float] | None = None
    ) -> float:
        """Factor by which ``sei.resistance`` scales all films; 1 if it is not stated.

        tagged, shares: as for ``film_table``.
        """
        law = self.kinetics.law_at(REFERENCE_TEMPERATURE, self.electrolyte.concentration)
        transfer = transfer_resistance(law, self.electrolyte.concentration)
        return measured_scale(self.sei, tagged, shares, self.film_energies, transfer)

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
        """The complete scenario as TOML text that ``load`` reads back to an equal one.

        >>> "current_density = " in Scenario.load("be").resolved_toml()
        True
        """
        return to_toml(self.model_dump(exclude_none=True, by_alias=True))

    def origin(self, path: Sequence[str | int]) -> str:
        """Origin of the value of a key: a file, "--set", "library" or "default".

        path: the parts of a dotted key, ``("mesh", "surface_size")``; an item of a list by its
        index, from 0

        >>> Scenario.load("be", ["mesh.gradation=1.2"]).origin(("mesh", "gradation"))
        '--set'
        """
        # The points of a property may come from a table.
        stated = path[:2] if path[0] == "electrolyte" and path[-1] == "points" else path
        found = stating_layers(self._layers, stated)
        return found[-1].origin if found else "default"

    def brings_sei_above(self, film: str) -> bool:
        """Whether a file or ``--set`` that does not state this film states an SEI of its own, above
        the one that does."""
        stating = [layer.has(("sei", "films", film)) for layer in self._layers]
        if True not in stating:
            return False
        last = len(stating) - 1 - stating[::-1].index(True)
        own = ("composition", "xps", "films", "default_film")
        return any(layer.has(("sei", key)) for layer in self._layers[last + 1 :] for key in own)

    def model_post_init(self, context: Any) -> None:
        """Keep the layers, for ``origin``."""
        self._layers = tuple((context or {}).get("layers", ()))

    def __eq__(self, other: object) -> bool:
        """Equality of all settings, regardless of their origin."""
        return isinstance(other, Scenario) and self.__dict__ == other.__dict__

    @model_validator(mode="after")
    def _law_holds_at_the_temperature(self) -> Scenario:
        law = self.electrolyte_law
        fault = law.fault() if isinstance(law, Fitted) else ""
        if isinstance(law, Fitted) and fault:
            raise ValueError(
                f'temperature = {self.temperature:g} K: electrolyte.law = "{self.electrolyte.law}" '
                f"is not valid there: {fault}. It was measured {law.measured.temperatures}, "
                f"{law.measured.concentrations}"
                " [E245]"
            )
        return self

    @model_validator(mode="after")
    def _fixed_steps_end(self) -> Scenario:
        """A fixed interface causes no short circuit and exhausts no lithium."""
        endless = (
            step
            for step in plan_of(self.protocol).protocol_steps
            if math.isinf(min(step.duration, step.capacity))
            and not (step.is_limited or step.is_spectrum)
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
    def _protocol_fits_the_counter_electrode(self) -> Scenario:
        plan = plan_of(self.protocol)
        check_limits(plan, isinstance(self.counter, Positive))
        if isinstance(self.counter, Positive):
            check_start(plan, self.counter)
            check_capacity(plan, self.counter)
        return self

    @model_validator(mode="after")
    def _reacting_films_travel(self) -> Scenario:
        for one in self.reactions:
            insulated = "dead_lithium" in one.on and not self.dead_lithium.floats
            if one.needs_electrons and insulated:
                raise ValueError(
                    f"reactions: insulating dead lithium gives no electrons to {one.law}. State "
                    'dead_lithium.kind = "floating", or leave "dead_lithium" out of on [E893]'
                )
            if one.films and self.sei.motion == "stationary":
                raise ValueError(
                    f"reactions: {one.law} changes the film, which must travel with the surface. "
                    'State sei.motion = "advected" [E894]'
                )
        return self

    @model_validator(mode="after")
    def _reactions_have_their_species(self) -> Scenario:
        known = list(self.electrolyte.dissolved)
        for reaction in self.reactions:
            for name in reaction.needs:
                if name not in known:
                    raise ValueError(
                        f'reactions: the species "{name}" is not dissolved.'
                        f"{did_you_mean(name, known)} Dissolved: {listing(known) or 'none'}. "
                        f'State it in [electrolyte.dissolved."{name}"]. [E257]'
                    )
        charges = {
            CATION: 1,
            SALT: -1,
            **{s.name: s.charge for s in self.electrolyte.further_species},
        }
        species = self.electrolyte.further_species
        initial = {SALT: self.electrolyte.concentration} | {s.name: s.scale for s in species}
        for one in self.reactions:
            rates = one.reaction.rates(sample(initial, list(lithium_content())))
            check_closed(one.law, rates, charges, lithium_content())
            exchanged = [s for s in species if s.name in rates.species]
            traces = [s.name for s in exchanged if s.trace]
            if traces and (rates.charge is not None or len(traces) < len(exchanged)):
                raise ValueError(
                    f"reactions: the trace {traces[0]} reacts with a species that is solved with "
                    "the salt, or by a current. State trace = false for "
                    f"[electrolyte.dissolved.{traces[0]}], or trace = true for all species of the "
                    "reaction [E265]"
                )
        return self

    @model_validator(mode="after")
    def _counter_electrode_oxidises(self) -> Scenario:
        for one in self.reactions:
            if isinstance(one, IodideAtCounter):
                one.check_counter(self.counter)
        return self

    @model_validator(mode="after")
    def _exchanger_has_its_species(self) -> Scenario:
        if self.ldh is not None:
            self.ldh.check_species(self.electrolyte)
        return self

    @model_validator(mode="after")
    def _porous_lithium_can_react(self) -> Scenario:
        if self.separator.dead_lithium is not None:
            self.separator.dead_lithium.check_species(self.electrolyte)
        return self

    @model_validator(mode="after")
    def _growth_is_closed(self) -> Scenario:
        charges = {s.name: s.charge for s in self.electrolyte.further_species} | {SALT: -1}
        for entry in self.sei.growth:
            if "dead_lithium" in entry.on and not self.dead_lithium.floats:
                raise ValueError(
                    "sei.growth: insulating dead lithium gives no electrons to a film. State "
                    'dead_lithium.kind = "floating", or leave "dead_lithium" out of on [E264]'
                )
            if "counter" in entry.on and not self._counter_has_film:
                raise ValueError(
                    "sei.growth: SEI grows on a counter electrode of lithium that has a film. "
                    'State counter.kind = "lithium" and counter.film = "sei", or leave "counter" '
                    "out of on [E920]"
                )
            name = entry.plugin or entry.law
            check_growth(name, entry.growth, lithium_content(), charges)
        return self

    @property
    def _counter_has_film(self) -> bool:
        return isinstance(self.counter, LithiumCounter) and self.counter.film == "sei"

    @model_validator(mode="after")
    def _films_have_data(self) -> Scenario:
        self.film_table()
        return self
