"""One step in time: as long as accuracy, charge and voltage allow, shorter where it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from deposition.common.errors import FrontError, SolveError
from deposition.mesh.footprint import metres_across
from deposition.protocol.stage import NEAR
from deposition.transport.physics import Depleted, Solution

if TYPE_CHECKING:
    from deposition.interface.state import FrontState
    from deposition.simulation.model import Model
    from deposition.simulation.moment import Moment

REMNANT = 0.02
"""A step that leaves less than this share of the lithium that it takes takes that too."""

LOCATED = 0.002
"""Depletion is located in time to this share of the time that its stage took."""


def take_step(model: Model, moment: Moment) -> tuple[Moment, Solution]:
    """One accepted step; a step that fails is taken again at half its length.

    Raises Depleted when the salt runs out at once, SolveError or FrontError when a step fails
    however short it is.
    """
    stage, control, progress = model.plan.stage(moment.progress), model.control, moment.progress
    lasts = model.lasts(moment.front, moment.density)
    left = min(lasts, stage.left(progress.time, progress.charge, moment.density))
    step = _fitting(moment.time_step, left)
    longest = np.inf
    while True:
        try:
            solution = model.solve(moment.front, step, stage.asked)
            shorter = _other(model, moment, solution, step)
            if shorter is not None:
                step = shorter
                continue
            front = model.interface.advance(moment.front, solution.fields, step)
        except Depleted as depleted:
            if step <= max(LOCATED * progress.time, control.shortest):
                raise depleted.at(moment.time + step) from None
            step *= 0.5
            longest = step
            continue
        except (SolveError, FrontError) as error:
            step *= 0.5
            if control.hopeless(step):
                raise type(error)(_gave_up(error, moment, step)) from error
            continue
        following = min(longest, control.next(step, model.speed(solution.current_density)))
        return moment.after(front, solution, following, step), solution


def _other(model: Model, moment: Moment, solution: Solution, step: float) -> float | None:
    """The step (s) to take instead, where the surface, the charge or the voltage went too far, or
    the lithium not quite."""
    stage, control, progress = model.plan.stage(moment.progress), model.control, moment.progress
    speed = model.speed(solution.current_density)
    if control.too_long(step, speed):
        return control.within(speed)
    density = solution.total_current / metres_across(moment.front.cell)
    lasts = model.lasts(moment.front, density)
    left = min(lasts, stage.left(progress.time, progress.charge, density))
    if step > left * (1.0 + 1e-6):  # the current has grown: the charge is reached before
        return left
    if left == lasts and (1.0 - REMNANT) * lasts < step < lasts * (1.0 - 1e-6):
        return lasts  # the current has fallen: lithium too thin to mesh would be left
    before, beyond = stage.beyond(moment.voltage), stage.beyond(solution.voltage)
    if beyond > NEAR and not control.hopeless(step):
        return step * min(0.95, max(0.05, before / (before - beyond)))
    return None


def _fitting(step: float, remaining: float) -> float:
    """The step, all that remains, or half of it: two equal steps rather than one and a sliver."""
    # What rounding leaves over is no step of its own.
    if remaining <= step * (1.0 + 1e-9):
        return remaining
    return 0.5 * remaining if remaining < 1.5 * step else step


def _gave_up(error: Exception, moment: Moment, step: float) -> str:
    return (
        f"{error} (at {moment.time:.6g} s, step {moment.step + 1}, after shortening the time step "
        f"to {step:.3g} s; the surface moves fastest near {_fastest(moment.front)} µm). Try a "
        "finer mesh (mesh.surface_size) or a smaller time.max_advance."
    )


def _fastest(front: FrontState) -> str:
    facet = int(np.abs(front.fields.current_density).argmax())
    return f"({', '.join(f'{x:.3g}' for x in front.surface.midpoint[facet])})"
