"""The impedance of a cell: ``impedance`` of a scenario, ``spectrum_of`` of a model and its state.

The state is steady: the cell and film of a moment, with the salt and current that a bias current
(none unless stated) would have after a long time, as a laboratory measures a cell that has rested.
Walls and films stand still meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from deposition.common.constants import AT_REST, MA_PER_CM2, OHM_CM2
from deposition.common.errors import ScenarioError
from deposition.impedance.frequencies import checked, logarithmic
from deposition.interface.state import InterfaceState
from deposition.laws.electrodes import PositiveElectrode
from deposition.laws.film import Complexes, film_impedance
from deposition.laws.sei_growth import SeiGrowthLaws
from deposition.mesh.cell import COUNTER, LITHIUM, Floats
from deposition.mesh.footprint import projected_area_m2
from deposition.protocol import ConstantCurrent
from deposition.protocol.words import frequency_text
from deposition.scenario import Scenario
from deposition.scenario.counter import Positive
from deposition.scenario.sei import RELATIVE_PERMITTIVITY
from deposition.simulation.build import initial_interface_state, model_of
from deposition.simulation.initial import begin
from deposition.simulation.model import Model, without_wall_motion
from deposition.transport.impedance import ImpedanceProblem, Layers


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Impedance of a cell over the frequency.

    frequency        (k,) Hz
    impedance        (k,) Z per projected area, ohm m²
    current_density  of the steady state, A/m² per projected area, > 0 plates
    voltage          of the steady state, V
    """

    frequency: Floats
    impedance: Complexes
    current_density: float
    voltage: float

    @classmethod
    def of_ohm_cm2(
        cls, frequency: Floats, z: Complexes, current_density: float, voltage: float
    ) -> Spectrum:
        """From (k,) Z in ohm cm²."""
        return cls(frequency, z * OHM_CM2, current_density, voltage)

    @property
    def ohm_cm2(self) -> Complexes:
        """(k,) Z, ohm cm²."""
        return self.impedance / OHM_CM2

    @property
    def steady_state(self) -> str:
        """The state about which the current alternates."""
        bias = self.current_density / MA_PER_CM2
        state = f"under {bias:.4g} mA/cm²" if bias else "at rest"
        volts = f"{round(1e3 * self.voltage, 4) + 0.0:.4g} mV"
        return f"about the steady state {state} (salt relaxed), {volts}"

    @property
    def in_words(self) -> str:
        """Steady state, and Z at the highest and the lowest frequency."""
        ends = (
            f"{frequency_text(float(self.frequency[k]))} {_ohm(self.ohm_cm2[k])}" for k in (0, -1)
        )
        return f"impedance {self.steady_state}: {', '.join(ends)} ohm cm²"


def _ohm(z: complex) -> str:
    return f"{z.real:.4g} {'-' if z.imag < 0.0 else '+'} {abs(z.imag):.4g}j"


@dataclass(frozen=True)
class Capacitances:
    """Inputs of an impedance spectrum besides a run.

    permittivity  (k,) relative, of the films
    double_layer  of lithium, F/m²
    counter       double layer of the counter electrode, F/m²
    """

    permittivity: tuple[float, ...]
    double_layer: float
    counter: float

    @classmethod
    def of(cls, scenario: Scenario, films: Sequence[str]) -> Capacitances:
        """Inputs of a scenario, for these films."""
        stated, lithium = scenario.sei.films, scenario.kinetics.double_layer_capacitance
        counter = scenario.counter
        opposite = counter.double_layer_capacitance if isinstance(counter, Positive) else lithium
        return cls(
            tuple(
                stated[name].relative_permittivity if name in stated else RELATIVE_PERMITTIVITY
                for name in films
            ),
            lithium,
            opposite,
        )


def impedance(
    scenario: Scenario | str | Path, frequencies: Floats | None = None, bias: float = 0.0
) -> Spectrum:
    """The spectrum of the initial state of a scenario.

    scenario     a ``Scenario``, the name of a shipped one, or a file
    frequencies  (k,) Hz; 1 MHz to 1 mHz unless stated
    bias         steady current density, A/m² per projected area; > 0 plates

    Raises ScenarioError for a frequency that is not positive or a bare collector at rest,
    SolveError if the cell has no such steady state.

    >>> spectrum = impedance("c-i-be-ln", np.array([1e-3]))
    >>> f"{spectrum.ohm_cm2[0].real:.2f} ohm cm²"
    '2.88 ohm cm²'
    """
    scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    start = begin(scenario)
    model = model_of(scenario, start)
    capacitances = Capacitances.of(scenario, start.films.names)
    state = initial_interface_state(model, start)
    return spectrum_of(model, state, capacitances, frequencies, bias)


def spectrum_of(
    model: Model,
    state: InterfaceState,
    capacitances: Capacitances,
    frequencies: Floats | None = None,
    bias: float = 0.0,
) -> Spectrum:
    """The spectrum of a state of a model; see ``impedance``."""
    frequency = logarithmic() if frequencies is None else checked(frequencies)
    if abs(bias) < AT_REST and not state.surface.on(LITHIUM).any():
        raise ScenarioError(
            "the collector is bare: without lithium no current passes at rest, and the impedance "
            "is that of the double layer alone. Take a state with lithium (--at), or state a bias "
            "that plates [E882]"
        )
    area = projected_area_m2(state.cell)
    still = replace(without_wall_motion(model).transport, growth=SeiGrowthLaws())
    problem = ImpedanceProblem(state.cell, state.surface, still)
    control = ConstantCurrent(bias).control(area)
    linearised = problem.about(
        state.fields, model.film_resistance(state), control, _layers(model, state, capacitances)
    )
    found = np.array([linearised.impedance(float(f)) for f in frequency], dtype=np.complex128)
    return Spectrum(frequency, found * area, bias, linearised.voltage)


def _layers(model: Model, state: InterfaceState, capacitances: Capacitances) -> Layers:
    """Capacitances of the surface facets of a state."""
    counter, transfer = model.transport.electrodes.counter, model.transfer_resistance
    opposite = state.surface.on(COUNTER)
    double_layer = np.where(opposite, capacitances.counter, capacitances.double_layer)
    permittivity = np.array(capacitances.permittivity)

    def film(frequency: float) -> Complexes:
        """Z_film; films in parallel share the R_ct of lithium at rest, as in a run."""
        s = 2j * np.pi * frequency
        layer = transfer / (1.0 + s * transfer * capacitances.double_layer)
        layers = np.full(state.surface.size, layer)
        return film_impedance(state.film, model.film_conductivity, permittivity, layers, frequency)

    if not isinstance(counter, PositiveElectrode):
        return Layers(double_layer, film, np.zeros(state.surface.size))
    slope = counter.open_circuit.potential(state.fields.lithiation)[1]
    series = np.where(opposite, counter.resistance, 0.0)
    return Layers(double_layer, film, series, slope, counter.capacity)
