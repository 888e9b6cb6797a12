"""``deposition run``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deposition.cli.app import Names, Overrides, Trust, app, each, load_all
from deposition.cli.scenarios import check_one

Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print errors only; run.log has the full output.")
]
NoPictures = Annotated[
    bool,
    typer.Option(
        "--no-pictures", help="Draw no flux map and no movie; deposition render draws later."
    ),
]
Log = Annotated[bool, typer.Option("--log", help="Print plain lines instead of a progress bar.")]


@app.command()
def run(
    names: Names,
    output: Annotated[
        Path, typer.Option(metavar="DIR", help="Parent of the results folders, one per NAME.")
    ] = Path("results"),
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the results of an earlier run.")
    ] = False,
    override: Overrides = None,
    trust: Trust = False,
    quiet: Quiet = False,
    log: Log = False,
    no_pictures: NoPictures = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", min=1, metavar="N", help="Concurrent runs; default one per core."),
    ] = None,
) -> None:
    """Run scenarios, several side by side; all are checked before the first run starts."""
    scenarios = load_all(names, override, trust)
    folders = [output / scenario.name for scenario in scenarios]
    from deposition.check.check import check_scenario
    from deposition.results.result import check_free

    each(lambda folder: check_free(folder, overwrite), folders)
    if len(scenarios) > 1:
        each(check_scenario if quiet else check_one, scenarios)
    from deposition.sweeps.execution import available_cores, source_of

    console = _console(quiet, log)
    parallel = min(jobs or available_cores(), len(scenarios))
    if parallel > 1:
        from deposition.sweeps.side_by_side import run_side_by_side

        sources = [source_of(name) for name in names]
        run_side_by_side(
            list(zip(sources, scenarios, strict=True)), folders,
            overrides=override or (), jobs=parallel, trust=trust, pictures=not no_pictures,
            console=console,
        )  # fmt: skip
        return
    from deposition.runs.run import run as run_scenario

    for scenario, folder in zip(scenarios, folders, strict=True):
        run_scenario(
            scenario, folder, overwrite=overwrite, console=console, pictures=not no_pictures
        )


def _console(quiet: bool, log: bool) -> Console:
    """Console for the progress of a run."""
    return Console(stderr=True, quiet=quiet, force_terminal=False if log else None)


@app.command()
def resume(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME-OR-FOLDER", help="A result in results/, or its folder."),
    ],
    override: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Change a setting of protocol, time or output from here on. May be repeated.",
        ),
    ] = None,
    quiet: Quiet = False,
    log: Log = False,
    no_pictures: NoPictures = False,
) -> None:
    """Resume a stopped run from its last checkpoint, or extend a complete one.

    Example:  deposition resume be --set protocol.capacity="2 mAh/cm^2"
    """
    from deposition.runs.run import resume as resume_run

    resume_run(name, override or (), console=_console(quiet, log), pictures=not no_pictures)
