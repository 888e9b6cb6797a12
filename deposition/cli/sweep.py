"""``deposition sweep``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from deposition.cli.app import Trust, app
from deposition.common.errors import SweepError

if TYPE_CHECKING:
    from deposition.sweeps.execution import Study, Sweep


Name = Annotated[str, typer.Argument(metavar="NAME", help="A shipped scenario or a .toml file.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE,VALUE",
        help="Values of a setting, separated by commas, e.g. --set electrolyte.t_plus=0.3,0.5, "
        "or integers, e.g. --set sei.seed=1:50. May be repeated: all combinations are run. A "
        "single value applies to all runs.",
    ),
]
DesignName = Annotated[
    str | None,
    typer.Option(
        "--design",
        metavar="DESIGN",
        help="latin-hypercube:N or random:N, which draw N rows from the ranges of --vary, or a "
        "CSV file with one row of values per run.",
    ),
]
Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="KEY=LOW:HIGH",
        help='Range of a setting, e.g. --vary electrolyte.t_plus=0.2:0.5, or "2:8 um". May be '
        "repeated.",
    ),
]
DesignSeed = Annotated[
    int, typer.Option("--design-seed", min=0, metavar="N", help="Seed of the values drawn.")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", metavar="DIR", help="Folder; default results/NAME-sweep."),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", min=1, metavar="N", help="Concurrent runs; default one per core."),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Run on the workers of this Dask scheduler, or of a cluster of this machine: local.",
    ),
]
MemberNumber = Annotated[
    int | None,
    typer.Option(
        "--member", metavar="K", help="Run member K alone, from 1, as in an array of jobs."
    ),
]
Collect = Annotated[bool, typer.Option("--collect", help="Run nothing; write tables and figure.")]
PrintCommands = Annotated[
    bool, typer.Option("--print-commands", help="Print the command of each member.")
]
Pictures = Annotated[
    bool, typer.Option("--pictures", help="Draw the flux map and movie of each run.")
]
Quantity = Annotated[
    str,
    typer.Option(
        "--quantity", metavar="QUANTITY", help="Key of summary.json that the figure shows."
    ),
]


@app.command()
def sweep(
    name: Name,
    settings: Settings = None,
    design: DesignName = None,
    vary: Vary = None,
    design_seed: DesignSeed = 0,
    output: Output = None,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    member: MemberNumber = None,
    collect: Collect = False,
    print_commands: PrintCommands = False,
    pictures: Pictures = False,
    quantity: Quantity = "roughness_rms_um",
    trust: Trust = False,
) -> None:
    """Run a scenario on a grid of settings or another design, in parallel; write a table and a
    figure."""
    from deposition.sweeps import execution
    from deposition.sweeps.axes import parse_settings
    from deposition.sweeps.designs import design_of

    _check_one_of({"--member": member, "--collect": collect, "--print-commands": print_commands})
    axes, shared = parse_settings(settings or ())
    found = design_of(design, vary or (), design_seed, axes)
    study = execution.Study.of(name, found, shared, output, trust, pictures)
    if print_commands:
        _print_commands(study, name, settings or (), design, vary or (), design_seed)
    elif member is not None:
        execution.run_one(study, member)
    elif collect:
        _report(execution.collect(study, quantity), "Run the same command without --collect")
    else:
        done = execution.sweep(
            name, found, overrides=shared, output=output, jobs=jobs, quantity=quantity,
            trust=trust, pictures=pictures, scheduler=scheduler,
        )  # fmt: skip
        _report(done, "Run the same command again")


def _check_one_of(options: dict[str, object]) -> None:
    given = [name for name, value in options.items() if value not in (None, False)]
    if len(given) > 1:
        raise SweepError(f"{' and '.join(given)} exclude each other. State one of them. [E777]")


def _print_commands(
    study: Study,
    name: str,
    settings: list[str] | tuple[str, ...],
    design: str | None,
    vary: list[str] | tuple[str, ...],
    design_seed: int,
) -> None:
    """Print a line for the shell for each member; all members are checked before."""
    words = ["deposition", "sweep", name]
    for option, values in (("--set", settings), ("--vary", vary)):
        for value in values:
            words += [option, value]
    if design is not None:
        words += ["--design", design, "--design-seed", str(design_seed)]
    words += ["--output", str(study.output)]
    words += ["--trust"] if study.trust else []
    words += ["--pictures"] if study.pictures else []
    for number, _ in enumerate(study.runs(), start=1):
        typer.echo(shlex.join([*words, "--member", str(number)]))


def _report(done: Sweep, again: str) -> None:
    """Print the table; raise SweepError with the failures."""
    from deposition.sweeps.execution import LOGS
    from deposition.sweeps.table import print_statistics, print_table

    console = Console(highlight=False)
    print_table(done.rows, done.quantity, console)
    if done.statistics is not None:
        print_statistics(done.rows, done.quantity, console)
    figure = done.figure or "no figure for more than three axes"
    paths = (done.table, done.parquet, done.statistics, done.sensitivity)
    written = [str(path) for path in paths if path is not None]
    typer.echo(f"\n{', '.join(written)}, {figure}")
    if done.remark:
        typer.echo(done.remark, err=True)
    if done.failed:
        failures = "\n".join(f"{row.member.name}: {row.failure}" for row in done.failed)
        raise SweepError(
            f"{len(done.failed)} of {len(done.rows)} runs failed:\n{failures}\n"
            f"Their full output is in {done.table.with_name(LOGS)}. {again} to "
            "repeat the failed runs only. [E760]"
        )
