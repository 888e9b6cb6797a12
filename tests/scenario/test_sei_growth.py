"""``[[sei.growth]]``: settings, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.tiny import tiny

from deposition.common.errors import ScenarioError
from deposition.laws.sei_growth import LinearParabolic

GROWTH = (
    'component = "Li2O", rate_constant = "1e-9 m/s", diffusivity = "1e-18 m^2/s", '
    'concentration = "4.5 mol/L"'
)

OWN = "law = 'my_lab.laws:Tunnelling', rate_0 = 1, beta = 1"


def test_the_law_takes_one_electron_for_each_lithium(tmp_path) -> None:
    (entry,) = tiny(tmp_path, f"sei.growth=[{{{GROWTH}}}]").sei.growth
    assert entry.growth == LinearParabolic("Li2O", 1e-9, 1e-18, 4500.0, 2.0, 2.0)
    assert "Li2O" in tiny(tmp_path, f"sei.growth=[{{{GROWTH}}}]").film_table().names


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ([f"sei.growth=[{{{GROWTH}}}]", "sei.motion=stationary"], ["E263"]),
        ([f"sei.growth=[{{{GROWTH.replace('Li2O', 'medium')}}}]"], ["E262", "Li3N"]),
        ([f"sei.growth=[{{{GROWTH.replace('Li2O', 'Li2')}}}]"], ["E262", 'mean "Li']),
        ([f"sei.growth=[{{{GROWTH}, on = ['dead_lithium']}}]"], ["E264"]),
        ([f"sei.growth=[{{{GROWTH}, rate = 3}}]"], ["E020", "growth.1.rate", "rate_constant"]),
        (["sei.growth=[{component = 'Li2O'}]"], ["E021", "rate_constant is missing"]),
        (["sei.growth=[{law = 'parabolic', component = 'Li2O'}]"], ["E030", "linear-parabolic"]),
        (
            [f"sei.growth=[{{{OWN}, component = 'Li3N'}}]"],
            ["E047", "Tunnelling"],
        ),
    ],
)
def test_wrong_statements(tmp_path, monkeypatch, overrides, words) -> None:
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[1] / "data" / "plugins")
    with pytest.raises(ScenarioError) as error:
        tiny(tmp_path, *overrides)
    for word in words:
        assert word in str(error.value)
