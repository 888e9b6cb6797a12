"""``[protocol]``: loads and end conditions; one step, or a list of steps."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from deposition.common import units
from deposition.common.constants import HOUR
from deposition.common.errors import ScenarioError
from deposition.scenario.eis import EisStep
from deposition.scenario.named_protocols import with_steps
from deposition.scenario.section import Section, Whole

LOADS = ("current_density", "current", "c_rate", "voltage", "rest", "sweep", "eis", "steps")
"""Alternatives of which a step states exactly one."""

ENDS = ("capacity", "duration", "voltage_limit", "minimum_voltage")
"""End conditions of a step that is no list."""

MAX_PROTOCOL_STEPS = 100_000
"""Upper bound of the protocol steps of a run; more would need gigabytes of memory."""

MAX_PRINTED = 10**15
"""Largest number of protocol steps that a message writes out."""

OnEvent = Literal["next", "end", "error"]


class EventChoices(Section):
    """Consequence of an event: the next step, the end of the run, or an error.

    voltage_limit      default "next"
    lithium_exhausted  no strippable lithium is left; default "next"
    depletion          the salt concentration falls to zero somewhere; default "error"
    short_circuit      the deposit touches the counter electrode; default "error"; the event ends
                       every following protocol step immediately
    separator_reached  the growing deposit touches the region ``separator``; default "error"
    """

    voltage_limit: OnEvent | None = None
    lithium_exhausted: OnEvent | None = None
    depletion: OnEvent | None = None
    short_circuit: OnEvent | None = None
    separator_reached: OnEvent | None = None


class Step(Section):
    """A load with end conditions, of which the first one that is met ends it; or a list of steps.

    current_density  mean over the projected area; positive plates, negative strips, 0 rests
    current          total current instead, "1 nA" in 3D, "2e-4 A/m" of depth in 2D
    c_rate           current density in nominal capacities per hour: "C/2", "-1C"
    voltage          φ_counter - φ_working, instead of a current; positive plates
    rest             duration without a current
    sweep, vertices  rate of a voltage that runs from vertex to vertex, two or more
    eis              impedance spectrum of the state reached; takes no time, passes no charge
    capacity         end condition: charge of this step per projected area, plated or stripped
    duration         end condition: time
    voltage_limit    end condition: cell voltage in the direction of the current
    minimum_voltage  end condition: voltage to which a full cell may be discharged
    on_event         consequences of events in this step
    steps, repeat    a list of steps instead of a load, and the number of its repetitions
    """

    current_density: units.CurrentDensity | None = None
    current: units.TotalCurrent | None = None
    c_rate: units.CRate | None = None
    voltage: units.Voltage | None = None
    rest: units.Time | None = None
    sweep: units.SweepRate | None = None
    vertices: tuple[units.Voltage, ...] | None = None
    eis: EisStep | None = None
    capacity: units.ChargePerArea | None = None
    duration: units.Time | None = None
    voltage_limit: units.VoltageLimit | None = None
    minimum_voltage: units.VoltageLimit | None = None
    on_event: EventChoices | None = None
    steps: tuple[Step, ...] | None = None
    repeat: Annotated[Whole, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Step:
        ends = self._end_problems() or self._list_problems()
        problems = [*self._load_problems(), *ends, *self._limit_problems()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def density(self, nominal: float | None) -> float:
        """Current density, A/m², for a nominal capacity in C/m²; 0 if none is stated.

        A total current counts as that of 1 m² until ``across`` replaces it.
        """
        if self.current is not None:
            return self.current.amount
        if self.c_rate is not None:
            return self.c_rate * (nominal or 0.0) / HOUR
        return self.current_density or 0.0

    def across(self, area: float, dim: int) -> Self:
        """The same step, with the current density over the projected area (m², m in 2D) in place of
        each total current; ``dim`` of the cell.

        Raises ScenarioError for a current of the other dimension.
        """
        if self.steps is not None:
            steps = tuple(step.across(area, dim) for step in self.steps)
            same = all(one is other for one, other in zip(steps, self.steps, strict=True))
            return self if same else self.with_valid(steps=steps)
        if self.current is None:
            return self
        if self.current.dim != dim:
            example = units.CURRENT_PER_DEPTH if dim == 2 else units.CURRENT
            raise ScenarioError(
                f"protocol.current = {units.CurrentOfCell().format(self.current)}: a {dim}D cell "
                f'has a {example.name}. Write text such as "{example.example}" [E266]'
            )
        density = self.current.amount / area
        return self.with_valid(current=None, current_density=density)

    def _stated(self, keys: Iterable[str]) -> list[str]:
        return [key for key in keys if getattr(self, key) is not None]

    def _load_problems(self) -> Iterable[str]:
        loads = self._stated(LOADS)
        if not loads:
            yield (
                f'current_density is missing. State one such as "{units.CURRENT_DENSITY.example}", '
                f'a voltage such as "{units.VOLTAGE.example}", a rest, eis or a list of steps'
                " [E228]"
            )
        if len(loads) > 1:
            yield f"has {len(loads)} loads, {', '.join(loads)}. State only one of them [E229]"

    def _end_problems(self) -> list[str]:
        if self.sweep is not None or self.vertices is not None:
            return list(self._sweep_problems())
        if self.eis is not None and (stated := self._stated(ENDS)):
            return [
                f"eis takes no time and passes no charge. Leave {', '.join(stated)} out, or state "
                "the load in a step of its own [E936]"
            ]
        if any(load is not None for load in (self.steps, self.rest, self.eis)):
            return []
        problems = []
        ends = self._stated(ENDS)
        flows = 0.0 not in (self.current_density, self.voltage)
        if flows and not ends and not self._events() & set(self._choices()):
            problems.append(self._without_end())
        if self.current_density == 0.0 and ends != ["duration"]:
            problems.append(
                "current_density = 0 passes no charge. State a duration as the only end condition, "
                f'or rest = "{units.TIME.example}" instead'
                " [E230]"
            )
        if self.voltage == 0.0 and self.duration is None:
            problems.append(
                "voltage = 0 may pass no charge, and a capacity would never be reached. State a "
                "duration [E231]"
            )
        if self.voltage is not None and self._has_limit():
            problems.append(
                "a voltage limit has no effect at constant voltage. Leave it out [E232]"
            )
        return problems

    def _sweep_problems(self) -> Iterable[str]:
        """Problems of a sweep, which ends at its last vertex."""
        vertices, ends = self.vertices or (), ", ".join(self._stated(ENDS))
        if self.sweep is None:
            yield (
                "vertices are those of a sweep. State its rate, such as "
                f'sweep = "{units.SWEEP_RATE.example}", or leave vertices out [E211]'
            )
        elif len(vertices) < 2 or any(one == two for one, two in pairwise(vertices)):
            yield (
                "a sweep needs vertices, two or more voltages of which each differs from the one "
                'before it. State them, such as vertices = ["0 V", "0.2 V", "-0.3 V", "0 V"] '
                "[E212]"
            )
        if self.sweep is not None and ends:
            yield (
                f"a sweep ends at its last vertex and would not reach another limit. Leave {ends} "
                "out, or change the vertices [E213]"
            )

    def _without_end(self) -> str:
        """Message for a step without an end condition."""
        remedy = (
            f'State one such as "{units.CHARGE_PER_AREA.example}", '
            f'or a duration such as "{units.TIME.example}"'
        )
        if not self._choices():
            return f"capacity is missing. {remedy} [E233]"
        events = " and ".join(sorted(self._events()))
        return (
            f"capacity is missing. Of the events, only {events} would end this step, and on_event "
            f"states neither. {remedy}"
            " [E234]"
        )

    def _choices(self) -> dict[str, str]:
        """Consequences of events that the step states."""
        return self.on_event.model_dump(exclude_none=True) if self.on_event else {}

    def _events(self) -> set[str]:
        """Events of which one is certain to occur if the current of this step continues."""
        flow = self.density(1.0) or self.voltage or 0.0
        return {"depletion", "lithium_exhausted" if flow < 0.0 else "short_circuit"}

    def _limit_problems(self) -> Iterable[str]:
        if "voltage_limit" in self._choices() and not self._has_limit():
            lacking = "this step states no" if self.steps is None else "none of the steps states a"
            yield (
                f"on_event.voltage_limit has no effect, as {lacking} voltage_limit. State one such "
                f'as "{units.VOLTAGE_LIMIT.example}", or leave on_event.voltage_limit out'
                " [E235]"
            )

    def _has_limit(self) -> bool:
        """True if this step, or one of its list, has a voltage limit."""
        if self.steps is None:
            return self.voltage_limit is not None or self.minimum_voltage is not None
        return any(step._has_limit() for step in self.steps)

    def _list_problems(self) -> Iterable[str]:
        ends = ", ".join(self._stated(ENDS))
        if self.steps == ():
            yield "steps is an empty list. State at least one step [E236]"
        if self.steps is not None and ends:
            yield f"a list of steps has no end conditions. State {ends} in its steps [E237]"
        if self.rest is not None and ends:
            yield f"a rest ends after its time. Leave {ends} out [E238]"
        if self.steps is None and self.repeat is not None:
            yield "repeat applies to a list. State steps, or leave repeat out [E239]"


class Protocol(Step):
    """A step or a list of steps, which ``adams`` or ``profile`` may stand for
    (``named_protocols``), with

    nominal_capacity  reference of c_rate: the charge of one hour at 1C per projected area
    """

    nominal_capacity: units.ChargePerArea | None = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, table: Any, info: ValidationInfo) -> Any:
        return with_steps(table, info) if isinstance(table, dict) else table

    @model_validator(mode="after")
    def _rates_have_a_capacity(self) -> Protocol:
        if self.nominal_capacity is None and _has_rate(self):
            raise ValueError(
                "nominal_capacity is missing. c_rate refers to it. State one such as "
                f'"{units.CHARGE_PER_AREA.example}"'
                " [E240]"
            )
        return self

    @model_validator(mode="after")
    def _is_not_too_long(self) -> Protocol:
        count = _count(self)
        if count > MAX_PROTOCOL_STEPS:
            number = count if count <= MAX_PRINTED else f"more than {MAX_PRINTED:.0e}"
            raise ValueError(
                f"steps and repeat result in {number} protocol steps. A run can have at most "
                f"{MAX_PROTOCOL_STEPS}. Use fewer repetitions or longer steps"
                " [E241]"
            )
        return self


def _count(step: Step) -> int:
    """Number of protocol steps of a step, without creating them."""
    if step.steps is None:
        return 1
    return (step.repeat or 1) * sum(map(_count, step.steps))


def _has_rate(step: Step) -> bool:
    return step.c_rate is not None or any(map(_has_rate, step.steps or ()))
