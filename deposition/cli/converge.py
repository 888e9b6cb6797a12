"""``deposition converge``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deposition.cli.app import Trust, app


@app.command()
def converge(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A shipped scenario or a .toml file.")
    ],
    mesh: Annotated[
        str,
        typer.Option(metavar="FACTORS", help='Factors of all lengths of the mesh, or "" for none.'),
    ] = "0.7,0.5",
    step: Annotated[
        str, typer.Option(metavar="FACTORS", help='Factors of the time step, or "" for none.')
    ] = "0.5,0.25",
    noise: Annotated[
        int, typer.Option(min=0, metavar="N", help="Further runs that differ by round-off alone.")
    ] = 2,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A setting of all runs. May be repeated."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="DIR", help="Folder; default results/NAME-converge."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", min=1, metavar="N", help="Concurrent runs; default one per core."),
    ] = None,
    trust: Trust = False,
) -> None:
    """Give the numbers of a scenario error bars: run it again with finer meshes and shorter steps,
    and with other round-off."""
    from deposition.convergence.refinement import Refinements
    from deposition.convergence.study import converge as study
    from deposition.convergence.table import print_convergence

    refinements = Refinements(_factors("--mesh", mesh), _factors("--step", step), noise)
    found = study(
        name, refinements, overrides=settings or (), output=output, jobs=jobs, trust=trust
    )
    print_convergence(found, Console(highlight=False))


def _factors(option: str, text: str) -> tuple[float, ...]:
    from deposition.common.errors import SweepError

    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise SweepError(
            f"{option} {text} is no list of numbers. Write factors such as 0.7,0.5. [E789]"
        ) from None
