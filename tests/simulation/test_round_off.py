"""Round-off decides nothing: a state in which a gap below dead lithium closes runs on whichever way
the last digits fall."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deposition import Scenario
from deposition.common.constants import MAH_PER_CM2
from deposition.interface.huygens import HuygensConstruction
from deposition.mesh.cell import DEAD_LITHIUM, Floats
from deposition.recorders.pace import worst_quality
from deposition.simulation.build import model_of
from deposition.simulation.checkpoint import load
from deposition.simulation.loop import resume_loop

CLOSING = Path(__file__).resolve().parents[1] / "data" / "checkpoint-format-4"
"""``be-dead-li`` at 0.365 mAh/cm², with flat cells; version 0.1 ended at 0.3756."""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("seed", range(3))
def test_a_closing_gap_is_passed_with_any_round_off(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random, exact = np.random.default_rng(seed), HuygensConstruction.level_set

    def perturbed(self: HuygensConstruction, advance: Floats) -> Floats:
        psi = exact(self, advance)
        return psi * (1.0 + 1e-12 * random.standard_normal(len(psi)))

    monkeypatch.setattr(HuygensConstruction, "level_set", perturbed)
    point = load(CLOSING / "checkpoint.npz")
    model = model_of(Scenario.load(CLOSING / "scenario.toml"), point.start)
    steps, qualities = 0, []
    for state in resume_loop(model, point.run_state):
        steps += 1
        qualities.append(worst_quality(state.cell))
        if state.net_areal_charge > 0.42 * MAH_PER_CM2:
            break
    assert steps < 30, "no step was shortened again and again"
    assert state.balance.faraday_error < 1e-6 and state.balance.salt_error < 1e-10
    dead = state.cell.in_region(DEAD_LITHIUM)
    assert state.cell.volumes[dead].sum() == pytest.approx(30.0, rel=1e-9)
    # Flat cells come and go with the contacts; they do not stay.
    assert np.median(qualities) > 0.01
