"""``deposition fit``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deposition.cli.app import app
from deposition.cli.pictures import Width


class Of(StrEnum):
    """Kind of a measurement."""

    electrode = "electrode"
    symmetric_cell = "symmetric cell"


class Instrument(StrEnum):
    """Formats that the package impedance reads."""

    gamry = "gamry"
    autolab = "autolab"
    parstat = "parstat"
    zplot = "zplot"
    versastudio = "versastudio"
    powersuite = "powersuite"
    biologic = "biologic"
    chinstruments = "chinstruments"


@app.command()
def fit(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Spectrum as CSV: frequency in Hz, Re Z and Im Z in ohm."
        ),
    ],
    area: Annotated[
        str,
        typer.Option(
            metavar="AREA",
            help='Area of one electrode, "1.54 cm^2"; "1 cm^2" if the file is in ohm cm².',
        ),
    ],
    of: Annotated[Of, typer.Option(help="What was measured: one electrode, or two in series.")],
    circuit: Annotated[
        str,
        typer.Option(
            metavar="CIRCUIT",
            help="Elements in series: R bulk, RC or RQ arcs (film, charge transfer), W diffusion, "
            "L cables.",
        ),
    ] = "R-RQ-RQ",
    minus_imaginary: Annotated[
        bool, typer.Option("--minus-imaginary", help="The third column is -Im Z.")
    ] = False,
    instrument: Annotated[
        Instrument | None,
        typer.Option(help="Format of an instrument's file; needs the package impedance."),
    ] = None,
    width: Width = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="DIR", help="Folder; default results/FILE-fit."),
    ] = None,
) -> None:
    """Fit a circuit to a measured impedance spectrum: resistances of bulk, film and charge
    transfer with confidence intervals, a picture, and lines for a scenario.

    Example:  deposition fit eis.csv --area "1.54 cm^2" --of "symmetric cell" --circuit R-RQ-RQ-W
    """
    from deposition.common.constants import OHM_CM2
    from deposition.common.units import AREA
    from deposition.impedance.circuit import Circuit
    from deposition.impedance.fit import fit as fit_circuit
    from deposition.impedance.fit_report import write_fit
    from deposition.impedance.measured_file import read_spectrum
    from deposition.impedance.report import quantity, width_of

    wanted, across = Circuit.parse(circuit), width_of(width or "8.5 cm")
    square_metres = quantity(AREA, "--area", area)
    kind = None if instrument is None else instrument.value
    measured = read_spectrum(file, instrument=kind, minus_imaginary=minus_imaginary)
    ohm_cm2 = measured.impedance * square_metres / OHM_CM2
    fitted = fit_circuit(wanted, measured.frequency, ohm_cm2)
    folder = output or Path("results") / f"{file.stem}-fit"
    told = write_fit(fitted, measured.frequency, ohm_cm2, folder, of.value, file.name, across)
    for line in told:
        typer.echo(line)
