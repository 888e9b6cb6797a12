"""The counter electrode: one of several tables, chosen by its kind."""

from __future__ import annotations

import pytest
from helpers.tiny import tiny

from deposition.common.errors import ScenarioError
from deposition.scenario.counter import LithiumCounter, Positive, Reservoir

FULL = (
    'counter={kind = "positive", open_circuit_potential = "LFP", capacity = "2 mAh/cm^2", '
    'lithiation = 0.95, exchange_current_density = "100 A/m^2"}'
)


@pytest.mark.parametrize(
    ("overrides", "kind"),
    [((), LithiumCounter), (("counter.kind=reservoir",), Reservoir), ((FULL,), Positive)],
)
def test_the_kind_chooses_the_table(tmp_path, overrides, kind) -> None:
    assert type(tiny(tmp_path, *overrides).counter) is kind


def test_another_kind_begins_the_table_anew(tmp_path) -> None:
    """The motion of the base belongs to its lithium counter electrode."""
    assert tiny(tmp_path).counter.motion == "receding"
    assert tiny(tmp_path, "counter.kind=reservoir").counter.motion == "fixed"
    back = tiny(tmp_path, FULL, "counter.kind=lithium")
    assert back.counter == LithiumCounter()


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["counter.kind=positiv"], ["E026", '"positiv"', '"lithium"', 'Did you mean "positive"?']),
        (["counter.kind=3"], ["E026", "counter.kind = 3"]),
        (["counter.capacity=2 mAh/cm^2"], ["E020", 'kind = "positive"']),
        ([FULL, "counter.lithium=1"], ["E020", 'Did you mean "lithiation"?']),
        ([FULL, "counter.motion=receding"], ["E242"]),
        ([FULL, "counter.lithiation=1.2"], ["E025", "counter.lithiation"]),
        ([FULL, "counter.open_circuit_potential=NCM523", "counter.lithiation=0.1"], ["E260"]),
        ([FULL, "counter.open_circuit_potential=LCO"], ["E030", "LFP, NCM523"]),
        (["counter.kind=positive"], ["E021", "counter.capacity is missing"]),
        (["counter=3"], ["E024", "must be a table"]),
    ],
)
def test_wrong_statements(tmp_path, overrides, words) -> None:
    with pytest.raises(ScenarioError) as error:
        tiny(tmp_path, *overrides)
    for word in words:
        assert word in str(error.value)


CHARGE = "protocol={current_density = '5 A/m^2', capacity = '2.5 mAh/cm^2'}"


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ((FULL, CHARGE), ["E256", "2.5 mAh/cm²", "can give 1.9 mAh/cm²"]),
        ((FULL, CHARGE.replace("'5 A", "'-5 A")), ["E256", "can take 0.1 mAh/cm²"]),
        ((FULL, "protocol.current_density=-5 A/m^2", "protocol.voltage_limit=3 V"), ["E203"]),
        ((FULL, "protocol.minimum_voltage=3 V"), ["E202"]),
        ((FULL, "protocol.voltage_limit=1 V"), ["E941", "3.188 V", "higher"]),
        (
            (FULL, CHARGE.replace("'5 A", "'-1 A").replace("}", ", minimum_voltage = '4 V'}")),
            ["E941", "lower"],
        ),
        (("protocol.current_density=-5 A/m^2", "protocol.minimum_voltage=3 V"), ["E202"]),
    ],
)
def test_a_protocol_fits_the_counter_electrode(tmp_path, overrides, words) -> None:
    with pytest.raises(ScenarioError) as error:
        tiny(tmp_path, *overrides)
    for word in words:
        assert word in str(error.value)


def test_a_limit_of_the_voltage_spares_the_positive_electrode(tmp_path) -> None:
    limited = CHARGE.replace("}", ", voltage_limit = '4 V'}")
    assert tiny(tmp_path, FULL, limited).protocol.voltage_limit == 4.0
