"""All that a run needs to continue: what a checkpoint holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from deposition.common.constants import FARADAY, MICROMETRE
from deposition.interface.corrector import Advanced
from deposition.interface.state import InterfaceState
from deposition.mesh.cell import COUNTER, Mask
from deposition.mesh.footprint import projected_area, projected_area_m2
from deposition.protocol import BEGINNING, Progress, StopReason
from deposition.transport.fields import Fields
from deposition.transport.floating import net_share
from deposition.transport.losses import NO_LOSSES, PowerLosses
from deposition.transport.physics import Solution, StepSolution


@dataclass(frozen=True, eq=False)
class RunState:
    """State of the time loop, and the time step (s) to try next.

    applied_current_density, voltage  of the last step, A/m² per projected area (> 0 plates) and V
    side_charge       of side reactions at the working electrode in all steps, C/m² per projected
                      area; > 0 for reduction
    net_areal_charge  of all steps, C/m² per projected area; > 0 plated
    floating_current  net current into a floating body as a share of the current through it, largest
                      so far
    counter_side_charge  as side_charge, at the counter electrode, whose metal gives it besides
                         net_areal_charge
    losses            power by mechanism at the end of the last step, W/m² of projected area
    """

    interface_state: InterfaceState
    progress: Progress = BEGINNING
    time_step: float = 0.0
    applied_current_density: float = 0.0
    voltage: float = 0.0
    step: int = 0
    time: float = 0.0
    net_areal_charge: float = 0.0
    floating_current: float = 0.0
    side_charge: float = 0.0
    counter_side_charge: float = 0.0
    losses: PowerLosses = NO_LOSSES

    def after(
        self, moved: Advanced, solved: StepSolution, next_step: float, step: float
    ) -> RunState:
        """The state after a step (s) on this cell that moved the interface; ``next_step`` (s)
        follows."""
        area = projected_area_m2(self.interface_state.cell)
        mean = moved.total_current / area
        before = self.interface_state
        side = side_current_density(before, solved.mean)
        opposite = side_current_density(before, solved.mean, before.surface.on(COUNTER))
        return RunState(
            moved.state,
            self.progress.after(mean, step),
            next_step,
            moved.end.total_current / area,
            moved.end.voltage,
            self.step + 1,
            self.time + step,
            self.net_areal_charge + mean * step,
            self.largest_floating_current(solved.end),
            self.side_charge + side * step,
            self.counter_side_charge + opposite * step,
            moved.end.losses().per(area),
        )

    @property
    def reacted_lithium(self) -> float:
        """All lithium that chemical reactions have given or taken, mol/m² of projected area."""
        state = self.interface_state
        per_area = MICROMETRE / projected_area(state.cell)
        return state.balances.exchanged.reacted * per_area

    def largest_floating_current(self, solution: Solution) -> float:
        """``floating_current`` with that of a solution on this cell."""
        state = self.interface_state
        here = net_share(state.surface, state.film.body, solution.fields)
        return max(self.floating_current, here)

    def ended(self, reason: StopReason | None) -> RunState:
        """The same with its protocol step ended, if there is a reason."""
        return self if reason is None else replace(self, progress=self.progress.end(reason))

    def in_next_protocol_step(self) -> RunState:
        """At the beginning of the protocol step that follows."""
        return replace(self, progress=self.progress.following(), step=self.step + 1)


def side_current_density(state: InterfaceState, fields: Fields, on: Mask | None = None) -> float:
    """Current into the working electrode, or the facets ``on`` (f,), besides charge transfer, per
    projected area, A/m²."""
    if len(fields.side_current) != state.surface.size:
        return 0.0
    chosen = state.surface.working if on is None else on
    flow = float(fields.side_current[chosen] @ state.surface.area[chosen])
    return flow / projected_area(state.cell)


def undeposited_current_density(state: InterfaceState, fields: Fields) -> float:
    """Current into the working electrode that leaves no lithium there, per projected area, A/m²:
    side reactions, and F times the lithium that chemical reactions dissolve."""
    working = state.surface.working
    rate = np.broadcast_to(fields.chemical_rate, state.surface.size)[working]
    dissolved = -FARADAY * float(rate @ state.surface.area[working]) / projected_area(state.cell)
    return side_current_density(state, fields) + dissolved
