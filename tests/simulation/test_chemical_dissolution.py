"""Lithium that dissolves chemically, on a moving mesh, against the exact Stefan problem."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.small_models import V_M, begin, model, moving_interface, physics, slab

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface.salt_transfer import salt_content
from deposition.laws.first_order import FirstOrder
from deposition.laws.reactions import Species
from deposition.mesh.cell import ELECTROLYTE, metal_volume
from deposition.protocol import ConstantCurrent, ProtocolPlan, ProtocolStep
from deposition.simulation.loop import time_loop
from deposition.simulation.time_step import StepControl

pytestmark = pytest.mark.solve

GAP, METAL, WIDTH = 8.0, 2.0, 4.0
OXIDANT = Species("oxidant", 0, 2.0, 2e-10)
LITHIUM = 2.0
RATE = 1e-4


def test_the_surface_recedes_by_what_arrives() -> None:
    """With a reservoir the gap follows the Stefan law, and the volume of metal is balanced."""
    steps = 20
    a = replace(
        model(),
        transport=physics(
            counter="reservoir",
            recedes=False,
            dissolved=(OXIDANT,),
            reactions=(FirstOrder("oxidant", RATE, LITHIUM),),
        ),
        interface=moving_interface(recedes=False, counter="reservoir"),
        plan=ProtocolPlan((ProtocolStep(ConstantCurrent(0.0), duration=400.0),)),
        control=StepControl(20.0, 20.0, np.inf, 0.005),
    )
    start = begin(a, slab(GAP, WIDTH, METAL))
    wet = start.cell.vertices_of(ELECTROLYTE)[:, None]
    fields = replace(start.fields, dissolved=np.where(wet, OXIDANT.initial, np.nan))
    states = list(time_loop(a, replace(start, fields=fields)))
    assert len(states) >= steps
    lost = METAL * WIDTH - metal_volume(states[-1].cell)
    speed = lost / WIDTH / 400.0 * MICROMETRE
    flux = OXIDANT.initial / (
        (GAP + lost / WIDTH / 2) * MICROMETRE / OXIDANT.diffusivity + 1 / RATE
    )
    assert speed == pytest.approx(LITHIUM * V_M * flux, rel=0.02)
    assert states[-1].balance.faraday_error < 1e-6
    assert abs(states[-1].net_areal_charge) < 1e-9 * FARADAY


@pytest.mark.parametrize("trace", [False, True])
def test_lithium_and_the_species_are_lost_in_their_ratio(trace: bool) -> None:
    """In a closed cell ν (content lost) = (metal lost) / V_m, in µm² mol/m³."""
    closed = replace(
        model(),
        transport=physics(
            recedes=False,
            dissolved=(replace(OXIDANT, trace=trace),),
            reactions=(FirstOrder("oxidant", RATE, LITHIUM),),
        ),
        interface=moving_interface(recedes=False),
        plan=ProtocolPlan((ProtocolStep(ConstantCurrent(0.0), duration=400.0),)),
        control=StepControl(20.0, 20.0, np.inf, 0.005),
    )
    start = begin(closed, slab(GAP, WIDTH, METAL))
    wet = start.cell.vertices_of(ELECTROLYTE)[:, None]
    fields = replace(start.fields, dissolved=np.where(wet, OXIDANT.initial, np.nan))
    *_, last = time_loop(closed, replace(start, fields=fields))
    left = salt_content(last.cell, last.fields.dissolved[:, 0]).sum()
    consumed = OXIDANT.initial * GAP * WIDTH - left
    lost = METAL * WIDTH - metal_volume(last.cell)
    assert left < 0.5 * OXIDANT.initial * GAP * WIDTH
    assert LITHIUM * consumed == pytest.approx(lost / V_M, rel=1e-9)


@pytest.mark.parametrize("trace", [False, True])
def test_moving_walls_neither_take_nor_give_a_species(trace: bool) -> None:
    """The counter electrode recedes from where the anion is rich, the deposit grows where it is
    poor: what they displace of it differs, and must not be counted as content."""
    anion = Species("I-", -1, 3.0, 2e-10, trace)
    a = replace(model(20.0, 1.0), transport=physics(dissolved=(anion,)))
    start = begin(a, slab(GAP, WIDTH, METAL))
    wet = start.cell.vertices_of(ELECTROLYTE)[:, None]
    fields = replace(start.fields, dissolved=np.where(wet, anion.initial, np.nan))
    *_, last = time_loop(a, replace(start, fields=fields))
    found = last.fields.dissolved[:, 0]
    assert np.nanmax(found) > 1.02 * np.nanmin(found)
    content = salt_content(last.cell, found).sum()
    assert content == pytest.approx(anion.initial * GAP * WIDTH, rel=1e-10)
