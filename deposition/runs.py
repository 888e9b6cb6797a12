"""A run as a user means it: a scenario in, a results folder out, whatever happens in between."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.markup import escape

from deposition.constants import MAH_PER_CM2
from deposition.control import verdict, wagner_of
from deposition.errors import DepositionError, SolveError
from deposition.interrupt import StopAfterStep
from deposition.model import electrolyte_law, lithium_flux, model_of, still
from deposition.morphology import Reference
from deposition.protocol import stage_of
from deposition.provenance import provenance
from deposition.recorders import Recorder
from deposition.recorders.history import History
from deposition.recorders.log import RunLog
from deposition.recorders.progress import progress
from deposition.recorders.vtk import VtkSeries
from deposition.results import DEFAULT_PARENT, Result, ResultsFolder, check_free
from deposition.scenario import Scenario
from deposition.simulation import STEADY, Model, march
from deposition.start import Start, begin
from deposition.state import State
from deposition.summary import Ending, summarise


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
    reference = Reference.of(start.cell, start.surface, start.film)
    wagner = wagner_of(scenario, start)
    _say(console, f"[bold]{escape(scenario.name)}[/]: {escape(scenario.title)}")
    _say(console, f"  {verdict(wagner)}")
    with ResultsFolder.create(folder, overwrite) as results:
        results.write_scenario(scenario.resolved_toml())
        results.write_provenance(provenance(sys.argv[1:]))
        recorders = _recorders(results, scenario, reference, console)
        outcome = _follow(model, start, recorders)
        content = summarise(
            scenario.name,
            reference,
            _steady_state(model, start, outcome.first),
            outcome.last,
            outcome.ending,
            wagner,
        )
        results.write_summary(content)
        _draw(results.path)
        _say(console, _closing_line(scenario, results.path, outcome))
    if outcome.error is not None:
        raise outcome.error
    return content


@dataclass(frozen=True, eq=False)
class Outcome:
    """First and last state, how the run ended, and the error to raise once all is written."""

    first: State
    last: State
    ending: Ending
    error: BaseException | None


def _recorders(
    results: ResultsFolder, scenario: Scenario, reference: Reference, console: Console
) -> list[Recorder]:
    target = stage_of(scenario).charge
    return [
        History(results.history, reference),
        VtkSeries(results.path, lithium_flux(electrolyte_law(scenario))),
        RunLog(results.log, target),
        progress(console, scenario.name, target),
    ]


def _follow(model: Model, start: Start, recorders: list[Recorder]) -> Outcome:
    """Run to the end, record every state, and keep what stopped the run for later.

    Raises what stopped it when there is not even a first state.
    """
    began = time.perf_counter()
    first = last = None
    error: BaseException | None = None
    front = model.interface.start(start.cell, start.film, start.concentration)
    with ExitStack() as stack:
        for recorder in recorders:
            stack.callback(recorder.close)
        stop = stack.enter_context(StopAfterStep())
        try:
            for state in march(model, front):
                first, last = first or state, state
                for recorder in recorders:
                    recorder.record(state)
                if stop.asked:
                    error = KeyboardInterrupt(_how_far(state, model))
                    break
        except DepositionError as problem:
            error = problem
    if first is None or last is None:
        raise error or AssertionError("a run without a state ends with an error")
    wall = time.perf_counter() - began
    return Outcome(first, last, Ending(error is None, str(error or ""), wall), error)


def _steady_state(model: Model, start: Start, first: State) -> State:
    """The initial cell with its steady current; the walls push no salt meanwhile.

    The current is NaN if the electrolyte cannot carry it for long: then nothing is steady.
    """
    front = model.interface.start(start.cell, start.film, start.concentration)
    try:
        solution = still(model).solve(front, STEADY)
    except SolveError:
        return replace(first, current_density=np.full(first.surface.size, np.nan))
    return replace(
        first,
        concentration=solution.concentration,
        potential=solution.potential,
        current_density=solution.current_density,
        voltage=solution.voltage,
    )


def _how_far(state: State, model: Model) -> str:
    return (
        f"Stopped after step {state.step}: {state.capacity / MAH_PER_CM2:.4g} mAh/cm² passed, "
        f"{model.stage.done(state.time, state.capacity):.0%} of what was asked; everything up to "
        "there is kept."
    )


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True)


def _closing_line(scenario: Scenario, folder: Path, outcome: Outcome) -> str:
    last, ending = outcome.last, outcome.ending
    word = "done" if ending.completed else "stopped"
    return (
        f"[bold]{escape(scenario.name)}[/] {word}: {last.capacity / MAH_PER_CM2:.4g} mAh/cm² in "
        f"{last.step} steps and {ending.wall_s:.0f} s, Faraday error "
        f"{last.balance.faraday_error:.1e}, salt error {last.balance.salt_error:.1e}; "
        f"results in {escape(str(folder))}"
    )


def _draw(folder: Path) -> None:
    """``flux_map.png`` of the last recorded state."""
    # Drawing costs a second to import: only once there is something to draw.
    from deposition.render.of_result import draw_flux_map

    draw_flux_map(Result.open(folder))
