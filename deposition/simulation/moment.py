"""Where the time loop stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

from deposition.interface.state import FrontState
from deposition.mesh.footprint import metres_across
from deposition.protocol import BEGINNING, End, Progress
from deposition.transport.floating import net_share
from deposition.transport.physics import Solution


@dataclass(frozen=True, eq=False)
class Moment:
    """Where the loop stands, and the time step (s) to try next.

    density, voltage  of the last step, A/m² per projected area (> 0 plates) and V
    charge            of all steps, C/m² per projected area; > 0 plated
    floating_current  net current into a floating body over what passes, worst so far
    """

    front: FrontState
    progress: Progress = BEGINNING
    time_step: float = 0.0
    density: float = 0.0
    voltage: float = 0.0
    step: int = 0
    time: float = 0.0
    charge: float = 0.0
    floating_current: float = 0.0

    def after(self, front: FrontState, solution: Solution, following: float, step: float) -> Moment:
        """The moment after a step (s) that ended with a solution; ``following`` is the next."""
        density = solution.total_current / metres_across(self.front.cell)
        return Moment(
            front,
            self.progress.after(density, step),
            following,
            density,
            solution.voltage,
            self.step + 1,
            self.time + step,
            self.charge + density * step,
            self.worst_floating_current(solution),
        )

    def worst_floating_current(self, solution: Solution) -> float:
        """``floating_current`` with that of a solution on this cell."""
        front = self.front
        here = net_share(front.surface, front.film.body, solution.fields)
        return max(self.floating_current, here)

    def ended(self, end: End | None) -> Moment:
        """The same with its stage ended, if it is."""
        return self if end is None else replace(self, progress=self.progress.end(end))

    def in_the_next_stage(self) -> Moment:
        """At the beginning of the stage that follows."""
        return replace(self, progress=self.progress.following(), step=self.step + 1)
