"""Files of a spectrum, and the values that ``deposition eis`` is given as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from deposition.common.constants import MAH_PER_CM2
from deposition.common.errors import ResultsError, ScenarioError
from deposition.common.units import CHARGE_PER_AREA, TIME, Dimension
from deposition.impedance import chart, table
from deposition.impedance.kramers_kronig import largest_residual
from deposition.impedance.recorder import spectra_of
from deposition.impedance.spectrum import Spectrum
from deposition.protocol.words import charge_text, frequency_text
from deposition.render.choose import state_at
from deposition.render.style import COLUMN_CM, make_folder
from deposition.results.protocol_step_table import read_steps
from deposition.results.result import SPECTRA, STEPS, Result

WIDTH = Dimension("width", "m", ("cm",), "8.5 cm")
NARROWEST, WIDEST = 6.0, 40.0
"""Widths of a picture, cm."""

LAST = "last"

MOST_SPECTRA = 7
"""Number of spectra of a result in a picture."""


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
    yield f"{label}: {spectrum.steady_state}"
    for k in (0, -1):
        yield (
            f"  {frequency_text(float(spectrum.frequency[k]))}: Re Z = {z[k].real:.5g}, "
            f"-Im Z = {-z[k].imag:.5g} ohm cm²"
        )
    yield f"  Kramers-Kronig residual {largest_residual(spectrum):.1e} of |Z|"
    files = [
        table.write(spectrum, folder / "impedance.csv"),
        chart.nyquist(spectra, folder / "nyquist.png", width),
        chart.bode(spectra, folder / "bode.png", width),
    ]
    yield "Written: " + ", ".join(map(str, files))


def labelled_spectra(result: Result) -> dict[str, Spectrum]:
    """The spectra of the protocol steps ``eis``, by the net charge at which they were taken.

    More than ``MOST_SPECTRA`` are thinned evenly; first and last stay.
    """
    spectra = spectra_of(result)
    charges = {r.protocol_step: r.capacity_mAh_cm2 for r in read_steps(result.folder / STEPS)}
    last = len(spectra) - 1
    shown = np.unique(np.rint(np.linspace(0, last, min(last + 1, MOST_SPECTRA))).astype(int))
    numbers = np.array(list(spectra))[shown].tolist() if spectra else []
    return {
        f"step {n}: {charge_text(charges.get(n, 0.0) * MAH_PER_CM2)}": spectra[n] for n in numbers
    }


PLOTS = {"nyquist": chart.nyquist, "bode": chart.bode}
"""Pictures of spectra."""


def draw_recorded(
    results: Sequence[Result], kind: str, path: Path, width: float = COLUMN_CM
) -> Path:
    """Draw the spectra of the protocol steps of results on common axes; kind of ``PLOTS``; width,
    cm.

    Raises ResultsError if there is none.
    """
    spectra = {
        f"{result.name}, {label}" if len(results) > 1 else label: spectrum
        for result in results
        for label, spectrum in labelled_spectra(result).items()
    }
    if not spectra:
        names = ", ".join(result.name for result in results)
        raise ResultsError(
            f"{names}: no spectrum was recorded. State a protocol step eis, or compute that of a "
            "recorded state with deposition eis NAME --at last. [E938]"
        )
    return PLOTS[kind](spectra, path, width)


def draw_spectra(result: Result) -> list[Path]:
    """Draw ``nyquist.png`` and ``bode.png`` of the spectra of a result, beside them; nothing if it
    has none."""
    spectra, folder = labelled_spectra(result), result.folder / SPECTRA
    if not spectra:
        return []
    return [draw(spectra, folder / f"{kind}.png") for kind, draw in PLOTS.items()]
