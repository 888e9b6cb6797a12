"""Files of a spectrum, and the values that ``deposition eis`` is given as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deposition.common.constants import MA_PER_CM2
from deposition.common.errors import ResultsError, ScenarioError
from deposition.common.units import CHARGE_PER_AREA, TIME, Dimension
from deposition.impedance import chart, table
from deposition.impedance.kramers_kronig import largest_residual
from deposition.impedance.spectrum import Spectrum
from deposition.render.choose import state_at
from deposition.render.style import COLUMN_CM, make_folder
from deposition.results.result import Result

WIDTH = Dimension("width", "m", ("cm",), "8.5 cm")
NARROWEST, WIDEST = 6.0, 40.0
"""Widths of a picture, cm."""

LAST = "last"


def quantity(dimension: Dimension, option: str, text: str) -> float:
    """SI value of the text of an option; raises ScenarioError."""
    try:
        return dimension.parse(text)
    except ValueError as problem:
        raise ScenarioError(f'{option} "{text}": {problem}') from None


def width_of(text: str) -> float:
    """Width of a picture, cm; raises ScenarioError."""
    found = WIDTH.convert(quantity(WIDTH, "--width", text), "cm")
    if not NARROWEST <= found <= WIDEST:
        raise ScenarioError(
            f'--width "{text}": out of range. Choose {NARROWEST:g} to {WIDEST:g} cm [E884]'
        )
    return found


def recorded_state(result: Result, at: str) -> int:
    """Number of the recorded state at "last", a charge or a time; raises ResultsError."""
    if at == LAST:
        return state_at(result)
    if _has(CHARGE_PER_AREA, at):
        return state_at(result, capacity=at)
    if _has(TIME, at):
        return state_at(result, time=at)
    raise ResultsError(
        f'--at "{at}" is no recorded state. State "{LAST}", a charge such as "0.5 mAh/cm^2" or a '
        'time such as "1 h" [E883]'
    )


def _has(dimension: Dimension, text: str) -> bool:
    try:
        dimension.parse(text)
    except ValueError:
        return False
    return True


def write_report(
    spectrum: Spectrum, folder: Path, label: str, width: float = COLUMN_CM
) -> Iterator[str]:
    """Write table and plots into a folder; yield what there is to say."""
    make_folder(folder)
    z, spectra = spectrum.ohm_cm2, {label: spectrum}
    bias = spectrum.current_density / MA_PER_CM2
    state = f"at {bias:.4g} mA/cm²" if bias else "at rest"
    yield f"{label} {state}, cell voltage {1e3 * spectrum.voltage:.4g} mV"
    for k in (0, -1):
        yield (
            f"  {spectrum.frequency[k]:.4g} Hz: Re Z = {z[k].real:.5g}, "
            f"-Im Z = {-z[k].imag:.5g} ohm cm²"
        )
    yield f"  Kramers-Kronig residual {largest_residual(spectrum):.1e} of |Z|"
    files = [
        table.write(spectrum, folder / "impedance.csv"),
        chart.nyquist(spectra, folder / "nyquist.png", width),
        chart.bode(spectra, folder / "bode.png", width),
    ]
    yield "Written: " + ", ".join(map(str, files))
