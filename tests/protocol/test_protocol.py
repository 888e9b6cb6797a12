"""Protocol steps: expansion of lists, end conditions, and consequences of the end."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.tiny import tiny

from deposition import Scenario, plate, rest, run, strip
from deposition.common.constants import HOUR, MAH_PER_CM2
from deposition.common.errors import ResultsError, ScenarioError
from deposition.common.units import RateOfCharge
from deposition.protocol import (
    BEGINNING,
    REST,
    ConstantCurrent,
    ConstantVoltage,
    OnEvent,
    Progress,
    ProtocolPlan,
    ProtocolStep,
    StopReason,
    VoltageSweep,
)
from deposition.results.protocol_step_table import coulombic_efficiency, read_steps
from deposition.scenario.plan import plan_of
from deposition.scenario.protocol import Step
from deposition.scenario.protocol_words import protocol_line
from deposition.verification.bench import states

PLATE = ProtocolStep(ConstantCurrent(5.0), capacity=100.0)
STRIP = ProtocolStep(ConstantCurrent(-10.0), capacity=100.0)
PAUSE = ProtocolStep(REST, duration=60.0)


def densities(plan: ProtocolPlan) -> list[float]:
    """Current density of each protocol step, A/m²; NaN for a voltage."""
    applied = (protocol_step.applied for protocol_step in plan.protocol_steps)
    return [a.density if isinstance(a, ConstantCurrent) else math.nan for a in applied]


# --- lists of steps -------------------------------------------------------------------------------


NESTED = """
base = "tafel"
title = "Formation, then three cycles with a pulse in each"

[protocol]
nominal_capacity = "2 mAh/cm^2"
on_event = {voltage_limit = "end"}
steps = [
  {c_rate = "C/10", duration = "1 h", voltage_limit = "0.2 V"},
  {repeat = 3, steps = [
    {repeat = 2, steps = [
      {current_density = "1 mA/cm^2", duration = "9 s"},
      {c_rate = "-C/4", duration = "1 s", voltage_limit = "1 V", on_event.voltage_limit = "next"},
    ]},
    {rest = "1 min"},
  ]},
  {voltage = "20 mV", capacity = "0.1 mAh/cm^2"},
]
"""


@pytest.fixture
def nested(tmp_path: Path) -> ProtocolPlan:
    (tmp_path / "nested.toml").write_text(NESTED, encoding="utf-8")
    return plan_of(Scenario.load(tmp_path / "nested.toml").protocol)


def test_lists_are_repeated_inside_of_lists(nested: ProtocolPlan) -> None:
    cycle = [10.0, -5.0, 10.0, -5.0, 0.0]
    assert densities(nested)[:-1] == pytest.approx([2.0, *3 * cycle])
    assert nested.protocol_steps[-1].applied == ConstantVoltage(0.02)
    assert nested.protocol_steps[1].duration == 9.0 and nested.protocol_steps[5].duration == 60.0
    assert nested.protocol_steps[-1].capacity == pytest.approx(0.1 * MAH_PER_CM2)


def test_a_choice_of_all_steps_holds_where_a_step_has_none_of_its_own(nested: ProtocolPlan) -> None:
    first, _, reverse = nested.protocol_steps[:3]
    assert first.after(StopReason.VOLTAGE_LIMIT) is OnEvent.END
    assert reverse.after(StopReason.VOLTAGE_LIMIT) is OnEvent.NEXT
    assert (
        first.after(StopReason.DEPLETION) is OnEvent.ERROR
        and first.after(StopReason.CAPACITY) is OnEvent.NEXT
    )


def test_a_choice_of_a_list_holds_for_its_own_steps() -> None:
    """Outer lists, then inner ones, then the step itself."""
    one = "{current_density = '1 mA/cm^2', duration = '1 s'"
    own = f"{one}, on_event = {{depletion = 'error'}}}}"
    inner = f"{{on_event = {{depletion = 'end'}}, steps = [{one}}}, {own}]}}"
    choice = "on_event = {depletion = 'next', short_circuit = 'end'}"
    listed = f"{{{choice}, steps = [{one}}}, {inner}]}}"
    changes = [f"protocol.steps=[{listed}, {one}}}]", "protocol.on_event.short_circuit=next"]
    protocol_steps = plan_of(Scenario.load("tafel", changes).protocol).protocol_steps
    after = [
        (protocol_step.after(StopReason.DEPLETION), protocol_step.after(StopReason.SHORT_CIRCUIT))
        for protocol_step in protocol_steps
    ]
    assert after == [
        (OnEvent.NEXT, OnEvent.END), (OnEvent.END, OnEvent.END), (OnEvent.ERROR, OnEvent.END),
        (OnEvent.ERROR, OnEvent.NEXT),
    ]  # fmt: skip


def test_python_says_the_same_in_one_line() -> None:
    steps = 3 * [plate("C/2", duration="1 h"), strip("2C", capacity="1 mAh/cm^2"), rest("5 min")]
    scenario = Scenario.load("tafel").with_protocol(steps, nominal_capacity="2 mAh/cm^2")
    assert densities(plan_of(scenario.protocol)) == pytest.approx(3 * [10.0, -40.0, 0.0])


def test_the_old_name_of_with_protocol_warns_and_gives_the_same() -> None:
    scenario = Scenario.load("tafel")
    with pytest.warns(FutureWarning, match="asking is now called Scenario.with_protocol"):
        old = scenario.asking([rest("1 h")])
    assert old == scenario.with_protocol([rest("1 h")])


def test_cycles_begin_where_the_first_current_flows_again() -> None:
    plan = ProtocolPlan((PAUSE, PLATE, PAUSE, STRIP, PAUSE, PLATE, PLATE, STRIP, PLATE))
    assert plan.cycles == (1, 1, 1, 1, 1, 2, 2, 2, 3)
    assert ProtocolPlan((STRIP, PLATE, STRIP)).cycles == (1, 1, 2), "stripping first"
    assert plan.first_with_current == 1 and ProtocolPlan((PAUSE,)).first_with_current == 0


@pytest.mark.parametrize(
    ("depth", "repeat", "number"),
    [(0, 10_000_000, "10000000"), (1, 400, "160000"), (20, 99_999, "more than 1e+15")],
)
def test_too_many_protocol_steps_are_rejected_without_creating_them(
    depth: int, repeat: int, number: str
) -> None:
    steps = [rest("1 s")]
    for _ in range(depth):
        steps = [Step(steps=tuple(steps), repeat=repeat)]
    with pytest.raises(ScenarioError, match=rf" {re.escape(number)} .* 100000\. .*\[E241\]"):
        Scenario.load("tafel").with_protocol(steps, repeat)


def test_the_maximum_number_of_protocol_steps_is_allowed() -> None:
    twice = Step(steps=(rest("1 s"), rest("2 s")), repeat=500)
    plan = plan_of(Scenario.load("tafel").with_protocol([twice], 100).protocol)
    assert len(plan.protocol_steps) == 100_000


# --- end conditions -------------------------------------------------------------------------------


ENDLESS = [
    ("-1 mA/cm^2", "short_circuit", r"depletion and lithium_exhausted .*\[E234\]"),
    ("1 mA/cm^2", "lithium_exhausted", r"depletion and short_circuit .*\[E234\]"),
    ("-1C", "short_circuit", r"depletion and lithium_exhausted .*\[E234\]"),
    ("1 mA/cm^2", "voltage_limit", r"depletion and short_circuit .*\[E234\]"),
    ("0 mA/cm^2", "short_circuit", r"current_density = 0 .*duration.*\[E230\]"),
    ("0 mA/cm^2", "depletion", r"current_density = 0 .*duration.*\[E230\]"),
]


@pytest.mark.parametrize(("current", "event", "message"), ENDLESS)
def test_a_step_that_no_event_ends_is_rejected(current: str, event: str, message: str) -> None:
    kind = "c_rate" if current.endswith("C") else "current_density"
    step = f"{{{kind} = '{current}', on_event = {{{event} = 'end'}}}}"
    with pytest.raises(ScenarioError, match=rf"steps\.1.*{message}"):
        Scenario.load("tafel", [f"protocol.steps=[{step}]", "protocol.nominal_capacity=1 mAh/cm^2"])


@pytest.mark.parametrize(
    ("current", "event"),
    [("1 mA/cm^2", "short_circuit"), ("-1 mA/cm^2", "lithium_exhausted"), ("9 A/m^2", "depletion")],
)
def test_a_step_may_end_by_an_event_alone(current: str, event: str) -> None:
    step = f"{{current_density = '{current}', on_event = {{{event} = 'next'}}}}"
    (protocol_step,) = plan_of(
        Scenario.load("tafel", [f"protocol.steps=[{step}]"]).protocol
    ).protocol_steps
    assert protocol_step.duration == protocol_step.capacity == math.inf


PAUSED, TIMED = "{rest = '5 s'}", "{current_density = '1 mA/cm^2', duration = '1 s'}"
LIMITED = "{current_density = '1 mA/cm^2', duration = '1 s', voltage_limit = '0.2 V'}"
ENDS = "on_event = {voltage_limit = 'end'}"


@pytest.mark.parametrize(
    ("steps", "lacking"),
    [
        (f"[{{steps = [{PAUSED}, {TIMED}], {ENDS}}}, {LIMITED}]", "none of the steps"),
        (f"[{{rest = '5 s', {ENDS}}}]", "this step"),
        (f"[{TIMED[:-1]}, {ENDS}}}]", "this step"),
    ],
)
def test_a_consequence_of_a_limit_without_a_limit_is_rejected(steps: str, lacking: str) -> None:
    match = rf"protocol\.steps\.1: on_event\.voltage_limit .* {lacking} .*\"0.2 V\".*\[E235\]"
    with pytest.raises(ScenarioError, match=match):
        Scenario.load("tafel", [f"protocol.steps={steps}"])


def test_a_consequence_of_a_limit_may_be_stated_for_a_list_in_which_one_step_has_it() -> None:
    steps = f"[{PAUSED}, {{steps = [{PAUSED}, {LIMITED}], {ENDS}}}]"
    changes = [f"protocol.steps={steps}", "protocol.on_event.voltage_limit=error"]
    after = [
        s.after(StopReason.VOLTAGE_LIMIT)
        for s in plan_of(Scenario.load("tafel", changes).protocol).protocol_steps
    ]
    assert after == [OnEvent.ERROR, OnEvent.END, OnEvent.END]


def test_a_replaced_limit_of_a_base_takes_its_consequence_along() -> None:
    limited = ["protocol.voltage_limit=0.2 V", "protocol.on_event.voltage_limit=end"]
    later = Scenario.load("tafel", [*limited, "protocol.rest=5 s"])
    assert later.protocol.on_event is not None and later.protocol.on_event.voltage_limit is None
    kept = Scenario.load("tafel", [*limited, f"protocol.steps=[{LIMITED}]"])
    assert kept.protocol.on_event is not None and kept.protocol.on_event.voltage_limit == "end"
    with pytest.raises(ScenarioError, match=r"\[E235\]"):
        Scenario.load(
            "tafel", [limited[0], "protocol={rest = '5 s', on_event = {voltage_limit = 'end'}}"]
        )


# --- rates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rate"),
    [("C/2", 0.5), ("1C", 1.0), ("-0.5C", -0.5), ("-C/20", -0.05), ("3C/2", 1.5), ("2 C", 2.0)],
)
def test_a_rate_is_nominal_capacities_per_hour(text: str, rate: float) -> None:
    assert RateOfCharge().parse(text) == pytest.approx(rate, rel=1e-15)
    assert RateOfCharge().parse(RateOfCharge().format(rate)) == rate


@pytest.mark.parametrize("text", ["0C", "-0.0C", "C/0", "fast", "C/", "1 A/m^2", "CC", "", 0.5])
def test_an_invalid_rate_is_rejected_with_an_example(text: object) -> None:
    with pytest.raises(ValueError, match=r'"C/2".*\[E01[12]\]'):
        RateOfCharge().parse(text)


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("{voltage = '20 mV', rest = '5 s'}", "E229"),
        ("{voltage = '20 mV', duration = '5 s', voltage_limit = '1 V'}", "E232"),
        ("{steps = []}", "E236"),
        ("{steps = [{rest = '5 s'}], duration = '5 s'}", "E237"),
        ("{rest = '5 s', duration = '5 s'}", "E238"),
        ("{rest = '5 s', repeat = 2}", "E239"),
        ("{rest = '5 s', vertices = ['0 V', '1 V']}", "E211"),
        ("{sweep = '1 mV/s'}", "E212"),
        ("{sweep = '1 mV/s', vertices = ['0 V', '0 V']}", "E212"),
        ("{sweep = '1 mV/s', vertices = ['0 V', '0.2 V'], voltage_limit = '1 V'}", "E213"),
    ],
)
def test_contradictory_keys_of_a_step_are_rejected(table: str, code: str) -> None:
    with pytest.raises(ScenarioError, match=rf"\[{code}\]"):
        Scenario.load("tafel", [f"protocol.steps=[{table}]"])


def test_the_current_of_a_rate_is_that_of_the_nominal_capacity() -> None:
    scenario = Scenario.load(
        "tafel", ["protocol.c_rate=C/4", "protocol.nominal_capacity=2 mAh/cm^2"]
    )
    assert densities(plan_of(scenario.protocol)) == pytest.approx([2.0 * MAH_PER_CM2 / HOUR / 4.0])


@pytest.mark.parametrize(
    "changes",
    [("protocol.c_rate=1C",), ("protocol.steps=[{c_rate = '1C', duration = '1 s'}]",)],
)
def test_a_rate_needs_a_nominal_capacity(changes: tuple[str, ...]) -> None:
    with pytest.raises(ScenarioError, match=r"protocol.*nominal_capacity.*\[E240\]"):
        Scenario.load("tafel", changes)


# --- end of a protocol step, and its consequence --------------------------------------------------


def test_a_protocol_step_ends_by_the_first_condition_that_is_met() -> None:
    protocol_step = ProtocolStep(ConstantCurrent(-5.0), duration=30.0, capacity=100.0)
    assert protocol_step.charge == 100.0 and protocol_step.sign == -1.0
    assert (
        protocol_step.left(0.0, 0.0, -5.0) == 20.0 and protocol_step.left(25.0, -50.0, -5.0) == 5.0
    )
    assert protocol_step.end(19.0, -95.0) is None
    assert protocol_step.end(20.0, -100.0) is StopReason.CAPACITY
    assert protocol_step.end(30.0, -50.0) is StopReason.DURATION
    assert protocol_step.done(15.0, -20.0) == 0.5


def test_a_voltage_limit_applies_in_the_direction_of_the_current() -> None:
    for sign in (1.0, -1.0):
        protocol_step = ProtocolStep(ConstantCurrent(5.0 * sign), capacity=1.0, voltage_limit=0.1)
        assert protocol_step.beyond(0.09 * sign) < 0.0 < protocol_step.beyond(0.11 * sign)
        assert protocol_step.beyond(-0.5 * sign) < 0.0
    assert ProtocolStep(ConstantCurrent(5.0), capacity=1.0).beyond(1e3) == -1.0, "no limit"


def test_the_charge_at_constant_voltage_is_unknown() -> None:
    held = ProtocolStep(ConstantVoltage(-0.02), duration=60.0)
    assert held.charge == math.inf and held.sign == -1.0
    assert PAUSE.charge == 0.0


def test_a_protocol_continues_ends_or_fails() -> None:
    first = replace(PLATE, on_event={StopReason.VOLTAGE_LIMIT: OnEvent.END})
    plan = ProtocolPlan((first, STRIP))
    assert plan.then(BEGINNING) is None and not plan.complete(BEGINNING)
    assert plan.then(BEGINNING.end(StopReason.CAPACITY)) is OnEvent.NEXT
    assert plan.then(BEGINNING.end(StopReason.VOLTAGE_LIMIT)) is OnEvent.END
    assert plan.then(BEGINNING.end(StopReason.SHORT_CIRCUIT)) is OnEvent.ERROR
    last = Progress(protocol_step=1, charge_throughput=200.0).end(StopReason.LITHIUM_EXHAUSTED)
    assert plan.then(last) is OnEvent.END and plan.complete(last), "the last step"


def test_charge_throughput_counts_both_directions() -> None:
    plan = ProtocolPlan((PLATE, PAUSE, STRIP))
    passed = BEGINNING.after(5.0, 10.0)
    assert (passed.time, passed.charge, passed.charge_throughput) == (10.0, 50.0, 50.0)
    assert 0.0 < plan.done(passed) < plan.done(passed.end(StopReason.CAPACITY)) < 0.5
    stripped = passed.following().following().after(-10.0, 2.0)
    assert (stripped.protocol_step, stripped.charge, stripped.charge_throughput) == (2, -20.0, 70.0)
    assert plan.done(stripped.end(StopReason.CAPACITY)) == 1.0


# --- protocol_steps.csv ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cycled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that plates, rests, strips less, and plates up to a voltage that it has at once."""
    folder = tmp_path_factory.mktemp("cycled")
    steps = [
        plate("1 mA/cm^2", capacity="0.01 mAh/cm^2"),
        rest("10 s"),
        strip("1 mA/cm^2", capacity="0.008 mAh/cm^2"),
        plate("1 mA/cm^2", capacity="0.01 mAh/cm^2", voltage_limit="1 uV"),
    ]
    run(tiny(folder).with_protocol(steps), folder / "cycled")
    return folder / "cycled" / "protocol_steps.csv"


@pytest.mark.solve
def test_each_protocol_step_has_a_row(cycled: Path) -> None:
    rows = read_steps(cycled)
    assert [row.ended_by for row in rows] == ["capacity", "duration", "capacity", "voltage_limit"]
    assert [row.cycle for row in rows] == [1, 1, 1, 2]
    assert [row.charge_mAh_cm2 for row in rows] == pytest.approx([0.01, 0.0, -0.008, 0.0])
    assert [row.capacity_mAh_cm2 for row in rows] == pytest.approx([0.01, 0.01, 0.002, 0.002])
    assert [row.duration_s for row in rows] == pytest.approx([36.0, 10.0, 28.8, 0.0])
    assert rows[0].applied == "1 mA/cm² until 0.01 mAh/cm²"
    assert rows[3].voltage_V > 1e-6
    assert coulombic_efficiency(rows) == pytest.approx([0.8])


@pytest.mark.solve
@pytest.mark.parametrize(
    ("old", "new"), [("capacity", "capacity,1"), ("36", "x"), ("1,1,", "one,1,")]
)
def test_a_damaged_file_is_named(old: str, new: str, cycled: Path, tmp_path: Path) -> None:
    header, rest_of_it = cycled.read_text(encoding="utf-8").split("\n", 1)
    damaged = tmp_path / "protocol_steps.csv"
    damaged.write_text(f"{header}\n{rest_of_it.replace(old, new, 1)}", encoding="utf-8")
    with pytest.raises(ResultsError, match=r"protocol_steps\.csv .*E451"):
        read_steps(damaged)


def test_a_missing_file_has_no_protocol_steps(tmp_path: Path) -> None:
    assert read_steps(tmp_path / "protocol_steps.csv") == []


def test_a_step_that_only_a_moving_interface_ends_needs_one() -> None:
    step = "protocol.steps=[{current_density='1 mA/cm^2', on_event={short_circuit='end'}}]"
    assert Scenario.load("tafel", [step]).interface == "moving"
    with pytest.raises(ScenarioError, match=r"\[E246\]"):
        Scenario.load("tafel", [step, "interface=fixed"])


# --- after depletion ------------------------------------------------------------------------------

EMPTIED = """
base = "tafel"
title = "Depletion, and the following protocol steps"

[geometry.parameters]
width = 8
height = 12

[mesh]
surface_size = "1 um"
coarse_size = "3 um"

[time]
first_step = "10 ms"

[protocol]
on_event = {depletion = "next"}
steps = [
  {current_density = "200 mA/cm^2", duration = "60 s"},
  {current_density = "400 mA/cm^2", duration = "60 s"},
  FOLLOWS,
  {rest = "1 s"},
]
"""


@pytest.mark.solve
@pytest.mark.parametrize(
    ("follows", "ended", "charge"),
    [
        ('{current_density = "-200 mA/cm^2", duration = "0.1 s"}', "duration", -0.1 / 18.0),
        ('{voltage = "100 mV", duration = "1 s"}', "duration", None),
        ('{rest = "1 s"}', "duration", 0.0),
    ],
)
def test_a_step_that_relieves_depletion_does_not_end_by_it(
    follows: str, ended: str, charge: float | None, tmp_path: Path
) -> None:
    (tmp_path / "emptied.toml").write_text(EMPTIED.replace("FOLLOWS", follows), encoding="utf-8")
    run = states(Scenario.load(tmp_path / "emptied.toml"))
    ends = [state for state in run if state.progress.ended]
    assert [end.progress.ended for end in ends] == ["depletion", "depletion", ended, "duration"]
    assert ends[1].progress.time < 1e-3, "hardly anything is left"
    passed = ends[2].progress.charge / MAH_PER_CM2
    assert charge is None or passed == pytest.approx(charge, abs=1e-9)
    assert all(end.event and end.event.sand_time > 0.0 for end in ends[:2])
    assert ends[-1].balance.salt_error < 1e-13


@pytest.mark.solve
def test_many_protocol_steps_conserve_the_salt(tmp_path: Path) -> None:
    """Each begins with the anion flux of moving walls before the interface has advanced."""
    steps = 20 * [plate("5 mA/cm^2", duration="1 s"), strip("5 mA/cm^2", duration="1 s")]
    *_, last = states(tiny(tmp_path, "time.first_step=1 s").with_protocol(steps))
    assert last.progress.protocol_step == 39 and last.balance.salt_error < 1e-13


@pytest.mark.solve
def test_voltages_are_those_of_the_first_current(tmp_path: Path) -> None:
    steps = [plate("1 mA/cm^2", capacity="0.01 mAh/cm^2")]
    at_once = run(tiny(tmp_path).with_protocol(steps), tmp_path / "at once")
    rested = run(tiny(tmp_path).with_protocol([rest("10 s"), *steps]), tmp_path / "rested")
    for name in ("cell_voltage_first_V", "cell_voltage_steady_V"):
        assert rested[name] == pytest.approx(at_once[name], rel=1e-6)


def test_a_sweep_has_a_leg_for_each_sign() -> None:
    vertices = '["0 V", "0.2 V", "-0.3 V", "0 V"]'
    scenario = Scenario.load("tafel", (f'protocol={{sweep = "10 mV/s", vertices = {vertices}}}',))
    steps = plan_of(scenario.protocol).protocol_steps
    legs = [step.applied for step in steps]
    assert legs == [
        VoltageSweep(*ends, 0.01) for ends in ((0.0, 0.2), (0.2, 0.0), (0.0, -0.3), (-0.3, 0.0))
    ]
    assert [step.sign for step in steps] == [1.0, 1.0, -1.0, -1.0]
    assert [step.duration for step in steps] == pytest.approx([20.0, 20.0, 30.0, 30.0])
    control = steps[1].applied_at(5.0).control(1.0)
    assert control.residual(0.15, 7.0) == pytest.approx(0.0)
    assert control.after(5.0).residual(0.1, 7.0) == pytest.approx(0.0)
    assert protocol_line(scenario) == "0 to 200 to -300 to 0 mV at 10 mV/s"


def test_a_sweep_replaces_the_load_of_its_base() -> None:
    swept = ('protocol={sweep = "1 mV/s", vertices = ["0 V", "0.1 V"]}',)
    faster = Scenario.load("be", (*swept, "protocol.sweep=2 mV/s")).protocol
    assert (faster.sweep, faster.vertices, faster.capacity) == (0.002, (0.0, 0.1), None)
    back = Scenario.load("be", (*swept, "protocol.rest=1 s")).protocol
    assert back.sweep is back.vertices is None
