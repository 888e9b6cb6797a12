"""``[protocol]``: what is asked of the cell, and until when; one step, or a list of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from deposition.common import units
from deposition.common.constants import HOUR
from deposition.scenario.section import Section, Whole

ASKED = ("current_density", "c_rate", "voltage", "rest", "steps")
"""What a step can be, of which it is one."""

OWN = ("capacity", "duration", "voltage_limit")
"""What ends a step that is no list."""

MOST = 100_000
"""Stages that a protocol may have: more take gigabytes before the first one begins."""

COUNTED = 10**15
"""A larger number of stages is not written out."""

OnEvent = Literal["next", "end", "error"]


class EventChoices(Section):
    """What follows an event: the next step, the end of the run, or an error.

    voltage_limit     "next" unless stated
    lithium_exhausted there is nothing left to strip; "next" unless stated
    depletion         the salt is used up somewhere; "error" unless stated
    short_circuit     the deposit touches the counter electrode; "error" unless stated; every
                      stage that follows ends at once by the same
    """

    voltage_limit: OnEvent | None = None
    lithium_exhausted: OnEvent | None = None
    depletion: OnEvent | None = None
    short_circuit: OnEvent | None = None


class Step(Section):
    """One thing asked of the cell until an end is reached, whichever comes first; or a list.

    current_density  mean over the projected area; positive plates, negative strips, 0 rests
    c_rate           the same in nominal capacities an hour: "C/2", "-1C"
    voltage          φ_counter - φ_working, instead of a current; positive plates
    rest             time without a current
    capacity         ends it: charge passed in this step per projected area, plated or stripped
    duration         ends it: time
    voltage_limit    ends it: cell voltage in the direction of the current
    on_event         what follows an event in this step
    steps, repeat    a list of steps instead, and how often it is repeated
    """

    current_density: units.CurrentDensity | None = None
    c_rate: units.CRate | None = None
    voltage: units.Voltage | None = None
    rest: units.Time | None = None
    capacity: units.ChargePerArea | None = None
    duration: units.Time | None = None
    voltage_limit: units.VoltageLimit | None = None
    on_event: EventChoices | None = None
    steps: tuple[Step, ...] | None = None
    repeat: Annotated[Whole, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _asks_and_ends(self) -> Step:
        ends = self._ended_wrongly() or self._listed_wrongly()
        wrong = [*self._asked_wrongly(), *ends, *self._limited_wrongly()]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def density(self, nominal: float | None) -> float:
        """The current density, A/m², for a nominal capacity in C/m²; 0 where none is stated."""
        if self.c_rate is not None:
            return self.c_rate * (nominal or 0.0) / HOUR
        return self.current_density or 0.0

    def _stated(self, keys: Iterable[str]) -> list[str]:
        return [key for key in keys if getattr(self, key) is not None]

    def _asked_wrongly(self) -> Iterable[str]:
        asked = self._stated(ASKED)
        if not asked:
            yield (
                f'current_density is missing: state one such as "{units.CURRENT_DENSITY.example}", '
                f'a voltage such as "{units.VOLTAGE.example}", a rest or a list of steps'
                " [E228]"
            )
        if len(asked) > 1:
            yield f"state {' or '.join(asked)}, not {'both' if len(asked) == 2 else 'all'} [E229]"

    def _ended_wrongly(self) -> list[str]:
        if self.steps is not None or self.rest is not None:
            return []
        wrong = []
        ends = self._stated(OWN)
        flows = 0.0 not in (self.current_density, self.voltage)
        if flows and not ends and not self._events() & set(self._choices()):
            wrong.append(self._without_end())
        if self.current_density == 0.0 and ends != ["duration"]:
            wrong.append(
                "current_density = 0 passes no charge: state a duration and no other end, "
                f'or rest = "{units.TIME.example}" instead'
                " [E230]"
            )
        if self.voltage == 0.0 and self.duration is None:
            wrong.append(
                "voltage = 0 drives no charge that could be an end: state a duration [E231]"
            )
        if self.voltage is not None and self.voltage_limit is not None:
            wrong.append("a voltage that is held reaches no voltage_limit: leave it out [E232]")
        return wrong

    def _without_end(self) -> str:
        """What to say of a step that would go on for ever."""
        remedy = (
            f'state one such as "{units.CHARGE_PER_AREA.example}", '
            f'or a duration such as "{units.TIME.example}"'
        )
        if not self._choices():
            return f"capacity is missing: {remedy} [E233]"
        events = " and ".join(sorted(self._events()))
        return (
            f"capacity is missing, and of what on_event states only {events} would end it: {remedy}"
            " [E234]"
        )

    def _choices(self) -> dict[str, str]:
        """What follows the events that the step says something of."""
        return self.on_event.model_dump(exclude_none=True) if self.on_event else {}

    def _events(self) -> set[str]:
        """Those that come sooner or later while the current of this step flows."""
        flow = self.c_rate or self.current_density or self.voltage or 0.0
        return {"depletion", "lithium_exhausted" if flow < 0.0 else "short_circuit"}

    def _limited_wrongly(self) -> Iterable[str]:
        if "voltage_limit" in self._choices() and not self._has_limit():
            where = "this step" if self.steps is None else "none of the steps"
            states = "does not state" if self.steps is None else "states"
            yield (
                f"on_event.voltage_limit says what follows a voltage_limit, which {where} "
                f"{states}: "
                f'state one such as "{units.VOLTAGE_LIMIT.example}", or leave it out'
                " [E235]"
            )

    def _has_limit(self) -> bool:
        """Whether a voltage limit can be reached in this step, or in one of a list."""
        if self.steps is None:
            return self.voltage_limit is not None
        return any(step._has_limit() for step in self.steps)

    def _listed_wrongly(self) -> Iterable[str]:
        ends = ", ".join(self._stated(OWN))
        if self.steps == ():
            yield "steps is an empty list: state at least one [E236]"
        if self.steps is not None and ends:
            yield f"the steps have their own ends: state {ends} in them [E237]"
        if self.rest is not None and ends:
            yield f"a rest ends after its time: leave {ends} out [E238]"
        if self.steps is None and self.repeat is not None:
            yield "repeat repeats a list: state the steps [E239]"


class Protocol(Step):
    """One step, or a list of steps, and

    nominal_capacity  what c_rate refers to: the charge of an hour at 1C per projected area
    """

    nominal_capacity: units.ChargePerArea | None = None

    @model_validator(mode="after")
    def _rates_have_a_capacity(self) -> Protocol:
        if self.nominal_capacity is None and _has_rate(self):
            raise ValueError(
                "nominal_capacity is missing: c_rate needs one such as "
                f'"{units.CHARGE_PER_AREA.example}"'
                " [E240]"
            )
        return self

    @model_validator(mode="after")
    def _stages_can_be_kept(self) -> Protocol:
        count = _protocol_steps(self)
        if count > MOST:
            asked = count if count <= COUNTED else f"more than {COUNTED:.0e}"
            raise ValueError(
                f"steps and repeat ask for {asked} stages, and a run can have {MOST}: repeat less, "
                "or make the stages longer"
                " [E241]"
            )
        return self


def _protocol_steps(step: Step) -> int:
    """How many stages a step stands for, without making them."""
    if step.steps is None:
        return 1
    return (step.repeat or 1) * sum(map(_protocol_steps, step.steps))


def _has_rate(step: Step) -> bool:
    return step.c_rate is not None or any(map(_has_rate, step.steps or ()))
