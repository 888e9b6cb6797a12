"""The command line: ``deposition list | show | check | run | compare``.

Exit codes: 0 it did what was asked, 1 it could not (one message on stderr says why), 2 the command
was not understood, 130 Ctrl-C.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console, RenderableType
from typer.core import TyperGroup

from deposition.errors import DepositionError, ScenarioError

if TYPE_CHECKING:
    from deposition.scenario import Scenario

INTERRUPTED = 130
Item = TypeVar("Item")
Made = TypeVar("Made")


class Commands(TyperGroup):
    """Turns the errors that a user can act on into one message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except DepositionError as error:
            _complain(f"Error: {error}")
            raise typer.Exit(1) from None
        except KeyboardInterrupt as interrupt:
            _complain(str(interrupt) or "Stopped.")
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Names = Annotated[
    list[str],
    typer.Argument(metavar="NAME", help="Scenarios: shipped names, or .toml files of your own."),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help='Change a setting, e.g. --set protocol.capacity="0.1 mAh/cm^2". May be repeated.',
    ),
]
Trust = Annotated[
    bool,
    typer.Option("--trust", help="Let a geometry script of your own run commands of the system."),
]


def _version(asked: bool) -> None:
    if asked:
        from deposition.provenance import PROGRAM, program_version

        typer.echo(f"{PROGRAM} {program_version()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Where does the lithium go? Simulate its deposition through an SEI, in 2D or 3D.

    Begin with:  deposition list,  deposition show be,  deposition run be
    """


@app.command("list")
def list_() -> None:
    """List the scenarios that come with the program."""
    from deposition.tables import scenario_list

    _print(scenario_list())


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A scenario (be, or mine.toml), or what the library knows: a film component "
            "(LiF), an electrolyte (BE), lithium.",
        ),
    ],
    override: Overrides = None,
) -> None:
    """Show every value of a scenario, where it comes from, and how well it is known."""
    from deposition.tables import check_name, library_page, scenario_page

    page = None if override else library_page(name)
    if page is None:
        check_name(name)
    _print(page or scenario_page(_load(name, override)))


@app.command()
def check(names: Names, override: Overrides = None, trust: Trust = False) -> None:
    """Check scenarios and mesh their geometries, without running them."""
    _each(_check, _load_all(names, override, trust))


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
    scenarios = _load_all(names, override, trust)
    folders = [output / scenario.name for scenario in scenarios]
    from deposition.results import check_free

    _each(lambda folder: check_free(folder, overwrite), folders)
    if len(scenarios) > 1:
        _each(_check, scenarios)
    from deposition.runs import run as run_scenario

    for scenario, folder in zip(scenarios, folders, strict=True):
        run_scenario(scenario, folder, overwrite=overwrite)


@app.command()
def compare(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME-OR-FOLDER", help="Results: names below results/, or their folders."
        ),
    ],
    output: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the pictures and the table go.")
    ] = Path("results/compare"),
) -> None:
    """Put several results side by side: pictures on common scales, and a table."""
    from deposition.comparisons import compare as compare_results
    from deposition.comparisons import print_table

    print_table(compare_results(names, output))


def main() -> None:
    """What the installed command ``deposition`` calls."""
    app(prog_name="deposition")


def _load(name: str, override: list[str] | None, trust: bool = False) -> Scenario:
    from deposition.scenario import Scenario

    return Scenario.load(name, override or (), trust=trust)


def _load_all(names: list[str], override: list[str] | None, trust: bool) -> list[Scenario]:
    scenarios = _each(lambda name: _load(name, override, trust), names)
    twice = [name for name, count in Counter(s.name for s in scenarios).items() if count > 1]
    if twice:
        raise ScenarioError(f'there are several scenarios named "{twice[0]}": give each its name')
    return scenarios


def _each(function: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
    """What ``function`` makes of every item; what is wrong with any of them is said at once."""
    made, errors = [], []
    for item in items:
        try:
            made.append(function(item))
        except DepositionError as error:
            errors.append(str(error))
    if errors:
        raise DepositionError("\n".join(dict.fromkeys(errors)))
    return made


def _check(scenario: Scenario) -> None:
    from deposition.check import check_scenario

    report = check_scenario(scenario)
    typer.echo(f"{scenario.name}: {scenario.title}")
    for fact in report.facts:
        typer.echo(f"  {fact}")
    for warning in report.warnings:
        _complain(f"Warning: {scenario.name}: {warning}")


def _print(page: RenderableType) -> None:
    Console(highlight=False).print(page)


def _complain(message: str) -> None:
    typer.echo(message, err=True)
