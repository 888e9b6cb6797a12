"""``deposition list``, ``show``, ``new`` and ``check``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deposition.cli.app import (
    Names,
    Overrides,
    Trust,
    app,
    complain,
    each,
    load,
    load_all,
    print_page,
)

if TYPE_CHECKING:
    from deposition.scenario import Scenario


@app.command("list")
def list_() -> None:
    """List the shipped scenarios, electrolytes and film components."""
    from deposition.cli.pages import scenario_list

    print_page(scenario_list())


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A scenario (be, or mine.toml) or an entry of the library: a film component "
            "(LiF), an electrolyte (BE), lithium.",
        ),
    ],
    cite: Annotated[
        bool, typer.Option("--cite", help="Print the references of a scenario as BibTeX.")
    ] = False,
    override: Overrides = None,
) -> None:
    """Show every value of a scenario or library entry with its origin, status and source."""
    from deposition.cli.pages import check_name, library_page, scenario_page

    if cite:
        from deposition.check.citations import bibtex

        typer.echo(bibtex(load(name, override)))
        return
    page = None if override else library_page(name)
    if page is None:
        check_name(name)
    print_page(page or scenario_page(load(name, override)))


@app.command()
def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the file NAME.toml in this folder.")
    ],
    base: Annotated[
        str,
        typer.Option(
            "--from", metavar="BASE", help="Its base: a shipped scenario or a .toml file."
        ),
    ] = "sei-mosaic",
) -> None:
    """Write a commented scenario file, which runs as it is.

    Example:  deposition new mine --from c-i-be;  deposition check mine.toml
    """
    from deposition.scenario.new import write_new

    path = write_new(name, base)
    typer.echo(f"Written: {path}, based on {base}. Next: deposition check {path}")


@app.command()
def check(names: Names, override: Overrides = None, trust: Trust = False) -> None:
    """Check scenarios and mesh their geometries without running them."""
    each(check_one, load_all(names, override, trust))


def check_one(scenario: Scenario) -> None:
    """Check and mesh one scenario; print facts, and warnings on standard error."""
    from deposition.check.check import check_scenario

    report = check_scenario(scenario)
    typer.echo(f"{scenario.name}: {scenario.title}")
    for fact in report.facts:
        typer.echo(f"  {fact}")
    for warning in report.warnings:
        complain(f"Warning: {scenario.name}: {warning}")
