"""The Typer application, error handling, and the options that commands share."""

from __future__ import annotations

import os
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console, RenderableType
from typer.core import TyperGroup

from deposition.common.errors import DepositionError, ScenarioError

if TYPE_CHECKING:
    from deposition.scenario import Scenario

INTERRUPTED = 130
PACKAGE = Path(__file__).resolve().parents[1]
Item = TypeVar("Item")
Made = TypeVar("Made")


class Commands(TyperGroup):
    """Command group that reports a DepositionError as one message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        warnings.showwarning = _show_warning
        try:
            return super().invoke(ctx)
        except DepositionError as error:
            complain(f"Error: {error}")
            raise typer.Exit(1) from None
        except Exception as error:
            # Typer ends commands by exceptions, all with an exit code but one.
            if isinstance(error, typer.Abort) or hasattr(error, "exit_code"):
                raise
            if os.environ.get(TRACEBACK):
                raise
            complain(f"Error: {unexpected(error)}")
            raise typer.Exit(1) from None
        except KeyboardInterrupt as interrupt:
            complain(str(interrupt) or "Stopped.")
            raise typer.Exit(INTERRUPTED) from None


TRACEBACK = "DEPOSITION_TRACEBACK"
"""Environment variable that makes an unexpected error show its traceback."""


def unexpected(error: Exception) -> str:
    """Message of an error that no part of the program has foreseen, as one of a library."""
    own = [
        f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}, line {frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(PACKAGE)
    ]
    return (
        f"unexpected {type(error).__name__} in {own[-1] if own else 'a library'}: {error}. This is "
        "a fault of the program, or an input that it does not recognise as invalid; results "
        "recorded before are kept. Report it with the scenario and the traceback, which "
        f"{TRACEBACK}=1 shows [E854]"
    )


def _show_warning(message: Warning | str, *where: Any, **others: Any) -> None:
    """One line on standard error, without the place in the code."""
    complain(f"Warning: {message}")


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Names = Annotated[
    list[str],
    typer.Argument(metavar="NAME", help="Scenarios: shipped names or .toml files."),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help='Override a setting, e.g. --set protocol.capacity="0.1 mAh/cm^2". May be repeated.',
    ),
]
Trust = Annotated[
    bool,
    typer.Option(
        "--trust", help="Allow a geometry script that is not shipped to run system commands."
    ),
]


def _version(requested: bool) -> None:
    if requested:
        from deposition.common.provenance import PROGRAM, program_version

        typer.echo(f"{PROGRAM} {program_version()}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Simulate lithium electrodeposition through a heterogeneous SEI, in 2D and 3D.

    Begin with:  deposition list,  deposition show be,  deposition run be
    """


def load(name: str, override: list[str] | None, trust: bool = False) -> Scenario:
    """Load and check a scenario."""
    from deposition.scenario import Scenario

    return Scenario.load(name, override or (), trust=trust)


def load_all(names: list[str], override: list[str] | None, trust: bool) -> list[Scenario]:
    """Load and check scenarios with unique names.

    Raises ScenarioError for a name that occurs twice, DepositionError with the errors of all.
    """
    scenarios = each(lambda name: load(name, override, trust), names)
    twice = [name for name, count in Counter(s.name for s in scenarios).items() if count > 1]
    if twice:
        raise ScenarioError(
            f'several scenarios are named "{twice[0]}". Rename their files, because each has a '
            "results folder of its name [E850]"
        )
    return scenarios


def each(function: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
    """Apply ``function`` to every item; raise one DepositionError with the errors of all items."""
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
    """Print a page to standard output."""
    Console(highlight=False).print(page)


def complain(message: str) -> None:
    """Print a message to standard error."""
    typer.echo(message, err=True)
