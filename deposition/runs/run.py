"""A run as a user means it: a scenario in, a results folder out, whatever happens in between."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from deposition.analysis.dissipation import Heat, dissipation
from deposition.analysis.morphology import Reference
from deposition.check.temperature import temperature_lines
from deposition.check.wagner import verdict, wagner_of
from deposition.common.errors import CheckpointError, DepositionError, ResultsError
from deposition.common.provenance import provenance, resumed
from deposition.laws.flux import FluxLaw, lithium_flux
from deposition.protocol import ProtocolPlan
from deposition.recorders import Recorder
from deposition.recorders.checkpoints import Checkpoints
from deposition.recorders.extrapolation import Extrapolation
from deposition.recorders.history import History
from deposition.recorders.invariant_monitor import InvariantMonitor
from deposition.recorders.log import RunLog
from deposition.recorders.progress import progress
from deposition.recorders.protocol_steps import StepRecorder
from deposition.recorders.vtk import VtkSeries
from deposition.results.protocol_step_table import read_steps
from deposition.results.result import DEFAULT_PARENT, SCENARIO, Result, ResultsFolder, check_free
from deposition.runs.last_line import closing_line
from deposition.runs.run_loop import Outcome, first_fault, run_loop, written
from deposition.runs.summary import Milestones, summarise
from deposition.scenario import Scenario
from deposition.simulation.build import initial_interface_state, model_of, steady_state
from deposition.simulation.checkpoint import newest, remove
from deposition.simulation.initial import Start, begin
from deposition.simulation.loop import resume_loop, time_loop
from deposition.simulation.model import Model
from deposition.simulation.state import State


def run(
    scenario: Scenario,
    folder: str | Path | None = None,
    *,
    overwrite: bool = False,
    console: Console | None = None,
) -> dict[str, Any]:
    """Run a scenario and write its results folder; returns the summary.

    folder   where the results go (``results/NAME`` by default)
    console  where progress is shown (standard error by default)

    Whatever stops the run, all states up to there, a summary and a picture are kept.  Raises
    DepositionError when the run could not begin or could not pass the whole charge,
    KeyboardInterrupt on Ctrl-C.
    """
    console = console or Console(stderr=True)
    folder = DEFAULT_PARENT / scenario.name if folder is None else Path(folder)
    # Looked at before the geometry is meshed, emptied only once the run is sure to begin.
    check_free(folder, overwrite)
    start = begin(scenario)
    model = model_of(scenario, start)
    _say(console, f"[bold]{escape(scenario.name)}[/]: {escape(scenario.title)}")
    for line in (*temperature_lines(scenario), verdict(scenario, start)):
        _say(console, f"  {escape(line)}")
    with ResultsFolder.create(folder, overwrite) as results:
        results.write_scenario(scenario.resolved_toml())
        results.write_provenance(provenance(sys.argv[1:]))
        job = Job(scenario, start, model, results, console)
        recorders: list[Recorder] = [
            History(results.history, job.reference),
            VtkSeries(results.path, job.flux),
            RunLog(results.log, job.model.plan),
            StepRecorder(results.protocol_steps, job.model.plan, console, scenario.name),
            job.checkpoints(0.0),
            InvariantMonitor(console, scenario.name, job.heat),
            Extrapolation(console, scenario.name, scenario.electrolyte_law),
            progress(console, scenario.name, job.model.plan),
        ]
        return _carry_out(
            job, time_loop(model, initial_interface_state(model, start)), recorders, 0.0
        )


def resume(
    name_or_folder: str | Path, *, parent: Path = DEFAULT_PARENT, console: Console | None = None
) -> dict[str, Any]:
    """Go on with a run that was stopped, from its last checkpoint; returns the summary.

    The history and the fields are, bit for bit, those of a run that was never stopped.  Raises
    DepositionError if there is nothing to resume, and as ``run`` does.
    """
    console = console or Console(stderr=True)
    found = Result.open(name_or_folder, parent)
    with ResultsFolder.reopen(found.folder) as results:
        point = newest(results.path)
        scenario = Scenario.load(results.path / SCENARIO)
        if found.scenario_text != point.scenario:
            raise CheckpointError(
                f"{results.path / SCENARIO} is not the one that the run began with: put it back, "
                "or run it anew under another name"
                " [E500]"
            )
        model = model_of(scenario, point.start)
        results.write_provenance(resumed(found.provenance, sys.argv[1:]))
        job = Job(scenario, point.start, model, results, console)
        step, wall = point.run_state.step, point.wall_s
        _say(console, f"[bold]{escape(scenario.name)}[/]: resumed after step {step}")
        recorders: list[Recorder] = [
            History.resumed(results.history, job.reference, step),
            VtkSeries.resumed(results.path, job.flux, step, point.is_snapshot),
            RunLog(results.log, job.model.plan, mode="a"),
            StepRecorder.resumed(
                results.protocol_steps, job.model.plan, console, scenario.name, step
            ),
            job.checkpoints(wall),
            InvariantMonitor(console, scenario.name, job.heat),
            Extrapolation(console, scenario.name, scenario.electrolyte_law),
            progress(console, scenario.name, job.model.plan),
        ]
        states = _superseding(resume_loop(model, point.run_state), results)
        return _carry_out(job, states, recorders, wall)


def _superseding(states: Iterator[State], results: ResultsFolder) -> Iterator[State]:
    """The same states.  Once the first is recorded, how the run ended before holds no more."""
    for state in states:
        yield state
        results.remove_summary()


@dataclass(frozen=True, eq=False)
class Job:
    """A run and where its results go."""

    scenario: Scenario
    start: Start
    model: Model
    results: ResultsFolder
    console: Console

    @property
    def flux(self) -> FluxLaw:
        """The electrolyte's Li⁺ flux."""
        return lithium_flux(self.scenario.electrolyte_law, self.scenario.pores)

    @property
    def heat(self) -> Heat:
        """What the electrolyte gives off."""
        return dissipation(self.scenario.electrolyte_law, self.scenario.temperature)

    @cached_property
    def reference(self) -> Reference:
        """What deposits are measured from."""
        return Reference.of(self.start.cell, self.start.surface, self.start.film)

    def checkpoints(self, wall_before: float) -> Checkpoints:
        """The recorder that makes the run resumable; ``wall_before`` it was resumed, s."""
        return Checkpoints(
            self.results.path,
            self.scenario.resolved_toml(),
            self.start,
            self.model.plan,
            self.scenario.output.checkpoint,
            wall_before,
        )


def _carry_out(
    job: Job, states: Iterator[State], recorders: Sequence[Recorder], wall_before: float
) -> dict[str, Any]:
    """Follow the states to the end, write the summary, draw; raises what stopped the run."""
    outcome = run_loop(states, recorders, job.model.plan, wall_before)
    try:
        content = summarise(
            job.scenario.name,
            job.reference,
            _milestones(job, outcome.last),
            outcome.ending,
            wagner_of(job.scenario, job.start),
            job.scenario.measurement,
        )
        with written():
            job.results.write_summary(content)
            _draw(job.results.path, job.console)
    except DepositionError as problem:
        raise first_fault([outcome.error, problem]) from None
    _say(job.console, _closing_line(job, outcome))
    if outcome.error is not None:
        raise outcome.error
    # Only now: a run that is killed while it draws is resumed, and draws then.
    remove(job.results.path)
    return content


def _milestones(job: Job, last: State) -> Milestones:
    """The initial cell at once and with its steady current, both of the first stage that passes
    one, the last state, and the stages."""
    model, interface_state = job.model, initial_interface_state(job.model, job.start)
    flowing = ProtocolPlan(model.plan.protocol_steps[model.plan.current_flows :])
    first = next(time_loop(replace(model, plan=flowing), interface_state))
    steady = steady_state(model, interface_state, first)
    return Milestones(first, steady, last, read_steps(job.results.protocol_steps))


def _say(console: Console, text: str) -> None:
    # Whole lines for a file; a terminal gets them broken between words.
    console.print(text, highlight=False, soft_wrap=not console.is_terminal)


def _closing_line(job: Job, outcome: Outcome) -> str:
    protocol_steps = read_steps(job.results.protocol_steps)
    said = closing_line(outcome.last, outcome.ending, job.model.plan, protocol_steps)
    folder = escape(str(job.results.path))
    return f"[bold]{escape(job.scenario.name)}[/] {said}; results in {folder}"


def _draw(folder: Path, console: Console) -> None:
    """``flux_map.png`` of the last recorded state, and the growth as a film."""
    # Drawing costs a second to import: only once there is something to draw.
    from deposition.render.of_result import draw_flux_map, draw_growth

    result = Result.open(folder)
    draw_flux_map(result)
    try:
        draw_growth(result)
    except ResultsError as problem:
        # The run itself is whole, and the film can be made later with deposition render.
        _say(console, f"  no film: {escape(str(problem))}")
