"""The state of a run after a time step: the one object that recorders, pictures and checks read."""

from __future__ import annotations

from dataclasses import dataclass

from deposition.mesh.cell import Cell, Floats
from deposition.mesh.surface import Surface, SurfaceState
from deposition.protocol import Progress, net
from deposition.protocol.events import Event
from deposition.simulation.run_state import RunState
from deposition.transport.fields import Fields


@dataclass(frozen=True)
class Balance:
    """Errors of the balances up to this state (all dimensionless, >= 0).

    faraday_error      |V_metal - V_metal(0) - V_m Q/F| over the volume swept, see
                       interface/balances.py
    salt_error         |salt - salt(0)| / salt(0), after the restore
    salt_correction    largest share of all salt restored after a remeshing, so far
    pocket_correction  largest share of the salt of one pocket restored after a remeshing, so far
    volume_correction  largest deviation from 1 of the factor on the advance, so far
    film_error         error of the balance of the area of a film component or of the volume of
                       film, relative to all that was there or was added in the step, largest so
                       far (interface/film_balance.py)
    dead_lithium_error |V - V(0)| / V of a floating body, largest so far
    dead_lithium_net_current  |Σ i_n A| / Σ |i_n| A of a floating body, largest so far
    """

    faraday_error: float = 0.0
    salt_error: float = 0.0
    salt_correction: float = 0.0
    pocket_correction: float = 0.0
    volume_correction: float = 0.0
    film_error: float = 0.0
    dead_lithium_error: float = 0.0
    dead_lithium_net_current: float = 0.0

    @classmethod
    def of(cls, run_state: RunState) -> Balance:
        """The balances of a run."""
        interface, kept = run_state.interface_state, run_state.interface_state.balances
        missing = interface.salt + kept.salt_trapped - kept.salt_initial - kept.salt_received
        return cls(
            faraday_error=kept.faraday_error,
            salt_error=abs(missing) / kept.salt_initial,
            salt_correction=kept.salt_correction,
            pocket_correction=kept.pocket_correction,
            volume_correction=kept.volume_correction,
            film_error=kept.film_error,
            dead_lithium_error=kept.dead_lithium_error,
            dead_lithium_net_current=run_state.floating_current,
        )


@dataclass(frozen=True)
class StepCost:
    """Newton iterations and wall time (s) of the last step, in all, of its nonlinear systems, and
    of Mmg."""

    newton_iterations: int = 0
    seconds: float = 0.0
    solve_seconds: float = 0.0
    mmg_seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class State:
    """The cell after a time step.

    run_state    cell, film, time and charge; the run continues from here
    fields       concentration, potential and current on this cell: solved on it in a snapshot,
                 carried over from the cell before otherwise
    resistance   (f,) film resistance of each surface facet, ohm m²
    time_step    length of the step, s; 0 at the beginning of a protocol step
    balance, cost
    event        the event that has ended the protocol step, if it was not its time or its charge
    is_snapshot  whether potential and current were solved on this very cell; such states are
                 written as fields and drawn
    """

    run_state: RunState
    fields: Fields
    resistance: Floats
    time_step: float
    balance: Balance
    cost: StepCost = StepCost()
    event: Event | None = None
    is_snapshot: bool = True

    @property
    def step(self) -> int:
        """Number of the time step, from 0."""
        return self.run_state.step

    @property
    def time(self) -> float:
        """Time since the start, s."""
        return self.run_state.time

    @property
    def progress(self) -> Progress:
        """The protocol step, and how far it has come."""
        return self.run_state.progress

    @property
    def cell(self) -> Cell:
        """The mesh."""
        return self.run_state.interface_state.cell

    @property
    def surface(self) -> Surface:
        """The electrode surface of the cell."""
        return self.run_state.interface_state.surface

    @property
    def film(self) -> SurfaceState:
        """The film on the surface."""
        return self.run_state.interface_state.film

    @property
    def concentration(self) -> Floats:
        """(n,) mol/m³ at ``cell.points``; NaN outside the electrolyte."""
        return self.fields.concentration

    @property
    def potential(self) -> Floats:
        """(n,) V, 0 on the counter metal; NaN outside the electrolyte."""
        return self.fields.potential

    @property
    def current_density(self) -> Floats:
        """(f,) i_n on each surface facet, A/m², > 0 when depositing."""
        return self.fields.current_density

    @property
    def metal_potential(self) -> Floats:
        """(f,) V, of the metal behind each surface facet; NaN where nothing reacts."""
        return self.fields.metal_potential

    @property
    def applied_current_density(self) -> float:
        """Mean over the projected area in the step, or at once at the beginning of a protocol
        step, A/m²; > 0 plates."""
        return self.run_state.applied_current_density

    @property
    def voltage(self) -> float:
        """φ_counter - φ_working, V; > 0 when plating.  Solved on the cell before it moved, in
        snapshots too."""
        return self.run_state.voltage

    @property
    def net_areal_charge(self) -> float:
        """Charge plated per projected area, C/m²."""
        return self.run_state.net_areal_charge

    @property
    def rounded_areal_charge(self) -> float:
        """``net_areal_charge``, or 0 where it is only rounding of the charge that has passed."""
        return net(self.run_state.net_areal_charge, self.progress.charge_throughput)

    @property
    def void_area(self) -> float:
        """Area (2D) or volume (3D) of cut-off electrolyte so far, µm^d."""
        return self.run_state.interface_state.void
