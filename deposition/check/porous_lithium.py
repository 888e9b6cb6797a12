"""Numbers of dead lithium in the pores of a layer, before a run.

    Thiele modulus  φ = H √(k a/D_eff), D_eff = ε^b D; a front moves through the layer for φ ≫ 1
    times           1/(β c_3) of its kinetics, H² ε_s/(4 V_m c_3 D_eff) of diffusion (``laws``)
    stock           2 c_3 V_el/(L_0 V) of a closed cell that regenerates nothing

with the thickness H of the layer, its volume over the projected area.
"""

from __future__ import annotations

from collections.abc import Iterator

from deposition.check.iodine import LITTLE
from deposition.common.constants import FARADAY, HOUR, MAH_PER_CM2, MICROMETRE
from deposition.laws.iodine import TRIIODIDE
from deposition.laws.porous_lithium import PER_TRIIODIDE
from deposition.mesh.cell import SEPARATOR
from deposition.mesh.footprint import projected_area
from deposition.scenario import Scenario
from deposition.scenario.reactions import IodideAtCounter
from deposition.simulation.initial import Start

FRONT = 10.0
"""Thiele modulus above which a front moves through the layer."""

EVEN = 0.3
"""Thiele modulus below which the layer dissolves evenly."""


def porous_lithium_lines(scenario: Scenario, start: Start) -> Iterator[str]:
    """The layer and its numbers in words."""
    law, cell = scenario.porous_lithium, start.cell
    if law is None:
        return
    thickness = cell.volume(SEPARATOR) / projected_area(cell) * MICROMETRE
    charge = FARADAY * law.content * thickness / MAH_PER_CM2
    yield (
        f"dead lithium in the pores of a layer of {thickness / MICROMETRE:.3g} µm: "
        f"{charge:.3g} mAh/cm²"
    )
    ion = scenario.electrolyte.dissolved[TRIIODIDE]
    diffusivity = ion.diffusivity * scenario.pores.transport_efficiency
    phi = law.thiele_modulus(thickness, diffusivity)
    shape = "a front moves through it" if phi > FRONT else "it dissolves throughout"
    shape = "it dissolves evenly" if phi < EVEN else shape
    yield f"triiodide in this layer: Thiele modulus {phi:.3g}: {shape}"
    if ion.concentration > 0.0:
        kinetic = 1.0 / (law.consumption * ion.concentration)
        diffusive = law.front_time(thickness, diffusivity, ion.concentration)
        yield (
            f"triiodide in this layer: {kinetic / HOUR:.3g} h of kinetics and "
            f"{diffusive / HOUR:.3g} h of diffusion in iodine that is held at its face"
        )


def too_little_for_the_layer(scenario: Scenario, start: Start) -> Iterator[str]:
    """Warn of a closed cell whose iodine dissolves little of the lithium in the layer."""
    law, cell = scenario.porous_lithium, start.cell
    regenerated = any(isinstance(one, IodideAtCounter) for one in scenario.reactions)
    if law is None or scenario.counter.kind == "reservoir" or regenerated:
        return
    iodine = scenario.electrolyte.dissolved[TRIIODIDE].concentration
    dissolves = PER_TRIIODIDE * iodine * float(cell.electrolyte_fraction @ cell.volumes)
    share = dissolves / (law.content * cell.volume(SEPARATOR))
    if share < LITTLE:
        yield (
            f"the triiodide of this closed cell dissolves {100 * share:.2g} % of the dead lithium "
            "in the layer and is then iodide, which nothing oxidises: the run will show next to "
            'nothing; state counter.kind = "reservoir", or a positive counter electrode with a '
            'reaction law = "iodide-at-counter"'
        )
