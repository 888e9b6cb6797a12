"""What no run may break while its SEI grows: random cells on a collector, plated and stripped.

The lithium inventory measures metal, SEI and electrolyte each by itself and holds their sum against
the charge through the cell; the Li⁺ of the SEI must also be the charge that its growth has taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from helpers.campaign import examples
from helpers.growing import COLLECTOR
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deposition.analysis.inventory import LithiumContents
from deposition.analysis.solvent import SolventBudget
from deposition.common.constants import FARADAY, MAH_PER_CM2
from deposition.common.units import MOLAR_VOLUME
from deposition.library import library
from deposition.results.inventory_table import Inventory
from deposition.scenario import Scenario
from deposition.sei.film_library import lithium_content
from deposition.simulation.build import model_of
from deposition.simulation.initial import begin
from deposition.simulation.state import State
from deposition.verification.bench import scenario, states

pytestmark = pytest.mark.solve

Choices = st.SearchStrategy[list[str]]

ON_COUNTER = [
    "counter.film=sei",
    'sei.growth.1.on=["lithium", "counter"]',
    "mesh.counter_size=0.4 um",
]


COVERS = [
    [],
    ["sei.stretch=thins"],
    ["sei.stretch=thins", 'sei.cracking={strain = 0.05, healing_time = "5 min"}'],
]


@dataclass(frozen=True)
class RandomCell:
    """Changes of a base: the bare collector, or the two discs of case E11d that a neck joins."""

    base: Literal["collector", "neck"]
    changes: list[str]

    def load(self, collector: Path) -> Scenario:
        """The scenario, ``collector`` the file of the bare one."""
        if self.base == "neck":
            return scenario("e11d_neck", *self.changes)
        return Scenario.load(collector, self.changes)


def joined(base: Literal["collector", "neck"], *parts: Choices) -> st.SearchStrategy[RandomCell]:
    """Cells of a base with the changes of all parts."""
    return st.tuples(*parts).map(lambda lists: RandomCell(base, [c for one in lists for c in one]))


def on_collector() -> st.SearchStrategy[RandomCell]:
    """Lithium plated on a bare collector and stripped, twice."""
    patched = st.tuples(st.sampled_from([0.2, 0.5]), st.integers(0, 50)).map(
        lambda drawn: [
            f"sei.composition={{LiF = {drawn[0]}, Li2O = {1 - drawn[0]}}}",
            "sei.patch_size=1 um",
            f"sei.seed={drawn[1]}",
        ]
    )
    rates = st.sampled_from(["1e-10", "1e-9", "1e-8"]).map(
        lambda k: [f"sei.growth.1.rate_constant={k} m/s"]
    )
    currents = st.sampled_from(["2", "5", "20"]).map(
        lambda i: [f"protocol.steps.1.current_density={i} A/m^2"]
    )
    opposite = st.sampled_from([[], ON_COUNTER, [*ON_COUNTER, "counter.motion=fixed"]])
    film: Choices = st.one_of(st.just([]), patched)
    return joined("collector", film, st.sampled_from(COVERS), rates, currents, opposite)


def with_neck() -> st.SearchStrategy[RandomCell]:
    """A neck of a half width of 0.7 to 1 µm, stripped by 0.9 to 1.2 µm on either side, so that it
    parts; then, in some, plated until the deposit may reach the dead lithium again."""
    rates = st.sampled_from(["1e-12", "1e-11", "1e-10"]).map(
        lambda k: [
            f'sei.growth=[{{component = "Li2O", rate_constant = "{k} m/s", '
            'diffusivity = "1e-17 m^2/s", concentration = "4.5 mol/L"}]',
            "sei.default_film=Li2O",
            "mesh.surface_size=0.35 um",
            "time.max_advance=0.5",
        ]
    )
    widths = st.sampled_from(["2.3", "2.4"]).map(lambda m: [f"geometry.parameters.middle={m}"])
    kinds = st.sampled_from([[], ["dead_lithium.kind=floating"]])
    strips = st.tuples(st.sampled_from(["5", "10", "20"]), st.sampled_from(["0.35", "0.45"])).map(
        lambda drawn: f'{{current_density = "-{drawn[0]} A/m^2", capacity = "{drawn[1]} mAh/cm^2"}}'
    )
    plates = st.sampled_from(["", "", "", "0.05", "0.1"]).map(
        lambda q: f', {{current_density = "10 A/m^2", capacity = "{q} mAh/cm^2"}}' if q else ""
    )
    protocols = st.tuples(strips, plates).map(
        lambda two: [f"protocol={{steps = [{''.join(two)}]}}"]
    )
    # Where film cracks, lithium dissolves at the cracks, and few necks part.
    covers = st.sampled_from([*COVERS[:2], *COVERS])
    return joined("neck", rates, widths, covers, kinds, protocols)


def cells() -> st.SearchStrategy[RandomCell]:
    """Random cells, a third of them with a neck that parts."""
    return st.one_of(on_collector(), on_collector(), with_neck())


def inventories(settings: Scenario) -> Iterator[tuple[State, Inventory]]:
    """Each state of a run with its inventory."""
    start = begin(settings)
    model = model_of(settings, start)
    films = start.films
    contents = LithiumContents.of(
        model.transport, films.names, films.molar_volume, lithium_content()
    )
    for state in states(settings):
        yield state, contents.inventory(state)


def check(settings: Scenario) -> tuple[State, Inventory]:
    """Check every state of a run; returns the last."""
    initial = None
    for state, found in inventories(settings):
        initial = initial or found
        throughput = state.progress.charge_throughput / MAH_PER_CM2
        assert found.error(initial, throughput) <= 1e-6
        gained = found.total_sei - initial.total_sei - found.film_laid
        taken = state.run_state.side_charge / MAH_PER_CM2
        assert gained == pytest.approx(taken, rel=1e-9, abs=1e-12), "electrons of the SEI"
        given = pytest.approx(found.counter_side, rel=1e-9, abs=1e-12)
        assert found.counter_sei == given, "electrons of the SEI on the counter electrode"
        assert state.balance.film_error <= 1e-9
    return state, found


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario."""
    path = tmp_path_factory.mktemp("growing") / "growing.toml"
    path.write_text(COLLECTOR)
    return path


def test_two_cycles(file: Path) -> None:
    last, found = check(Scenario.load(file))
    assert last.progress.protocol_step == 3 and found.metal == 0.0
    assert found.total_sei > 1e-3, "mAh/cm²: the SEI has grown"


@pytest.mark.parametrize("interface", ["moving", "fixed"])
def test_sei_on_the_counter_electrode_is_that_of_flat_lithium_at_rest(
    file: Path, interface: str
) -> None:
    """Both electrodes have one film and no current: both grow alike, and only the lower one is
    followed by markers."""
    flat = ["geometry.file=flat.geo", "geometry.parameters.base=1", "mesh.surface_size=0.4 um"]
    changes = [*flat, *ON_COUNTER, 'protocol={rest = "1 h"}', f"interface={interface}"]
    settings = Scenario.load(file, changes)
    state, found = check(settings)
    start = settings.sei.thickness
    on = state.surface.on("counter")
    assert (
        found.counter_sei == pytest.approx(found.counter_side, rel=1e-9) and found.counter_sei > 0
    )
    assert np.ptp(state.film.thickness[on]) <= 1e-9 * start, "even, whatever the mesh"
    lower = float(np.average(state.film.thickness[~on], weights=state.surface.area[~on]))
    assert state.film.thickness[on].mean() == pytest.approx(lower, rel=1e-3)
    assert lower > 2.0 * start
    # A mol of Li2O takes two electrons and a mol of solvent.
    formed = state.run_state.side_charge + state.run_state.counter_side_charge
    volume = library().solvent.molar_volume.in_si(MOLAR_VOLUME) * formed / (2.0 * FARADAY)
    consumed = SolventBudget.of(begin(settings)).consumed(state)
    assert consumed == pytest.approx(volume / 1e-5, rel=1e-9) and consumed > 0.0, "µL/cm²"


@pytest.mark.slow
@settings(
    max_examples=examples(6, 100),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(cell=cells())
def test_random_cells(file: Path, cell: RandomCell) -> None:
    check(cell.load(file))


def test_a_piece_that_is_pinched_off_is_dead_metal_with_its_film() -> None:
    """The neck of case E11d, stripped until it parts, below an SEI of Li2O that grows."""
    growing = (
        'sei.growth=[{component = "Li2O", rate_constant = "1e-11 m/s", '
        'diffusivity = "1e-17 m^2/s", concentration = "4.5 mol/L"}]',
        "sei.default_film=Li2O",
        "mesh.surface_size=0.3 um",
        "protocol.current_density=-10 A/m^2",
        "protocol.duration=1 h",
        "time.max_advance=0.5",
    )
    _, found = check(scenario("e11d_neck", *growing))
    assert found.dead_metal > 0.0 and found.total_sei > 0.0
