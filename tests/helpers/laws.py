"""The page of laws, ``docs/laws.md``, written by ``python tests/helpers/laws.py``.

Each law says its formula, its units and its source where it is programmed.  Which scenario shows it
is found by asking the shipped scenarios, and which case of ``deposition verify`` checks it is
stated here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from deposition import protocol
from deposition.analysis import dead_lithium as floating
from deposition.analysis.dissipation import dissipation
from deposition.common import package_data as shipped
from deposition.common.suggest import listing
from deposition.interface import connectivity as bodies
from deposition.interface import counter_electrode as counter
from deposition.interface import curve_2d as smooth
from deposition.interface import film_transport as film
from deposition.interface import huygens as offset
from deposition.interface import volume_balance as closure
from deposition.laws import (
    arrhenius,
    butler_volmer,
    concentrated,
    electrodes,
    electrolyte,
    first_order,
    functions,
    iodine,
    ion_exchange,
    kinetics,
    marcus,
    nitrate,
    open_circuit,
    porous_lithium,
    regeneration,
    sand,
    sei_growth,
    separator,
    thermodynamics,
)
from deposition.laws import film as laws_of_film
from deposition.scenario import Scenario
from deposition.scenario.plan import plan_of
from deposition.transport import capillarity, impedance, power, walls

PACKAGE = Path(electrolyte.__file__).resolve().parents[1]
PAGE = PACKAGE.parent / "docs" / "laws.md"
MOST = 4
"""So many scenarios are named for a law."""

Shows = Callable[[Scenario], bool]


@dataclass(frozen=True, eq=False)
class Law:
    """A law of the page.

    title   what it is called
    home    class, function or module whose docstring states it
    shows   whether a scenario is ruled by it
    checks  cases of ``deposition verify`` that would notice if it were wrong
    """

    title: str
    home: type | Callable[..., object] | ModuleType
    shows: Shows
    checks: tuple[str, ...]

    @property
    def account(self) -> str:
        """The docstring."""
        return inspect.getdoc(self.home) or ""

    @property
    def place(self) -> str:
        """Where it is programmed: ``laws/film.py``, and the name in it."""
        file = Path(inspect.getfile(self.home)).resolve().relative_to(PACKAGE)
        name = "" if isinstance(self.home, ModuleType) else f", `{self.home.__name__}`"
        return f"`{file}`{name}"


def always(scenario: Scenario) -> bool:
    """Every run obeys it."""
    return True


def moving(scenario: Scenario) -> bool:
    """The surface moves."""
    return scenario.interface == "moving"


def electrolyte_is(law: type) -> Shows:
    """The electrolyte has this law."""
    return lambda scenario: isinstance(scenario.electrolyte_law, law)


def kinetics_is(law: type) -> Shows:
    """The charge transfer has this law."""
    return lambda scenario: isinstance(scenario.kinetics_law, law)


def full_cell(scenario: Scenario) -> bool:
    """The counter electrode is a positive electrode."""
    return scenario.counter.kind == "positive"


def has_potential(name: str) -> Shows:
    """The positive electrode has this open-circuit potential."""
    return lambda scenario: getattr(scenario.counter, "open_circuit_potential", "") == name


def reacts_by(law: str) -> Shows:
    """A reaction has this law."""
    return lambda scenario: any(reaction.law == law for reaction in scenario.reactions)


def grows(scenario: Scenario) -> bool:
    """The SEI grows."""
    return bool(scenario.sei.growth)


def asks_for(kind: type) -> Shows:
    """Some stage of the protocol holds this."""
    return lambda scenario: any(
        isinstance(s.applied, kind) for s in plan_of(scenario.protocol).protocol_steps
    )


def changes(scenario: Scenario) -> bool:
    """More than one thing is asked for."""
    return len(plan_of(scenario.protocol).protocol_steps) > 1


def may_run_out(scenario: Scenario) -> bool:
    """It says what follows where the salt is used up."""
    return any(
        protocol.StopReason.DEPLETION in protocol_step.on_event
        for protocol_step in plan_of(scenario.protocol).protocol_steps
    )


def film_moves_with(frame: str) -> Shows:
    """The film follows the surface in this frame."""
    return lambda scenario: moving(scenario) and scenario.sei.motion == frame


def warm_or_cold(scenario: Scenario) -> bool:
    """Another temperature than the library's."""
    return scenario.temperature != arrhenius.REFERENCE_TEMPERATURE


MEASURED = ("C1", "C3")
RATES = ("K3", "K4")

GROUPS: dict[str, tuple[Law, ...]] = {
    "Electrolyte": (
        Law(
            "Dilute solution (Nernst-Planck)",
            electrolyte.NernstPlanck,
            electrolyte_is(electrolyte.NernstPlanck),
            ("E1", "E2", "E3", "E4", "N1", "N2"),
        ),
        Law(
            "Constant conductivity",
            electrolyte.Ohmic,
            electrolyte_is(electrolyte.Ohmic),
            ("E5a", "E5b", "E5c", "E6"),
        ),
        Law(
            "Concentrated solution",
            concentrated.Concentrated,
            electrolyte_is(concentrated.Concentrated),
            ("C2", "C3", "C4"),
        ),
        Law(
            "Concentrated, four numbers",
            concentrated.ConstantConcentrated,
            electrolyte_is(concentrated.ConstantConcentrated),
            ("C2", "C6"),
        ),
        Law(
            "Valøen and Reimers",
            concentrated.ValoenReimers,
            electrolyte_is(concentrated.ValoenReimers),
            (*MEASURED, "C4"),
        ),
        Law("Nyman", concentrated.Nyman, electrolyte_is(concentrated.Nyman), MEASURED),
        Law(
            "Landesfeind and Gasteiger",
            concentrated.Landesfeind,
            electrolyte_is(concentrated.Landesfeind),
            (*MEASURED, "C4"),
        ),
        Law(
            "Functions that the scenario states",
            functions.StatedFunctions,
            electrolyte_is(functions.StatedFunctions),
            ("C1",),
        ),
        Law("Separator", separator.Pores, lambda s: s.pores != separator.FREE, ("C5", "C7")),
        Law("Sand's time", sand.sand_time, may_run_out, ("E3", "C6", "P3")),
        Law("Limiting current", sand.limiting_density, may_run_out, ("E1",)),
        Law("Heat", dissipation, always, ("E1",)),
        Law("Power by mechanism", power, always, ("P4",)),
    ),
    "Charge transfer": (
        Law(
            "Butler-Volmer, equal coefficients",
            kinetics.ButlerVolmer,
            kinetics_is(kinetics.ButlerVolmer),
            ("K1", "K2", *RATES),
        ),
        Law(
            "Butler-Volmer, unequal coefficients",
            butler_volmer.UnequalButlerVolmer,
            kinetics_is(butler_volmer.UnequalButlerVolmer),
            RATES,
        ),
        Law("Linear", kinetics.Linear, kinetics_is(kinetics.Linear), RATES),
        Law(
            "Marcus-Hush-Chidsey",
            marcus.MarcusHushChidsey,
            kinetics_is(marcus.MarcusHushChidsey),
            RATES,
        ),
    ),
    "Positive electrode": (
        Law("Lumped insertion electrode", electrodes.PositiveElectrode, full_cell, ("R4", "R5")),
        Law("LFP", open_circuit.LithiumIronPhosphate, has_potential("LFP"), ("R4",)),
        Law("NCM523", open_circuit.NickelCobaltManganese523, has_potential("NCM523"), ("R4",)),
    ),
    "Chemical reactions": (
        Law("First order", first_order.FirstOrder, reacts_by("first-order"), ("R1", "R3")),
        Law(
            "Triiodide on lithium",
            iodine.IodineOnLithium,
            reacts_by("iodine-on-lithium"),
            ("I1", "I2", "I3", "I4", "I5", "I8"),
        ),
        Law("Triiodide on the SEI", iodine.IodineOnFilm, reacts_by("iodine-on-film"), ("I6",)),
        Law(
            "Nitrate on lithium",
            nitrate.NitrateOnLithium,
            reacts_by("nitrate-on-lithium"),
            ("I7",),
        ),
        Law(
            "Regeneration of triiodide",
            regeneration,
            lambda scenario: any(one.law == "iodide-at-counter" for one in scenario.reactions),
            ("X2",),
        ),
        Law(
            "Dead lithium in pores",
            porous_lithium,
            lambda scenario: scenario.separator.dead_lithium is not None,
            ("I9",),
        ),
        Law(
            "Layered double hydroxide",
            ion_exchange,
            lambda scenario: scenario.ldh is not None,
            ("X1",),
        ),
    ),
    "Film": (
        Law("Film resistance", laws_of_film, always, ("E6", "E6b", "E6c")),
        Law("Growth of the SEI", sei_growth.LinearParabolic, grows, ("R2", "R6")),
        Law(
            "Patches that travel", film.AdvectedFilm, film_moves_with("advected"), ("E11c-corner",)
        ),
        Law("Channels that stay", film.StationaryFilm, film_moves_with("stationary"), ("E11e",)),
    ),
    "Impedance": (Law("Small alternating current", impedance, always, ("Z1", "Z2", "Z3")),),
    "Temperature": (Law("Arrhenius", arrhenius.arrhenius, warm_or_cold, ("K5",)),),
    "Surface": (
        Law("Walls", walls, always, ("N1", "N2", "E11a-c")),
        Law(
            "Capillarity (Gibbs-Thomson)",
            thermodynamics.capillarity,
            lambda scenario: scenario.lithium.surface_energy > 0.0,
            ("E8a", "E8c"),
        ),
        Law(
            "Curvature",
            capillarity,
            lambda scenario: moving(scenario) and scenario.lithium.surface_energy > 0.0,
            ("E8c",),
        ),
        Law(
            "Dead lithium as a floating conductor",
            floating,
            lambda scenario: scenario.dead_lithium.kind == "floating",
            ("F1", "F2", "F3"),
        ),
    ),
    "What is asked of the cell": (
        Law(
            "Constant current",
            protocol.ConstantCurrent,
            asks_for(protocol.ConstantCurrent),
            ("E2",),
        ),
        Law(
            "Constant voltage",
            protocol.ConstantVoltage,
            asks_for(protocol.ConstantVoltage),
            ("E4",),
        ),
        Law(
            "Voltage sweep",
            protocol.VoltageSweep,
            asks_for(protocol.VoltageSweep),
            ("V1", "V2", "V3"),
        ),
        Law(
            "Impedance spectrum",
            protocol.ImpedanceSpectrum,
            asks_for(protocol.ImpedanceSpectrum),
            ("Z1", "Z2", "Z3"),
        ),
        Law("Stages", protocol.ProtocolStep, changes, ("P1", "P2", "P3")),
    ),
    "Moving interface": (
        Law("Huygens' construction", offset, moving, ("E11b", "E11c-corner", "E11c-discs")),
        Law("Smooth surface", smooth, moving, ("E8b", "E8d")),
        Law("Charge balance", closure, moving, ("E11b", "E11d-neck")),
        Law("Pieces and pools", bodies, moving, ("E11d-neck", "E11d-pocket")),
        Law(
            "Receding counter electrode",
            counter,
            lambda scenario: moving(scenario) and scenario.counter.motion == "receding",
            ("E11a-c", "E11a-V"),
        ),
    ),
    "What rules the distribution": (Law("Wagner number", thermodynamics.wagner, always, ("E6b",)),),
}


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Every shipped scenario."""
    return tuple(Scenario.load(name) for name in shipped.scenarios())


def shown_by(law: Law) -> list[str]:
    """Names of the scenarios that are ruled by a law."""
    return [scenario.name for scenario in scenarios() if law.shows(scenario)]


INTRODUCTION = """# Laws

*Commands: `deposition …` if installed with pip; in a clone of the source `./fenicsx deposition …`.*

Every law of the program, as it is stated where it is programmed: this page is written from the
docstrings by `python tests/helpers/laws.py`. All numbers are in SI, lengths of geometries in µm.
Signs and conventions are in [conventions.md](conventions.md), what the cases of
`deposition verify` found in [verification.md](verification.md). Each value of the library has its
own source and status: `deposition show BE`, `deposition show LiF`.
"""


def page() -> str:
    """``docs/laws.md``."""
    lines = [INTRODUCTION]
    for heading, laws in GROUPS.items():
        lines += [f"## {heading}", ""]
        for law in laws:
            lines += _entry(law)
    return "\n".join(lines).rstrip() + "\n"


def _entry(law: Law) -> Iterator[str]:
    yield f"### {law.title}"
    yield ""
    yield "```text"
    yield law.account
    yield "```"
    yield ""
    names = shown_by(law)
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    checks = f"; checked by {listing(law.checks)}" if law.checks else ""
    yield f"In {law.place}. Shown by {listing(f'`{n}`' for n in names[:MOST])}{more}{checks}."
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
