"""Where triiodide comes from: an oxidant, never lithium or an exchanger of iodide alone.

Each test has the error it looks for built in once, and must then see lithium dissolve.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.tiny import tiny

from deposition.common.errors import PluginError
from deposition.laws.dual import Dual
from deposition.laws.iodine import IODIDE, TRIIODIDE
from deposition.laws.reactions import CATION, AtFacets, Rates, check_closed
from deposition.laws.regeneration import IodideAtCounter
from deposition.mesh.cell import LITHIUM
from deposition.scenario.reactions import IodideAtCounter as Stated
from deposition.simulation.state import State
from deposition.verification.bench import states

pytestmark = pytest.mark.solve


def ion(name: str, c: float) -> str:
    """A trace at a concentration, mol/m³."""
    return (
        f'electrolyte.dissolved."{name}"={{concentration = "{c} mol/m^3", charge = -1, '
        'diffusivity = "1e-10 m^2/s", trace = true}'
    )


ATTACK = "{law = 'iodine-on-lithium', rate_constant = '1e-5 m/s', on = ['lithium']}"
REGENERATION = "{law = 'iodide-at-counter', rate_constant = '1e-3 m/s'}"
RESTING = (
    "interface=fixed",
    "sei.motion=stationary",
    "counter={kind = 'lithium', motion = 'fixed'}",
    "protocol={rest = '60 s'}",
    "time={first_step = '1 s', max_step = '5 s'}",
)


def end_of(folder: Path, *changes: str) -> tuple[State, float]:
    """The last state, and the lithium that dissolves in it, mol/(m² s)."""
    *_, last = states(tiny(folder, *RESTING, *changes))
    rate = last.fields.chemical_rate[last.surface.on(LITHIUM)]
    return last, float(-rate.mean())


def test_lithium_opposite_lithium_regenerates_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Iodine dissolves lithium once, whatever the settings allow: lithium is at 0 V."""
    monkeypatch.setattr(Stated, "check_counter", lambda self, counter: None)
    changes = (ion(TRIIODIDE, 3.0), ion(IODIDE, 0.0), f"reactions=[{ATTACK}, {REGENERATION}]")
    last, rate = end_of(tmp_path, *changes)
    triiodide, iodide = np.nanmean(last.fields.dissolved, axis=0)
    assert rate < 1e-3 * 2e-5 * 3.0
    assert triiodide < 1e-3 * iodide and iodide == pytest.approx(9.0, rel=1e-2)

    def regardless(self: IodideAtCounter, at: AtFacets) -> Rates:
        r = at.concentration[IODIDE] * (self.rate_constant / 3.0)
        return Rates({IODIDE: r * 3.0, TRIIODIDE: r * -1.0, CATION: r * 2.0}, metal=r * 2.0)

    monkeypatch.setattr(IodideAtCounter, "rates", regardless)
    assert end_of(tmp_path, *changes)[1] > 0.1 * 2e-5 * 3.0


def test_iodide_alone_dissolves_nothing(tmp_path: Path) -> None:
    """An LDH releases iodide; triiodide from it would be an oxidant without a source."""
    changes = (
        ion(TRIIODIDE, 0.0), ion(IODIDE, 0.0), ion("NO3-", 30.0), f"reactions=[{ATTACK}]",
        "ldh={dose = '10 kg/m^3', selectivity = 74, rate_constant = '1e-1 1/s'}",
    )  # fmt: skip
    last, rate = end_of(tmp_path, *changes)
    triiodide, iodide, _ = np.nanmean(last.fields.dissolved, axis=0)
    assert rate == 0.0 and triiodide == 0.0 and iodide > 20.0
    assert end_of(tmp_path, *changes, "ldh.released=I3-")[1] > 1e-7


def test_triiodide_from_iodide_needs_an_oxidant() -> None:
    """3 I- -> I3- leaves a charge of two."""
    one = Dual(np.ones(2))
    free = Rates({IODIDE: one * 3.0, TRIIODIDE: one * -1.0})
    with pytest.raises(PluginError, match=r"does not conserve charge.*\[E310\]"):
        check_closed("free", free, {IODIDE: -1, TRIIODIDE: -1, CATION: 1})
