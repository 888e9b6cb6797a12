"""All that a run needs to continue: what a checkpoint holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from deposition.interface.state import InterfaceState
from deposition.mesh.footprint import projected_area_m2
from deposition.protocol import BEGINNING, Progress, StopReason
from deposition.transport.floating import net_share
from deposition.transport.physics import Solution


@dataclass(frozen=True, eq=False)
class RunState:
    """Where the time loop stands, and the time step (s) to try next.

    applied_current_density, voltage  of the last step, A/m² per projected area (> 0 plates) and V
    net_areal_charge  of all steps, C/m² per projected area; > 0 plated
    floating_current  net current into a floating body as a share of the current through it, largest
                      so far
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

    def after(
        self, interface_state: InterfaceState, solution: Solution, next_step: float, step: float
    ) -> RunState:
        """The state after a step (s) that ended with a solution; ``next_step`` (s) follows."""
        current_density = solution.total_current / projected_area_m2(self.interface_state.cell)
        return RunState(
            interface_state,
            self.progress.after(current_density, step),
            next_step,
            current_density,
            solution.voltage,
            self.step + 1,
            self.time + step,
            self.net_areal_charge + current_density * step,
            self.largest_floating_current(solution),
        )

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
