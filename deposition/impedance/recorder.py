"""The spectra of the protocol steps ``eis``: one CSV file each, in the folder ``impedance``."""

from __future__ import annotations

import logging
from pathlib import Path

from rich.console import Console

from deposition.impedance import table
from deposition.impedance.frequencies import logarithmic
from deposition.impedance.spectrum import Capacitances, Spectrum, spectrum_of
from deposition.protocol import ImpedanceSpectrum
from deposition.recorders.run import Run
from deposition.results.result import SPECTRA, Result
from deposition.simulation.model import Model
from deposition.simulation.state import State

NAME = "protocol_step_{}.csv"


class SpectrumRecorder:
    """Compute and write the spectrum of each protocol step that is one."""

    def __init__(
        self, folder: Path, model: Model, capacitances: Capacitances, console: Console, name: str
    ) -> None:
        """folder: of the run; name: of the run."""
        self._folder, self._model, self._capacitances = folder / SPECTRA, model, capacitances
        self._console, self._name = console, name
        self._logger = logging.getLogger("deposition.impedance")

    @classmethod
    def open(cls, run: Run, after_step: int | None) -> SpectrumRecorder:
        """The spectra of a run; those of protocol steps that ended after ``after_step`` are
        removed."""
        if after_step is not None and run.checkpoint is not None:
            progress = run.checkpoint.run_state.progress
            ended = progress.protocol_step + bool(progress.ended)
            for number, file in files_of(run.results.path).items():
                if number > ended:
                    file.unlink()
        capacitances = Capacitances.of(run.scenario, run.start.films.names)
        return cls(run.results.path, run.model, capacitances, run.console, run.name)

    def record(self, state: State) -> None:
        """Write the spectrum of a state that ends a protocol step which is one.

        Raises what ``spectrum_of`` raises.
        """
        load = self._model.plan.protocol_step(state.progress).applied
        if not isinstance(load, ImpedanceSpectrum) or state.event is not None:
            return
        frequencies = logarithmic(load.lowest, load.highest, load.per_decade)
        interface_state = state.run_state.interface_state
        found = spectrum_of(
            self._model, interface_state, self._capacitances, frequencies, load.density
        )
        number = state.progress.protocol_step + 1
        self._folder.mkdir(exist_ok=True)
        table.write(found, self._folder / NAME.format(number))
        line = f"protocol step {number}: {found.in_words}"
        self._logger.info("%s", line)
        self._console.print(f"{self._name}: {line}", highlight=False, soft_wrap=True, markup=False)

    def close(self) -> None:
        """Do nothing."""


def files_of(folder: Path) -> dict[int, Path]:
    """Files of the spectra in a results folder, by the number of their protocol step."""
    before, after = NAME.split("{}")
    found = (folder / SPECTRA).glob(NAME.format("*"))
    numbered = {path.name.removeprefix(before).removesuffix(after): path for path in found}
    return {int(n): numbered[n] for n in sorted(filter(str.isdigit, numbered), key=int)}


def spectra_of(result: Result) -> dict[int, Spectrum]:
    """The spectra of a result, by the number of their protocol step; empty if it has none.

    Raises ResultsError if a file is damaged.
    """
    return {number: table.read(path) for number, path in files_of(result.folder).items()}
