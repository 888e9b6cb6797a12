"""Every setting changes something: a cell, a film, a step of the run, or what is said about it.

A new setting without a case here fails; so does one that nothing reads.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from types import GenericAlias
from typing import Annotated, get_args, get_origin

import numpy as np
import pytest
from helpers.tiny import TINY, tiny
from imageio.v3 import imwrite
from pydantic import BaseModel
from rich.console import Console

from deposition import run
from deposition.check.check import check_scenario
from deposition.cli.pages import scenario_page
from deposition.common import package_data as shipped
from deposition.common.errors import DepositionError
from deposition.common.validation import choices
from deposition.impedance.spectrum import impedance
from deposition.mesh.cell import Floats
from deposition.recorders.checkpoints import Checkpoints
from deposition.scenario import Scenario
from deposition.scenario.plan import plan_of
from deposition.simulation.build import initial_interface_state, model_of
from deposition.simulation.checkpoint import newest
from deposition.simulation.initial import begin
from deposition.simulation.loop import time_loop
from deposition.simulation.model import Model
from deposition.simulation.state import State

STATES = 3
"""The start and two steps: enough for film to be handed on, and for a step to grow."""

BASE = ("sei.films.high.resistance=20 ohm cm^2", "protocol.current_density=20 A/m^2")
"""Patches that differ, and enough current for the salt and the surface to notice."""

CONCENTRATED = (
    "electrolyte.law=concentrated",
    "electrolyte.diffusivity=3e-10 m^2/s",
    "electrolyte.thermodynamic_factor=1",
)
FAST = ("kinetics.exchange_current_density=5 A/m^2",)
"""Overpotentials at which the laws of kinetics differ."""

HALF_POWER = ("kinetics.concentration_exponent=0.5",)
NOMINAL = ("protocol.nominal_capacity=0.5 mAh/cm^2",)
BY_CONDUCTIVITY = ("sei.films.low.conductivity=1e-6 S/m",)
WITH_DEAD_LITHIUM = (
    "geometry.file=be-dead-li.geo",
    "geometry.parameters.width=40",
    "sei.films.hot_spot.resistance=1 ohm cm^2",
)
MEASURED = (
    'measured={cell_voltage = "3 mV", words = "as low as this", current_density = "5 A/m^2", '
    'temperature = "300 K", source = "a logbook"}'
)
OXIDANT = (
    'electrolyte.dissolved.ox={concentration = "100 mol/m^3", diffusivity = "1e-9 m^2/s"}',
    'reactions=[{species = "ox", rate_constant = "1e-5 m/s"}]',
)
sys.path.append(str(Path(__file__).resolve().parents[1] / "data" / "plugins"))
FULL = (
    'counter={kind = "positive", open_circuit_potential = "LFP", capacity = "2 mAh/cm^2", '
    'lithiation = 0.95, exchange_current_density = "100 A/m^2"}',
)
GROWING = (
    "sei.composition={Li2O = 0.5, medium = 0.5}",
    'sei.growth=[{component = "Li2O", rate_constant = "1e-9 m/s", diffusivity = "1e-17 m^2/s", '
    'concentration = "5 mol/L"}]',
)
TUNNELLING = (
    GROWING[0],
    'sei.growth=[{law = "tunnelling", component = "Li2O", current_density = "1 A/m^2", '
    'decay_length = "5 nm"}]',
)
CRACKING = ("sei.stretch=thins", 'sei.cracking={strain = 1e-9, healing_time = "1 h"}')
RESISTANCE = ("sei.resistance=10 ohm cm^2", "sei.of=electrode")
DRAWN = ("geometry.width=8 um", "geometry.height=8 um")
DRAWN_3D = ("geometry.width=4 um", "geometry.depth=4 um", "geometry.height=4 um")
BLOCK = (
    *DRAWN,
    'geometry.dead_lithium=[{position = ["4 um", "4 um"], size = ["2 um", "1 um"]}]',
)
POLYGON = (
    *DRAWN,
    'geometry.dead_lithium=[{shape = "polygon", position = ["4 um", "4 um"], '
    'points = [["0 um", "0 um"], ["2 um", "0 um"], ["0 um", "2 um"]]}]',
)
SITES = (
    "geometry.file=collector.geo",
    'geometry.seeds={radius = "1 um", sites = [["3 um", "0 um"]]}',
    "sei.films.high.resistance=20 ohm cm^2",
)
RANDOM = (SITES[0], 'geometry.seeds={radius = "1 um", spacing = "4 um", seed = 1}', SITES[2])
PATCH = ('sei.patch=[{film = "high", from = "2 um", to = "4 um"}]',)
PATCH_3D = (
    *DRAWN_3D,
    "sei.composition={medium = 1.0}",
    'sei.patch=[{film = "high", position = ["2 um", "2 um"], size = ["3 um", "1 um"]}]',
)
TRANSFER = ("kinetics.charge_transfer_resistance=10 ohm cm^2", "kinetics.of=electrode")
ANIONS = tuple(
    f"electrolyte.dissolved.{name}={{concentration = '{c} mol/m^3', diffusivity = '1e-10 m^2/s', "
    "charge = -1, trace = true}"
    for name, c in {"I-": 1, "NO3-": 10, "Br-": 3}.items()
)
EXCHANGE = (*ANIONS, "ldh={dose = '10 kg/m^3', selectivity = 74, rate_constant = '1e-2 1/s'}")
REGENERATION = (
    *FULL,
    *ANIONS[:1],
    ANIONS[0].replace("I-", "I3-"),
    "reactions=[{law = 'iodide-at-counter', rate_constant = '1e-4 m/s'}]",
)
MOSSY = (
    *ANIONS[:1],
    ANIONS[0].replace("I-", "I3-"),
    "geometry.parameters={height = 1, separator = 3}",
    "interface=fixed",
    "sei.motion=stationary",
    "counter={kind = 'lithium', motion = 'fixed'}",
    "separator.porosity=0.4",
    "separator.dead_lithium={fraction = 0.3, specific_area = '1e6 1/m', "
    "rate_constant = '1e-6 m/s'}",
)
PLATELETS = (
    *ANIONS,
    "ldh={dose = '10 kg/m^3', selectivity = 74, diffusivity = '1e-16 m^2/s', radius = '1 um'}",
)
IODINE = (
    "sei.composition={Li2O = 0.5, none = 0.5}",
    *(
        f'electrolyte.dissolved."{name}"={{concentration = "{c} mol/m^3", charge = -1, '
        'diffusivity = "1e-10 m^2/s"}'
        for name, c in (("I3-", 9), ("I-", 1), ("IO3-", 1), ("NO3-", 5))
    ),
)
ON_LITHIUM = (
    *IODINE,
    'reactions=[{law = "iodine-on-lithium", on = ["lithium"], through = {medium = "1e-6 m/s"}}]',
)
ON_FILM = (
    *IODINE,
    "sei.composition={Li2O = 0.5, LiOH = 0.5}",
    'reactions=[{law = "iodine-on-film", component = "Li2O"}]',
)
WITH_RESIDUE = (
    *ON_FILM,
    "sei.thickness=20 nm",
    "reactions.1.diffusivity=1e-14 m^2/s",
    "reactions.1.thickness=20 nm",
)
OF_NITRATE = (
    *IODINE,
    'reactions=[{law = "nitrate-on-lithium", rate_constant = "1e-8 m/s", '
    'diffusivity = "1e-18 m^2/s"}]',
)
SWEPT = ('protocol={sweep = "1 mV/s", vertices = ["1 mV", "2 mV"]}',)
BY_COMPOSITION = ("sei.films.low.composition={LiF = 0.5, LiI = 0.5}",)


@dataclass(frozen=True)
class Numbers:
    """A change that the first steps of a run must show; ``given`` holds before and after it."""

    change: str
    given: tuple[str, ...] = ()

    def check(self, folder: Path) -> None:
        before = first_steps(folder, BASE + self.given)
        after = first_steps(folder, (*BASE, *self.given, self.change))
        assert any(differ(one, two) for one, two in zip(before, after, strict=True))


@dataclass(frozen=True)
class Volts:
    """Two voltages instead of the current: they must differ from it and from one another."""

    one: str
    other: str

    def check(self, folder: Path) -> None:
        Numbers(f"protocol.voltage={self.one}").check(folder)
        given = (f"protocol.voltage={self.one}",)
        Numbers(f"protocol.voltage={self.other}", given).check(folder)


@dataclass(frozen=True)
class Words:
    """A change that the page of the scenario must show, beside its list of settings."""

    change: str
    said: str

    def check(self, folder: Path) -> None:
        assert self.said not in page(folder, ())
        assert self.said in page(folder, (self.change,))


@dataclass(frozen=True)
class Checkpointed:
    """The setting says whether a state that comes soon after another is kept as well."""

    def check(self, folder: Path) -> None:
        kept = {}
        for interval in ("1e-9 s", "1000 s"):
            scenario = tiny(folder, f"output.checkpoint={interval}")
            start = begin(scenario)
            model = model_of(scenario, start)
            saver = Checkpoints(folder, "", start, model.plan, scenario.output.checkpoint)
            for state in islice(time_loop(model, initial_interface_state(model, start)), STATES):
                saver.record(state)
            kept[interval] = newest(folder).run_state.step
        assert kept == {"1e-9 s": STATES - 1, "1000 s": 0}


@dataclass(frozen=True)
class Recorded:
    """A recorder of one's own writes its file."""

    def check(self, folder: Path) -> None:
        scenario = tiny(folder, 'output.recorders=["my_lab.laws:Voltages"]')
        run(scenario, folder / "recorded", console=Console(quiet=True))
        assert (folder / "recorded" / "voltages.txt").exists()


@dataclass(frozen=True)
class Ends:
    """An event, and what follows it: the end of the run, or an error."""

    given: tuple[str, ...]
    key: str

    def check(self, folder: Path) -> None:
        scenario = tiny(folder, *BASE, *self.given, f"{self.key}=end")
        assert last_event(scenario) == self.key.rpartition(".")[2]
        with pytest.raises(DepositionError):
            last_event(tiny(folder, *BASE, *self.given, f"{self.key}=error"))


@dataclass(frozen=True)
class OwnGeometry:
    """Another geometry, beside the scenario file."""

    def check(self, folder: Path) -> None:
        script = shipped.geometries()["flat.geo"].read_text(encoding="utf-8")
        (folder / "own.geo").write_text(script.replace("base   = {3", "base   = {2"), "utf-8")
        Numbers(f"geometry.file={folder / 'own.geo'}").check(folder)


@dataclass(frozen=True)
class Cells:
    """A change of the initial cell: its points, its names or the film on it."""

    change: str
    given: tuple[str, ...] = ()

    def check(self, folder: Path) -> None:
        before = begin(tiny(folder, *BASE, *self.given))
        after = begin(tiny(folder, *BASE, *self.given, self.change))
        same = before.cell.points.shape == after.cell.points.shape
        same = same and np.array_equal(before.cell.points, after.cell.points)
        same = same and before.cell.regions == after.cell.regions
        assert not same or not np.array_equal(before.film.fractions, after.film.fractions)


@dataclass(frozen=True)
class Outlines:
    """A key of an outline, beside a table and an image in which a slope is bright below."""

    change: str
    code: str = ""

    def check(self, folder: Path) -> None:
        (folder / "slope.csv").write_text("0,0\n8,1\n")
        y, x = np.mgrid[0:80, 0:80]
        imwrite(folder / "slope.png", np.clip(8 * (y - 40) + x + 100, 0, 255).astype(np.uint8))
        given = (
            "geometry.height=8 um",
            f"geometry.outline={folder / 'slope.png'}",
            "geometry.pixel=0.1 um",
            "geometry.threshold=0.5",
        )
        if self.code:
            with pytest.raises(DepositionError, match=self.code):
                begin(tiny(folder, *given, self.change))
        elif self.change:
            Cells(self.change, given).check(folder)
        else:
            flat = begin(tiny(folder, *DRAWN)).cell.volume("electrolyte")
            slope = (DRAWN[1], f"geometry.outline={folder / 'slope.csv'}")
            assert begin(tiny(folder, *slope)).cell.volume("electrolyte") == pytest.approx(flat - 4)


@dataclass(frozen=True)
class LengthUnit:
    """Lengths of a geometry in nanometres: refused as micrometres, accepted as what they are."""

    def check(self, folder: Path) -> None:
        in_nm = tuple(f"geometry.parameters.{side}=9000" for side in ("width", "height", "base"))
        with pytest.raises(DepositionError, match="E143"):
            first_steps(folder, (*BASE, *in_nm))
        assert first_steps(folder, (*BASE, *in_nm, "geometry.unit=nm"))


@dataclass(frozen=True)
class Tags:
    """A geometry whose regions have numbers: refused without the table that names them."""

    def check(self, folder: Path) -> None:
        script = shipped.geometries()["flat.geo"].read_text(encoding="utf-8")
        own = folder / "numbered.geo"
        own.write_text(script.replace('Surface("lithium")', "Surface(9)"), "utf-8")
        given = (*BASE, f"geometry.file={own}")
        with pytest.raises(DepositionError, match="E125"):
            first_steps(folder, given)
        assert first_steps(folder, (*given, "geometry.tags.9=lithium"))


STATED = (
    'electrolyte={name = "mine", law = "functions", concentration = "1 mol/L", '
    'conductivity = {expression = "0.3*c", unit = "S/m"}, diffusivity = "3e-10 m^2/s", '
    't_plus = 0.3, thermodynamic_factor = 2, concentration_range = ["0.1 mol/L", "2 mol/L"]}',
    "sei.default_film=low",
)


@dataclass(frozen=True)
class Warned:
    """A change that makes ``check`` warn."""

    change: str
    said: str
    given: tuple[str, ...] = ()

    def check(self, folder: Path) -> None:
        before, after = (
            check_scenario(tiny(folder, *BASE, *self.given, *change)).warnings
            for change in ((), (self.change,))
        )
        assert not any(self.said in warning for warning in before)
        assert any(self.said in warning for warning in after)


@dataclass(frozen=True)
class Frequencies:
    """A change of a spectrum that the protocol asks for."""

    change: str

    def check(self, folder: Path) -> None:
        plain, changed = (
            plan_of(Scenario.load("be", [f"protocol={{eis = {{{text}}}}}"]).protocol)
            for text in ("", self.change)
        )
        assert plain.protocol_steps[0].applied != changed.protocol_steps[0].applied


@dataclass(frozen=True)
class Impedance:
    """A change that the impedance of the cell must show."""

    change: str
    given: tuple[str, ...] = ()

    def check(self, folder: Path) -> None:
        before, after = (
            impedance(tiny(folder, *BASE, *self.given, *change), np.array([1e5])).impedance
            for change in ((), (self.change,))
        )
        assert abs(after[0] / before[0] - 1.0) > 1e-3


@dataclass(frozen=True)
class Refused:
    """A change with which a scenario, or its geometry, is refused that was accepted before."""

    change: str
    code: str
    given: tuple[str, ...] = ()

    def check(self, folder: Path) -> None:
        begin(tiny(folder, *BASE, *self.given))
        with pytest.raises(DepositionError, match=self.code):
            begin(tiny(folder, *BASE, *self.given, self.change))


CASES: dict[
    str,
    Refused
    | Numbers
    | Impedance
    | Frequencies
    | Volts
    | Words
    | Checkpointed
    | Ends
    | OwnGeometry
    | Cells
    | Outlines
    | Recorded
    | LengthUnit
    | Tags
    | Warned,
] = {
    "name": Words("name=another", "another: A tiny run"),
    "title": Words("title=Another title", "tiny: Another title"),
    "label": Words("label=BE + LiNO₃", "in pictures: BE + LiNO₃"),
    "description": Words("description=Another description", "Another description"),
    "figure": Words("figure=7Z", "(Fig. 7Z)"),
    "temperature": Numbers("temperature=310 K"),
    "interface": Numbers("interface=fixed"),
    "geometry.file": OwnGeometry(),
    "geometry.parameters": Numbers("geometry.parameters.height=9"),
    "geometry.unit": LengthUnit(),
    "geometry.tags": Tags(),
    "geometry.growth_axis": Numbers("geometry.growth_axis=-y"),
    "mesh.surface_size": Numbers("mesh.surface_size=0.6 um"),
    "mesh.coarse_size": Numbers("mesh.coarse_size=1 um"),
    "mesh.counter_size": Numbers("mesh.counter_size=1 um"),
    "mesh.gradation": Numbers("mesh.gradation=1.1"),
    "electrolyte.name": Numbers("electrolyte.name=BE"),
    "electrolyte.law": Numbers("electrolyte.law=ohmic"),
    "electrolyte.conductivity": Numbers("electrolyte.conductivity=0.2 S/m"),
    "electrolyte.t_plus": Numbers("electrolyte.t_plus=0.3"),
    "electrolyte.diffusivity": Numbers("electrolyte.diffusivity=2e-10 m^2/s", CONCENTRATED),
    "electrolyte.thermodynamic_factor": Numbers("electrolyte.thermodynamic_factor=2", CONCENTRATED),
    "electrolyte.concentration": Numbers(
        "electrolyte.concentration=1.2 mol/L", ("electrolyte.conductivity=0.28 S/m",)
    ),
    "electrolyte.concentration_range": Numbers(
        'electrolyte.concentration_range=["0.1 mol/L", "0.5 mol/L"]', STATED
    ),
    "electrolyte.temperature_range": Warned(
        'electrolyte.temperature_range=["310 K", "320 K"]', "measured from 310 to 320 K", STATED
    ),
    "electrolyte.activation_energy": Numbers(
        "electrolyte.activation_energy=30 kJ/mol", ("temperature=310 K",)
    ),
    "separator.porosity": Numbers("separator.porosity=0.5"),
    "separator.bruggeman": Numbers("separator.bruggeman=2", ("separator.porosity=0.5",)),
    "separator.dead_lithium.fraction": Numbers("separator.dead_lithium.fraction=0.1", MOSSY),
    "separator.dead_lithium.specific_area": Numbers(
        "separator.dead_lithium.specific_area=2e6 1/m", MOSSY
    ),
    "separator.dead_lithium.rate_constant": Numbers(
        "separator.dead_lithium.rate_constant=2e-6 m/s", MOSSY
    ),
    "sei.thickness": Numbers("sei.thickness=30 nm", BY_CONDUCTIVITY),
    "sei.default_film": Numbers("sei.default_film=high"),
    "sei.motion": Numbers("sei.motion=stationary"),
    "sei.stretch": Numbers("sei.stretch=thins"),
    "sei.cracking.strain": Numbers("sei.cracking.strain=0.5", CRACKING),
    "sei.cracking.healing_time": Numbers("sei.cracking.healing_time=1 s", CRACKING),
    "sei.dilution_length": Numbers("sei.dilution_length=3 um"),
    "sei.composition": Numbers("sei.composition={low = 0.5, high = 0.5}"),
    "geometry.width": Cells("geometry.width=7 um", DRAWN),
    "geometry.height": Cells("geometry.height=7 um", DRAWN),
    "geometry.depth": Cells("geometry.depth=5 um", DRAWN_3D),
    "geometry.lithium": Cells("geometry.lithium=2 um", DRAWN),
    "geometry.outline": Outlines(""),
    "geometry.pixel": Outlines("geometry.pixel=0.12 um"),
    "geometry.threshold": Outlines("geometry.threshold=0.3"),
    "geometry.lithium_is": Outlines("geometry.lithium_is=dark", "E969"),
    "geometry.dead_lithium.*.shape": Cells(
        'geometry.dead_lithium=[{shape = "disc", position = ["4 um", "4 um"], size = ["2 um"]}]',
        BLOCK,
    ),
    "geometry.dead_lithium.*.position": Cells(
        'geometry.dead_lithium.1.position=["4 um", "5 um"]', BLOCK
    ),
    "geometry.dead_lithium.*.size": Cells('geometry.dead_lithium.1.size=["1 um", "2 um"]', BLOCK),
    "geometry.dead_lithium.*.angle": Cells("geometry.dead_lithium.1.angle=30 deg", BLOCK),
    "geometry.dead_lithium.*.points": Cells(
        'geometry.dead_lithium.1.points=[["0 um", "0 um"], ["3 um", "0 um"], ["0 um", "2 um"]]',
        POLYGON,
    ),
    "geometry.dead_lithium.*.name": Cells("geometry.dead_lithium.1.name=moss", BLOCK),
    "geometry.seeds.radius": Cells("geometry.seeds.radius=1.2 um", SITES),
    "geometry.seeds.sites": Cells('geometry.seeds.sites=[["2 um", "0 um"]]', SITES),
    "geometry.seeds.spacing": Cells("geometry.seeds.spacing=8 um", RANDOM),
    "geometry.seeds.seed": Cells("geometry.seeds.seed=2", RANDOM),
    "sei.patch.*.film": Cells("sei.patch.1.film=low", PATCH),
    "sei.patch.*.start": Cells("sei.patch.1.from=1 um", PATCH),
    "sei.patch.*.to": Cells("sei.patch.1.to=5 um", PATCH),
    "sei.patch.*.on": Cells("sei.patch.1.on=counter", PATCH),
    "sei.patch.*.shape": Cells(
        'sei.patch=[{film = "high", shape = "disc", position = ["2 um", "2 um"], size = ["1 um"]}]',
        PATCH_3D,
    ),
    "sei.patch.*.position": Cells('sei.patch.1.position=["2 um", "3 um"]', PATCH_3D),
    "sei.patch.*.size": Cells('sei.patch.1.size=["2 um", "2 um"]', PATCH_3D),
    "sei.patch.*.angle": Cells("sei.patch.1.angle=45 deg", PATCH_3D),
    "sei.xps": Numbers('sei.xps={LiF = "50 at%", LiI = "50 at%"}'),
    "sei.resistance": Numbers("sei.resistance=20 ohm cm^2", RESISTANCE),
    "sei.of": Numbers("sei.of=symmetric cell", RESISTANCE),
    "sei.charge_transfer": Numbers(
        "sei.charge_transfer=included",
        (*RESISTANCE, "kinetics.exchange_current_density=100 A/m^2"),
    ),
    "sei.patch_size": Numbers("sei.patch_size=1 um"),
    "sei.seed": Numbers("sei.seed=2"),
    "sei.films.*.title": Words("sei.films.low.title=Another film", "Another film"),
    "sei.films.*.resistance": Numbers("sei.films.low.resistance=3 ohm cm^2"),
    "sei.films.*.conductivity": Numbers("sei.films.low.conductivity=2e-6 S/m", BY_CONDUCTIVITY),
    "sei.films.*.composition": Numbers(
        "sei.films.low.composition={LiF = 0.2, LiI = 0.8}", BY_COMPOSITION
    ),
    "sei.films.*.activation_energy": Numbers(
        "sei.films.low.activation_energy=30 kJ/mol", ("temperature=310 K",)
    ),
    "sei.films.*.relative_permittivity": Impedance("sei.films.low.relative_permittivity=20"),
    "sei.films.*.status": Words("sei.films.low.status=fitted", "low fitted illustrative"),
    "sei.films.*.reason": Words("sei.films.low.reason=for no reason", "for no reason"),
    "kinetics.exchange_current_density": Numbers("kinetics.exchange_current_density=10 A/m^2"),
    "kinetics.charge_transfer_resistance": Numbers(
        "kinetics.charge_transfer_resistance=20 ohm cm^2", TRANSFER
    ),
    "kinetics.of": Numbers("kinetics.of=symmetric cell", TRANSFER),
    "kinetics.law": Numbers("kinetics.law=linear", FAST),
    "kinetics.alpha_a": Numbers("kinetics.alpha_a=0.3", (*FAST, *HALF_POWER)),
    "kinetics.alpha_c": Numbers("kinetics.alpha_c=0.3", FAST),
    "kinetics.concentration_exponent": Numbers("kinetics.concentration_exponent=1.0"),
    "kinetics.reorganisation_energy": Numbers(
        "kinetics.reorganisation_energy=0.2 eV",
        (*FAST, "kinetics.law=marcus-hush-chidsey", "kinetics.reorganisation_energy=0.4 eV"),
    ),
    "kinetics.activation_energy": Numbers(
        "kinetics.activation_energy=10 kJ/mol", ("temperature=310 K",)
    ),
    "kinetics.double_layer_capacitance": Impedance(
        "kinetics.double_layer_capacitance=20 uF/cm^2", FAST
    ),
    "lithium.surface_energy": Numbers("lithium.surface_energy=5 J/m^2"),
    "lithium.molar_volume": Numbers("lithium.molar_volume=26 cm^3/mol"),
    "counter.kind": Numbers("counter.kind=reservoir", ("counter.motion=fixed",)),
    "counter.motion": Numbers("counter.motion=fixed"),
    "counter.open_circuit_potential": Numbers("counter.open_circuit_potential=NCM523", FULL),
    "counter.capacity": Numbers("counter.capacity=1 mAh/cm^2", FULL),
    "counter.n_to_p": Refused("counter.n_to_p=5", "E940", FULL),
    "counter.lithiation": Numbers("counter.lithiation=0.9", FULL),
    "counter.exchange_current_density": Numbers("counter.exchange_current_density=10 A/m^2", FULL),
    "counter.resistance": Numbers("counter.resistance=5 ohm cm^2", FULL),
    "counter.double_layer_capacitance": Impedance(
        "counter.double_layer_capacitance=0.1 mF/cm^2", FULL
    ),
    "dead_lithium.kind": Numbers("dead_lithium.kind=floating", WITH_DEAD_LITHIUM),
    "counter.film": Numbers("counter.film=sei"),
    "protocol.current": Numbers("protocol.current=1e-4 A/m"),
    "protocol.current_density": Numbers("protocol.current_density=-20 A/m^2"),
    "protocol.voltage": Volts("1 mV", "2 mV"),
    "protocol.capacity": Numbers("protocol.capacity=0.02 mAh/cm^2"),
    "protocol.duration": Numbers("protocol.duration=20 s"),
    "protocol.c_rate": Numbers("protocol.c_rate=2C", NOMINAL),
    "protocol.nominal_capacity": Numbers(
        "protocol.nominal_capacity=1 mAh/cm^2", (*NOMINAL, "protocol.c_rate=1C")
    ),
    "protocol.rest": Numbers("protocol.rest=100 s"),
    "protocol.voltage_limit": Numbers("protocol.voltage_limit=1 mV"),
    "protocol.sweep": Numbers("protocol.sweep=2 mV/s", SWEPT),
    "protocol.vertices": Numbers('protocol.vertices=["1 mV", "3 mV"]', SWEPT),
    "protocol.eis.lowest": Frequencies('lowest = "1 Hz"'),
    "protocol.eis.highest": Frequencies('highest = "1 kHz"'),
    "protocol.eis.per_decade": Frequencies("per_decade = 3"),
    "protocol.eis.bias": Frequencies('bias = "0.5 mA/cm^2"'),
    "protocol.minimum_voltage": Numbers(
        "protocol.minimum_voltage=3.15 V", (*FULL, "protocol.current_density=-20 A/m^2")
    ),
    "protocol.steps": Numbers("protocol.steps=[{rest = '1 s'}]"),
    "protocol.repeat": Numbers("protocol.repeat=2", ("protocol.steps=[{rest = '1 s'}]",)),
    "protocol.on_event.voltage_limit": Ends(
        ("protocol.voltage_limit=1 mV",), "protocol.on_event.voltage_limit"
    ),
    "protocol.on_event.depletion": Ends(
        ("protocol.current_density=1e5 A/m^2",), "protocol.on_event.depletion"
    ),
    "protocol.on_event.lithium_exhausted": Ends(
        ("protocol.current_density=-20 A/m^2", "geometry.parameters.base=0.6"),
        "protocol.on_event.lithium_exhausted",
    ),
    "protocol.on_event.short_circuit": Ends(
        ("geometry.parameters.height=2", "counter.motion=fixed", "protocol.capacity=1 mAh/cm^2"),
        "protocol.on_event.short_circuit",
    ),
    "protocol.on_event.separator_reached": Ends(
        (
            "geometry.parameters={height = 1, separator = 3}",
            "separator.porosity=0.4",
            "counter.motion=fixed",
            "protocol.capacity=1 mAh/cm^2",
        ),
        "protocol.on_event.separator_reached",
    ),
    "time.tolerance": Numbers("time.tolerance=0.001", ("time.first_step=1 ms",)),
    "time.first_step": Numbers("time.first_step=5 s"),
    "time.max_step": Numbers("time.max_step=12 s", ("time.first_step=10 s", "time.tolerance=1")),
    "time.max_advance": Numbers("time.max_advance=0.1"),
    "time.surface_tolerance": Numbers("time.surface_tolerance=1e-7"),
    "electrolyte.parameters": Numbers(
        "electrolyte.parameters.conductivity=0.2",
        (
            "electrolyte.law=my_lab.laws:Buffered",
            "electrolyte.parameters={conductivity = 0.4, diffusivity = 2e-10}",
        ),
    ),
    "electrolyte.dissolved.*.concentration": Numbers(
        "electrolyte.dissolved.ox.concentration=50 mol/m^3", OXIDANT
    ),
    "electrolyte.dissolved.*.diffusivity": Numbers(
        "electrolyte.dissolved.ox.diffusivity=1e-10 m^2/s", OXIDANT
    ),
    "electrolyte.dissolved.*.trace": Numbers(
        "electrolyte.dissolved.ox.trace=true", (OXIDANT[0].replace("1e-9", "1e-10"), OXIDANT[1])
    ),
    "electrolyte.dissolved.*.charge": Numbers("electrolyte.dissolved.ox.charge=1", OXIDANT[:1]),
    "kinetics.parameters": Numbers(
        "kinetics.parameters.beta=0.9",
        (*FAST, "kinetics.law=my_lab.laws:Cubic", "kinetics.parameters={beta = 0.2}"),
    ),
    "reactions.*.law": Numbers(
        'reactions=[{law = "my_lab.laws:Corrosion", species = "ox", rate = 3e-5}]', OXIDANT
    ),
    "reactions.*.on": Numbers(
        'reactions=[{species = "ox", rate_constant = "1e-5 m/s", on = ["counter"]}]', OXIDANT
    ),
    "reactions.*.species": Numbers(
        'reactions=[{species = "other", rate_constant = "1e-5 m/s"}]',
        (*OXIDANT, OXIDANT[0].replace(".ox", ".other").replace("100", "20")),
    ),
    "reactions.*.rate_constant": Numbers(
        'reactions=[{species = "ox", rate_constant = "1e-6 m/s"}]', OXIDANT
    ),
    "reactions.*.bare": Numbers("reactions.1.bare=1e-6 m/s", ON_LITHIUM),
    "reactions.*.through": Numbers("reactions.1.through.Li2O=1e-5 m/s", ON_LITHIUM),
    "reactions.*.galvanic": Numbers("reactions.1.galvanic=true", ON_LITHIUM),
    "reactions.*.component": Numbers("reactions.1.component=LiOH", ON_FILM),
    "reactions.*.diffusivity": Numbers("reactions.1.diffusivity=1e-19 m^2/s", OF_NITRATE),
    "reactions.*.thickness": Numbers("reactions.1.thickness=40 nm", WITH_RESIDUE),
    "reactions.*.lithium": Numbers(
        'reactions=[{species = "ox", rate_constant = "1e-5 m/s", lithium = 2.0}]', OXIDANT
    ),
    "sei.growth.*.law": Numbers(
        'sei.growth=[{law = "my_lab.laws:Tunnelling", component = "Li2O", rate_0 = 1e-6, '
        "beta = 1e8}]",
        GROWING,
    ),
    "sei.growth.*.component": Numbers(
        "sei.growth.1.component=Li3N", (GROWING[0].replace("medium", "Li3N"), GROWING[1])
    ),
    "sei.growth.*.rate_constant": Numbers("sei.growth.1.rate_constant=1e-10 m/s", GROWING),
    "sei.growth.*.diffusivity": Numbers("sei.growth.1.diffusivity=1e-19 m^2/s", GROWING),
    "sei.growth.*.concentration": Numbers("sei.growth.1.concentration=1 mol/L", GROWING),
    "sei.growth.*.parameters": Numbers(
        'sei.growth=[{component = "Li2O", parameters = "EC-limited, Xu 2019"}]', GROWING
    ),
    "sei.growth.*.current_density": Numbers("sei.growth.1.current_density=3 A/m^2", TUNNELLING),
    "sei.growth.*.decay_length": Numbers("sei.growth.1.decay_length=1 nm", TUNNELLING),
    "sei.growth.*.on": Numbers(
        'sei.growth.1.on=["dead_lithium"]', (*GROWING, "dead_lithium.kind=floating")
    ),
    "reactions.*.redox_potential": Refused(
        "reactions.1.redox_potential=3.5 V", "E910", REGENERATION
    ),
    "ldh.dose": Numbers("ldh.dose=1 kg/m^3", EXCHANGE),
    "ldh.selectivity": Numbers("ldh.selectivity=7", EXCHANGE),
    "ldh.capacity": Numbers("ldh.capacity=1 mol/kg", EXCHANGE),
    "ldh.loading": Numbers("ldh.loading=0.5", EXCHANGE),
    "ldh.rate_constant": Numbers("ldh.rate_constant=1e-3 1/s", EXCHANGE),
    "ldh.diffusivity": Numbers("ldh.diffusivity=1e-17 m^2/s", PLATELETS),
    "ldh.radius": Numbers("ldh.radius=2 um", PLATELETS),
    "ldh.taken": Numbers("ldh.taken=Br-", EXCHANGE),
    "ldh.released": Numbers("ldh.released=Br-", EXCHANGE),
    "output.recorders": Recorded(),
    "output.checkpoint": Checkpointed(),
    "output.every": Numbers("output.every=0.02 mAh/cm^2"),
    "measured.cell_voltage": Words(MEASURED, "Measured: 3 mV,"),
    "measured.words": Words(MEASURED, ', "as low as this" at 0.5 mA'),
    "measured.current_density": Words(MEASURED, "at 0.5 mA/cm² and 300 K"),
    "measured.temperature": Words(MEASURED, "and 300 K (not the conditions of this run)"),
    "measured.source": Words(MEASURED, "of this run). a logbook"),
}


def done(model: Model, state: State) -> float:
    return model.plan.done(state.progress)


def last_event(scenario: Scenario) -> str:
    """What ended the last stage of a run."""
    start = begin(scenario)
    model = model_of(scenario, start)
    (last,) = deque(time_loop(model, initial_interface_state(model, start)), maxlen=1)
    return last.progress.ended


@cache
def _steps(folder: Path, overrides: tuple[str, ...]) -> tuple[Floats, ...]:
    scenario = Scenario.load(folder / "tiny.toml", overrides)
    start = begin(scenario)
    model = model_of(scenario, start)
    interface_state = initial_interface_state(model, start)
    numbers = [start.cell.points, start.film.fractions]
    for state in islice(time_loop(model, interface_state), STATES):
        numbers += [
            np.array([state.time_step, state.voltage, state.is_snapshot, done(model, state)]),
            state.cell.points,
            state.current_density,
            state.concentration,
            state.resistance,
            state.fields.dissolved,
        ]
    return tuple(numbers)


def first_steps(folder: Path, overrides: tuple[str, ...]) -> tuple[Floats, ...]:
    """Everything that the start and the first steps of the tiny run are made of."""
    numbers = _steps(folder, overrides)
    # A run that ends earlier differs there.
    whole = 2 + 5 * STATES
    return numbers + tuple(np.empty(0) for _ in range(whole - len(numbers)))


def differ(one: Floats, two: Floats) -> bool:
    """Beyond rounding."""
    return one.shape != two.shape or not np.allclose(one, two, 1e-7, 0.0, equal_nan=True)


def page(folder: Path, overrides: tuple[str, ...]) -> str:
    """What ``deposition show`` prints, with single spaces."""
    console = Console(width=300, highlight=False)
    with console.capture() as captured:
        console.print(scenario_page(tiny(folder, *overrides)))
    return " ".join(captured.get().split())


def settings(section: type[BaseModel], above: str = "") -> Iterator[str]:
    """The dotted key of every setting; ``*`` stands for a name of the user's."""
    for key, field in section.model_fields.items():
        annotation = field.annotation
        options, place = choices(annotation), f"{above}{key}."
        if get_origin(annotation) is tuple and get_origin(get_args(annotation)[0]) is Annotated:
            options, place = choices(get_args(get_args(annotation)[0])[0]), f"{above}{key}.*."
        if options:
            tables = options.values()
            found = [name for table in tables for name in settings(table, place)]
            yield from dict.fromkeys(found)
            continue
        inner = [kind for kind in get_args(annotation) if is_section(kind)]
        if is_section(annotation):
            assert isinstance(annotation, type) and issubclass(annotation, BaseModel)
            yield from settings(annotation, f"{above}{key}.")
        elif inner:
            # A section that may be left out has no names of the user's.
            named = "" if type(None) in get_args(annotation) else "*."
            yield from settings(inner[0], f"{above}{key}.{named}")
        else:
            yield above + key


def is_section(kind: object) -> bool:
    """Whether it is a table of a scenario file."""
    return (
        isinstance(kind, type)
        and not isinstance(kind, GenericAlias)
        and issubclass(kind, BaseModel)
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tiny scenario is."""
    place = tmp_path_factory.mktemp("settings")
    (place / "tiny.toml").write_text(TINY, encoding="utf-8")
    return place


def test_every_setting_has_a_case() -> None:
    assert sorted(CASES) == sorted(settings(Scenario))


@pytest.mark.solve
@pytest.mark.parametrize("key", CASES)
def test_every_setting_changes_something(key: str, folder: Path) -> None:
    CASES[key].check(folder)


@pytest.mark.solve
def test_what_is_no_change_changes_nothing(folder: Path) -> None:
    """Or else the test above would prove nothing."""
    same = first_steps(folder, (*BASE, "description=the same physics"))
    for one, two in zip(first_steps(folder, BASE), same, strict=True):
        np.testing.assert_array_equal(one, two)
