"""``[[sei.growth]]``: settings, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.tiny import tiny

from deposition.common.errors import ScenarioError
from deposition.laws.sei_growth import LinearParabolic, Tunnelling

GROWTH = (
    'component = "Li2O", rate_constant = "1e-9 m/s", diffusivity = "1e-18 m^2/s", '
    'concentration = "4.5 mol/L"'
)

OWN = "law = 'my_lab.laws:Tunnelling', rate_0 = 1, beta = 1"


def test_the_law_takes_one_electron_for_each_lithium(tmp_path) -> None:
    (entry,) = tiny(tmp_path, f"sei.growth=[{{{GROWTH}}}]").sei.growth
    assert entry.growth == LinearParabolic("Li2O", 1e-9, 1e-18, 4500.0, 2.0, 2.0)
    assert "Li2O" in tiny(tmp_path, f"sei.growth=[{{{GROWTH}}}]").film_table().names


def test_published_parameters_and_what_takes_precedence(tmp_path) -> None:
    named = "component = 'Li2O', parameters = 'EC-limited, Xu 2019', diffusivity = '1e-18 m^2/s'"
    (entry,) = tiny(tmp_path, f"sei.growth=[{{{named}}}]").sei.growth
    assert entry.growth == LinearParabolic("Li2O", 2.4027e-9, 1e-18, 4541.0, 2.0, 2.0)


def test_tunnelling(tmp_path) -> None:
    law = "law = 'tunnelling', component = 'Li2O', current_density = '1 A/m^2'"
    (entry,) = tiny(tmp_path, f"sei.growth=[{{{law}, decay_length = '0.3 nm'}}]").sei.growth
    assert entry.growth == Tunnelling("Li2O", 1.0, 0.3e-9, 2.0, 2.0)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ([f"sei.growth=[{{{GROWTH}}}]", "sei.motion=stationary"], ["E263"]),
        ([f"sei.growth=[{{{GROWTH.replace('Li2O', 'medium')}}}]"], ["E262", "Li3N"]),
        ([f"sei.growth=[{{{GROWTH.replace('Li2O', 'Li2')}}}]"], ["E262", 'mean "Li']),
        ([f"sei.growth=[{{{GROWTH}, on = ['dead_lithium']}}]"], ["E264"]),
        ([f"sei.growth=[{{{GROWTH}, on = ['counter']}}]"], ["E920", "counter.film"]),
        ([f"sei.growth=[{{{GROWTH}, rate = 3}}]"], ["E020", "growth.1.rate", "rate_constant"]),
        (["sei.stretch=thins", "sei.motion=stationary"], ["E298"]),
        (["sei.cracking={strain = 0.1, healing_time = '10 min'}"], ["E299"]),
        (["sei.stretch=thins", "sei.cracking={strain = 0.1, healing_time = '0 s'}"], ["E007"]),
        (["sei.stretch=thins", "sei.cracking={strain = 0, healing_time = '1 s'}"], ["strain"]),
        (["sei.growth=[{component = 'Li2O', parameters = 'Xu'}]"], ["SEI growth", "Xu 2019"]),
        (
            [
                "sei.growth=[{law = 'tunnelling', component = 'Li2O', decay_length = '1 nm', "
                "current_density = '-1 A/m^2'}]"
            ],
            ["E498"],
        ),
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
