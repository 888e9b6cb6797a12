"""``deposition eis``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deposition.cli.app import Overrides, Trust, app, load


@app.command()
def eis(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="A scenario; with --at a result, or its folder."),
    ],
    at: Annotated[
        str | None,
        typer.Option(
            metavar="STATE",
            help='A recorded state of the result: "last", "0.5 mAh/cm^2", "1 h"; '
            "default the initial state of the scenario.",
        ),
    ] = None,
    low: Annotated[str, typer.Option("--from", help="Lowest frequency.")] = "1 mHz",
    high: Annotated[str, typer.Option("--to", help="Highest frequency.")] = "1 MHz",
    per_decade: Annotated[int, typer.Option(min=1, help="Frequencies per decade.")] = 10,
    bias: Annotated[
        str,
        typer.Option(help="Steady current density about which the cell is measured; > 0 plates."),
    ] = "0 mA/cm^2",
    width: Annotated[
        str, typer.Option(metavar="LENGTH", help='Width of the pictures: "8.5 cm", "18 cm".')
    ] = "8.5 cm",
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="DIR", help="Folder; default results/NAME-eis."),
    ] = None,
    override: Overrides = None,
    trust: Trust = False,
) -> None:
    """Compute the impedance of a cell: table, Nyquist plot and Bode plot.

    Cell and film are those of a state; the salt is relaxed to the steady state at --bias or at
    rest.

    Example:  deposition eis be-calibrated;  deposition eis be --at "1 mAh/cm^2"
    """
    from deposition.common.units import CURRENT_DENSITY, FREQUENCY
    from deposition.impedance.frequencies import logarithmic
    from deposition.impedance.report import quantity, recorded_state, width_of, write_report
    from deposition.impedance.spectrum import impedance

    bounds = (quantity(FREQUENCY, "--from", low), quantity(FREQUENCY, "--to", high))
    frequencies = logarithmic(*bounds, per_decade)
    density, across = quantity(CURRENT_DENSITY, "--bias", bias), width_of(width)
    if at is None:
        scenario = load(name, override, trust)
        label, found = scenario.name, impedance(scenario, frequencies, density)
    else:
        from deposition.impedance.recorded import impedance_of_result
        from deposition.results.result import Result

        result = Result.open(name)
        state = recorded_state(result, at)
        label, found = result.name, impedance_of_result(result, state, frequencies, density)
    for line in write_report(found, output or Path("results") / f"{label}-eis", label, across):
        typer.echo(line)
