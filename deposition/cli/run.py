"""``deposition run``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deposition.cli.app import Names, Overrides, Trust, app, each, load_all
from deposition.cli.scenarios import check_one


@app.command()
def run(
    names: Names,
    output: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the results folders go, one for each NAME.")
    ] = Path("results"),
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the results of an earlier run.")
    ] = False,
    override: Overrides = None,
    trust: Trust = False,
) -> None:
    """Run scenarios, one after another; all are checked before the first one starts."""
    scenarios = load_all(names, override, trust)
    folders = [output / scenario.name for scenario in scenarios]
    from deposition.results import check_free

    each(lambda folder: check_free(folder, overwrite), folders)
    if len(scenarios) > 1:
        each(check_one, scenarios)
    from deposition.runs import run as run_scenario

    for scenario, folder in zip(scenarios, folders, strict=True):
        run_scenario(scenario, folder, overwrite=overwrite)
