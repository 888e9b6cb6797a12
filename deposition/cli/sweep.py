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
        str, typer.Argument(metavar="NAME", help="A shipped scenario or a .toml file.")
    ],
    settings: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="KEY=VALUE,VALUE",
            help="Values of a setting, separated by commas, e.g. --set electrolyte.t_plus=0.3,0.5. "
            "May be repeated: all combinations are run. A single value applies to all runs.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the sweep; default results/NAME-sweep."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Concurrent runs; default one per core."),
    ] = None,
    quantity: Annotated[
        str,
        typer.Option(metavar="QUANTITY", help="Key of summary.json that the figure shows."),
    ] = "roughness_rms_um",
    trust: Trust = False,
) -> None:
    """Run a scenario on a grid of settings, in parallel; write a table and a figure."""
    from deposition.sweeps import sweep as run_sweep
    from deposition.sweeps.axes import parse_settings
    from deposition.sweeps.grid import LOGS
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
    figure = done.figure or "no figure for more than three axes"
    typer.echo(f"\n{done.table}, {figure}")
    if done.failed:
        failures = "\n".join(f"{row.member.name}: {row.failure}" for row in done.failed)
        raise SweepError(
            f"{len(done.failed)} of {len(done.rows)} runs failed:\n{failures}\n"
            f"Their full output is in {done.table.with_name(LOGS)}. Run the same command again to "
            "repeat the failed runs only. [E760]"
        )
