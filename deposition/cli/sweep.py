"""``deposition sweep``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deposition.cli.app import Trust, app
from deposition.common.errors import SweepError


@app.command()
def sweep(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A shipped scenario, or a .toml file of your own.")
    ],
    settings: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="KEY=VALUE,VALUE",
            help="Values to run, separated by commas, e.g. --set electrolyte.t_plus=0.3,0.5,0.7. "
            "May be repeated: all combinations are run. One value alone holds for all runs.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the sweep, results/NAME-sweep unless given."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Runs at a time, one a core unless given."),
    ] = None,
    quantity: Annotated[
        str,
        typer.Option(metavar="QUANTITY", help="What the map shows: a number of summary.json."),
    ] = "roughness_rms_um",
    trust: Trust = False,
) -> None:
    """Run a scenario over a grid of settings, several runs at a time; a table and a map."""
    from deposition.sweeps import sweep as run_sweep
    from deposition.sweeps.axes import parse_settings
    from deposition.sweeps.table import print_table

    axes, shared = parse_settings(settings)
    done = run_sweep(
        name,
        {axis.key: axis.values for axis in axes},
        overrides=shared,
        output=output,
        jobs=jobs,
        quantity=quantity,
        trust=trust,
    )
    print_table(done.rows, quantity, Console(highlight=False))
    drawn = done.figure or "no map of more than three axes"
    typer.echo(f"\n{done.table}, {drawn}")
    if done.failed:
        lines = [f"{row.member.name}: {row.failure}" for row in done.failed]
        raise SweepError(
            "\n".join([f"{len(lines)} of {len(done.rows)} runs failed [E760]:", *lines])
        )
