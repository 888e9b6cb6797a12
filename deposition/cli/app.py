"""The application: how errors become messages and exit codes, and what all commands share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console, RenderableType
from typer.core import TyperGroup

from deposition.common.errors import DepositionError, ScenarioError

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
            complain(f"Error: {error}")
            raise typer.Exit(1) from None
        except KeyboardInterrupt as interrupt:
            complain(str(interrupt) or "Stopped.")
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
        from deposition.common.provenance import PROGRAM, program_version

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


def load(name: str, override: list[str] | None, trust: bool = False) -> Scenario:
    """A checked scenario."""
    from deposition.scenario import Scenario

    return Scenario.load(name, override or (), trust=trust)


def load_all(names: list[str], override: list[str] | None, trust: bool) -> list[Scenario]:
    """Checked scenarios, each of its own name; all that is wrong is said at once."""
    scenarios = each(lambda name: load(name, override, trust), names)
    twice = [name for name, count in Counter(s.name for s in scenarios).items() if count > 1]
    if twice:
        raise ScenarioError(
            f'there are several scenarios named "{twice[0]}": give each its name [E850]'
        )
    return scenarios


def each(function: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
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


def print_page(page: RenderableType) -> None:
    """Show a page on standard output."""
    Console(highlight=False).print(page)


def complain(message: str) -> None:
    """Say something on standard error."""
    typer.echo(message, err=True)
