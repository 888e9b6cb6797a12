"""A run and the places where its results go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rich.console import Console

from deposition.analysis.dissipation import Heat, dissipation
from deposition.analysis.morphology import Reference
from deposition.laws.flux import FluxLaw, lithium_flux
from deposition.results.result import ResultsFolder
from deposition.scenario import Scenario
from deposition.simulation.checkpoint import Checkpoint
from deposition.simulation.initial import Start
from deposition.simulation.model import Model


@dataclass(frozen=True, eq=False)
class Run:
    """A run, for recorders.

    scenario    all settings
    start       initial cell and film
    model       laws, protocol and numerics
    results     the results folder, locked by this run
    console     where progress and warnings are shown
    checkpoint  the checkpoint from which the run is resumed; None at its beginning
    begun       the scenario with which the run began, if its protocol has changed since
    changes     settings that change where it is resumed, one line each
    """

    scenario: Scenario
    start: Start
    model: Model
    results: ResultsFolder
    console: Console
    checkpoint: Checkpoint | None = None
    begun: Scenario | None = None
    changes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.scenario.name

    @property
    def flux(self) -> FluxLaw:
        """Li⁺ flux of the electrolyte."""
        return lithium_flux(self.scenario.electrolyte_law, self.scenario.pores)

    @property
    def heat(self) -> Heat:
        """Heat generated in the electrolyte."""
        return dissipation(self.scenario.electrolyte_law, self.scenario.temperature)

    @cached_property
    def reference(self) -> Reference:
        """Initial surface, from which deposits are measured."""
        return Reference.of(self.start.cell, self.start.surface, self.start.film)

    @property
    def wall_before(self) -> float:
        """Wall time of the run before it was resumed, s."""
        return self.checkpoint.wall_s if self.checkpoint else 0.0
