"""Run a scenario: from the settings to a results folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from deposition.analysis.dead_bodies import least_charge
from deposition.check.iodine import iodine_numbers
from deposition.check.measured_sei import measured_sei_lines
from deposition.check.temperature import temperature_lines
from deposition.check.wagner import wagner_line, wagner_of
from deposition.common.errors import DepositionError, MissingRequirement, ResultsError
from deposition.common.provenance import provenance, resumed
from deposition.impedance.recorder import SpectrumRecorder
from deposition.mesh.sizes import MeshSizes
from deposition.protocol import ProtocolPlan
from deposition.recorders import Recorder, RecorderType, Run
from deposition.recorders.checkpoints import Checkpoints
from deposition.recorders.contacts import ContactRecorder
from deposition.recorders.dead_lithium import DeadLithiumRecorder
from deposition.recorders.elements import ElementRecorder
from deposition.recorders.extrapolation import Extrapolation
from deposition.recorders.history import History
from deposition.recorders.invariant_monitor import InvariantMonitor
from deposition.recorders.inventory import InventoryRecorder
from deposition.recorders.log import RunLog
from deposition.recorders.plugin import recorder_type
from deposition.recorders.progress import ProgressReport
from deposition.recorders.protocol_steps import StepRecorder
from deposition.recorders.vtk import VtkSeries
from deposition.results.contact_table import read_contacts
from deposition.results.element_table import read_elements
from deposition.results.inventory_table import read_inventory
from deposition.results.protocol_step_table import read_steps
from deposition.results.result import DEFAULT_PARENT, ResultsFolder, check_free
from deposition.runs.last_line import element_lines, inventory_line, last_line
from deposition.runs.observer import Callback, Observer, Until
from deposition.runs.result import Result
from deposition.runs.resumption import Resumption
from deposition.runs.run_loop import Outcome, first_fault, run_loop, written
from deposition.runs.simulate import as_scenario
from deposition.runs.summary import Milestones, summarise
from deposition.scenario import Scenario
from deposition.scenario.plan import plan_of
from deposition.simulation.build import initial_interface_state, model_of, steady_state
from deposition.simulation.checkpoint import Checkpoint, save_final
from deposition.simulation.initial import begin
from deposition.simulation.loop import resume_loop, resume_loop_with_load, time_loop
from deposition.simulation.negative_electrode import n_to_p, n_to_p_text
from deposition.simulation.state import State
from deposition.transport.compilation import compile_equations
from deposition.transport.linear_solver import NAME as SOLVER

RECORDERS: tuple[RecorderType, ...] = (
    History,
    VtkSeries,
    RunLog,
    StepRecorder,
    SpectrumRecorder,
    ContactRecorder,
    InventoryRecorder,
    ElementRecorder,
    DeadLithiumRecorder,
    Checkpoints,
    InvariantMonitor,
    Extrapolation,
    ProgressReport,
)
"""The recorders of every run, in the order in which they record."""


def run(
    scenario: Scenario | str | Path,
    folder: str | Path | None = None,
    *,
    overwrite: bool = False,
    quiet: bool = False,
    console: Console | None = None,
    recorders: Sequence[type[Any]] = (),
    pictures: bool = True,
    callback: Callback | None = None,
    until: Until | None = None,
) -> Result:
    """Run a scenario and write its results folder, which is returned as a ``Result``.

    scenario   a ``Scenario``, the name of a shipped one, or a file
    folder     results folder (``results/NAME`` by default)
    overwrite  replace the results of an earlier run
    quiet      show no progress
    console    where progress is shown (standard error by default)
    recorders  further classes of recorders, besides those of ``output.recorders``
    pictures   draw flux map and movie, which takes some seconds; deposition render draws later
    callback   function that is called with every ``State``, as ``simulate`` yields them
    until      function of a ``State``: the run ends early where it is true, and can be resumed

    Whatever stops the run, all states until then, a summary and a picture are kept.  Raises
    DepositionError when the run could not begin or could not complete its protocol,
    KeyboardInterrupt on Ctrl-C.

    >>> short = Scenario.load("c-i-be-ln").with_({"protocol.capacity": "0.02 mAh/cm^2"})
    >>> result = run(short, quiet=True)
    >>> f"{1000 * result['cell_voltage_steady_V']:.2f} mV"
    '1.44 mV'
    >>> run(short, "results/early", quiet=True, until=lambda state: state.time > 30)["completed"]
    False
    """
    scenario = as_scenario(scenario)
    console = console or Console(stderr=True, quiet=quiet)
    folder = DEFAULT_PARENT / scenario.name if folder is None else Path(folder)
    # Checked before the geometry is meshed; emptied only once the run is sure to begin.
    check_free(folder, overwrite)
    start = begin(scenario)
    scenario = scenario.with_growth_axis(start.cell.growth)
    model = model_of(scenario, start)
    compile_equations(model.transport, start.cell)
    _print(console, f"[bold]{escape(scenario.name)}[/]: {escape(scenario.title)}")
    facts = (*temperature_lines(scenario), *measured_sei_lines(scenario, start))
    balance = n_to_p_text(scenario, start.cell)
    for line in filter(None, (*facts, balance, wagner_line(scenario, start))):
        _print(console, f"  {escape(line)}")
    with ResultsFolder.create(folder, overwrite) as results:
        results.write_scenario(scenario.resolved_toml())
        results.write_provenance(provenance(sys.argv[1:], scenario.plugins, SOLVER))
        new = Run(scenario, start, model, results, console)
        states = time_loop(model, initial_interface_state(model, start))
        return _complete(new, states, recorders, Observer(callback, until), pictures)


def resume(
    name_or_folder: str | Path,
    overrides: Sequence[str] = (),
    *,
    parent: str | Path = DEFAULT_PARENT,
    quiet: bool = False,
    console: Console | None = None,
    recorders: Sequence[type[Any]] = (),
    pictures: bool = True,
    callback: Callback | None = None,
    until: Until | None = None,
) -> Result:
    """Resume a stopped run from its last checkpoint, or extend a complete one.

    name_or_folder  a results folder, or its name below ``parent``
    overrides       ``key=value``: settings of ``protocol``, ``time`` and ``output`` that change

    The other arguments are those of ``run``.  Without changes, history and fields are, bit for bit,
    those of a run that was never stopped.
    Raises DepositionError if there is nothing to resume, or if it cannot continue so, and as
    ``run`` does.

    >>> resume("results/early", quiet=True)["completed"]
    True
    """
    console = console or Console(stderr=True, quiet=quiet)
    found = Result.open(name_or_folder, parent)
    with ResultsFolder.reopen(found.folder) as results:
        resumption = Resumption.of(results, overrides)
        point, scenario, step = resumption.point, resumption.scenario, resumption.step
        content = resumed(
            found.provenance, sys.argv[1:], scenario.plugins, step, resumption.changes, SOLVER
        )
        model = model_of(scenario, point.start)
        if scenario.resolved_toml() != found.scenario_text:
            results.change_scenario(scenario.resolved_toml(), step)
        results.write_provenance(content)
        begun = Scenario.load(results.first_scenario)
        lines = resumption.lines
        old = Run(scenario, point.start, model, results, console, point, begun, lines)
        _print(console, f"[bold]{escape(scenario.name)}[/]: resumed after step {step}")
        for line in lines:
            _print(console, f"  {escape(line)}")
        follow = resume_loop_with_load if resumption.has_new_load else resume_loop
        states = _superseding(follow(model, point.run_state), results)
        return _complete(old, states, recorders, Observer(callback, until), pictures)


def _superseding(states: Iterator[State], results: ResultsFolder) -> Iterator[State]:
    """The same states; the summary of the stopped run is removed once the first is recorded."""
    for state in states:
        yield state
        results.remove_summary()


def _complete(
    run: Run,
    states: Iterator[State],
    further: Sequence[type[Any]],
    observer: Observer,
    pictures: bool,
) -> Result:
    """Record all states, write the summary, draw; raises what stopped the run."""
    after_step = None if run.checkpoint is None else run.checkpoint.run_state.step
    kinds = [*RECORDERS, *map(recorder_type, (*run.scenario.output.recorders, *further))]
    recorders: list[Recorder] = []
    try:
        for kind in kinds:
            recorders.append(kind.open(run, after_step))
    except DepositionError:
        for recorder in recorders:
            recorder.close()
        raise
    recorders.append(observer.guarded())
    outcome = run_loop(states, recorders, run.model.plan, run.wall_before, lambda: observer.ended)
    try:
        content = summarise(
            run.name,
            run.reference,
            _milestones(run, outcome.last),
            outcome.ending,
            wagner_of(run.scenario, run.start),
            (run.begun or run.scenario).with_current_densities(run.start.cell).measurement,
            n_to_p(run.scenario, run.start.cell),
        )
        iodine = iodine_numbers(run.begun or run.scenario, run.start)
        if iodine is not None:
            content["iodine"] = iodine.entries()
        with written():
            run.results.write_summary(content)
            if pictures:
                _draw(run.results.path, run.console)
    except DepositionError as problem:
        raise first_fault([outcome.error, problem]) from None
    lithium = inventory_line(read_inventory(run.results.inventory))
    for line in (lithium, *element_lines(read_elements(run.results.elements))):
        if line:
            _print(run.console, f"  {line}")
    _print(run.console, _last_line(run, outcome))
    if outcome.error is not None:
        raise outcome.error
    if not outcome.ending.completed:
        return Result(run.results.path)
    # Only now: a run that is killed while it draws is resumed, and draws then.
    text, state = run.scenario.resolved_toml(), outcome.last.run_state
    with written():
        save_final(
            Checkpoint(text, run.start, state, True, outcome.ending.wall_s), run.results.path
        )
    return Result(run.results.path)


def _milestones(run: Run, last: State) -> Milestones:
    """The initial cell with its instantaneous and its steady current, both of the first protocol
    step that passes one, the last state, and the protocol steps."""
    begun = run.begun or run.scenario
    plan = plan_of(begun.with_current_densities(run.start.cell).protocol)
    flowing = ProtocolPlan(plan.protocol_steps[plan.first_with_current :])
    model = replace(run.model, plan=flowing)
    initial = initial_interface_state(model, run.start)
    first = next(time_loop(model, initial))
    steady = steady_state(model, initial, first)
    results = run.results
    tables = read_steps(results.protocol_steps), read_contacts(results.contacts)
    tables_of_atoms = read_inventory(results.inventory), read_elements(results.elements)
    metal, sizes = run.scenario.lithium.molar_volume, MeshSizes.of(run.scenario.mesh)
    least = least_charge(run.start.cell, sizes, metal)
    return Milestones(first, steady, last, *tables, *tables_of_atoms, least)


def _print(console: Console, text: str) -> None:
    # Whole lines for a file; a terminal gets them broken between words.
    console.print(text, highlight=False, soft_wrap=not console.is_terminal)


def _last_line(run: Run, outcome: Outcome) -> str:
    steps = read_steps(run.results.protocol_steps)
    line = last_line(outcome.last, outcome.ending, run.model.plan, steps)
    return f"[bold]{escape(run.name)}[/] {line}; results in {escape(str(run.results.path))}"


def _draw(folder: Path, console: Console) -> None:
    """``flux_map.png`` of the last recorded state, and a movie of the growth.

    No picture ends a run: an error of a graphics library is told, and deposition render draws
    later.  A disk that cannot be written is raised, since it concerns every file of the run.
    """
    # Drawing costs a second to import: only once there is something to draw.
    from deposition.impedance.report import draw_spectra
    from deposition.render.inventory import draw_if_worth
    from deposition.render.of_result import draw_flux_map, draw_growth

    result = Result.open(folder)
    try:
        draw_flux_map(result)
        draw_spectra(result)
        draw_if_worth(result)
    except MissingRequirement as problem:
        _print(console, f"  no picture: {escape(str(problem))}")
        return
    except (DepositionError, OSError):
        raise
    except Exception as problem:
        _print(console, f"  no picture: {escape(_of_library(problem))}")
    try:
        draw_growth(result)
    except ResultsError as problem:
        _print(console, f"  no movie: {escape(str(problem))}")
    except OSError:
        raise
    except Exception as problem:
        _print(console, f"  no movie: {escape(_of_library(problem))}")


def _of_library(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"
