"""One time step of the transport problem, of second order, with an estimate of its error.

Two implicit stages (SDIRK2), each a backward Euler step of γΔt, γ = 1 - 1/√2.  With M dy/dt = f(y)
for the concentrations y of salt and further species and the lithiation,

    M (y_1 - y_n) = γΔt f(y_1)
    M (y_2 - y_*) = γΔt f(y_2),    y_* = y_n + (1 - γ)/γ (y_1 - y_n),    y_{n+1} = y_2

Potentials and currents are algebraic: those of the second stage are those at the end of the step
(stiffly accurate).  The method is L-stable.  What passes in the step, charge, lithium, film, is
Δt [(1 - γ) r_1 + γ r_2] with the rates r of the stages.

Error: the difference from the embedded method of first order,

    e = γΔt M⁻¹ [f(y_2) - f(y_1)] = (y_2 - y_*) - (y_1 - y_n) = y_2 - y_n - (y_1 - y_n)/γ

of each concentration, as the root mean square over the electrolyte, relative to that of c - c0.  It
falls as Δt², as the error of the method does after many steps.

The film equation of the SEI is integrated on its own (``film_growth``), with the variables of the
first stage over (1 - γ)Δt and with those of the second over γΔt.

Where the second stage would begin with a further species or the dead lithium of a porous layer
below zero (y_* < 0, of a species that a reaction uses up), the step is taken with γ = 1/2, two
backward Euler steps: they are positive.

A one-step method, because potential and current have no history on a new mesh.
Source: Alexander, SIAM J. Numer. Anal. 14 (1977) 1006.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from deposition.mesh.cell import ELECTROLYTE, Floats
from deposition.mesh.p1 import vertex_sum
from deposition.mesh.surface import SurfaceState
from deposition.transport.controls import Control
from deposition.transport.fields import Fields
from deposition.transport.physics import Solution, StepSolution
from deposition.transport.problem import TransportProblem

SECOND_ORDER = 1.0 - math.sqrt(0.5)
"""γ of the method above."""

HALVES = 0.5
"""γ with which the stages are two backward Euler steps of half the length: of first order, but no
concentration becomes negative."""

LEAST_CHANGE = 1e-5
"""Changes of a concentration are relative to no less than this share of its scale."""


def integrate(
    problem: TransportProblem,
    start: Fields,
    film: SurfaceState,
    resistance: Floats,
    control: Control,
    time_step: float,
) -> StepSolution:
    """Fields after a time step (s) from the concentrations of ``start``.

    start       its potential and current are the initial guess
    film        at the start of the step; resistance (f,) of each surface facet, ohm m²
    control     at the start of the step; each stage has it at its own time

    Raises what ``TransportProblem.solve`` raises.
    """
    step = _TimeStep(problem, start, film, resistance, control, time_step)
    gamma = SECOND_ORDER
    first = step.first_stage(gamma)
    ahead = step.extrapolated(first, gamma)
    if min(np.nanmin(each, initial=0.0) for each in (ahead.dissolved, ahead.porous_lithium)) < 0.0:
        gamma = HALVES
        first = step.first_stage(gamma)
    return step.second_stage(first, gamma)


@dataclass(frozen=True, eq=False)
class _TimeStep:
    """The arguments of ``integrate``."""

    problem: TransportProblem
    start: Fields
    film: SurfaceState
    resistance: Floats
    control: Control
    length: float

    def first_stage(self, gamma: float) -> Solution:
        """y_1, with the growth of the SEI over (1 - γ)Δt."""
        at = self.control.after(gamma * self.length)
        return self._solve(self.start, at, gamma, self.film, growing=(1.0 - gamma) * self.length)

    def extrapolated(self, first: Solution, gamma: float) -> Fields:
        """y_*, with potential and current of the first stage."""
        start, one, ahead = self.start, first.fields, (1.0 - gamma) / gamma
        names = ["concentration", "lithiation", "loading", "porous_lithium"]
        names += ["dissolved"] if self.problem.physics.dissolved else []
        changed = [(name, getattr(start, name), getattr(one, name)) for name in names]
        return replace(one, **{name: was + ahead * (now - was) for name, was, now in changed})

    def second_stage(self, first: Solution, gamma: float) -> StepSolution:
        """y_2, and the means of the step."""
        one, passed = first.fields, (1.0 - gamma) * self.length
        second = self._solve(
            self.extrapolated(first, gamma),
            self.control.after(self.length),
            gamma,
            replace(self.film, volumes=self.film.volumes + passed * one.sei_growth),
            passed=passed * one.current_density,
        )
        return StepSolution(
            replace(second, newton_iterations=first.newton_iterations + second.newton_iterations),
            _mean(one, second.fields, gamma),
            (1.0 - gamma) * first.total_current + gamma * second.total_current,
            self._error(one, second.fields, gamma),
        )

    def _solve(
        self,
        begun: Fields,
        control: Control,
        gamma: float,
        film: SurfaceState,
        passed: Floats | float = 0.0,
        growing: float | None = None,
    ) -> Solution:
        """A backward Euler step of γΔt from ``begun``."""
        return self.problem.solve(
            begun.concentration,
            self.resistance,
            control,
            gamma * self.length,
            guess=begun,
            dissolved=begun.dissolved if self.problem.physics.dissolved else None,
            lithiation=begun.lithiation,
            loading=begun.loading,
            porous_lithium=begun.porous_lithium,
            film=film,
            passed=passed,
            growing=growing,
        )

    def _error(self, one: Fields, two: Fields, gamma: float) -> float:
        """Largest relative error of the salt and the further species."""
        physics, start = self.problem.physics, self.start
        salt = (start.concentration, one.concentration, two.concentration)
        initial = physics.concentration
        errors = [_relative(self.problem, salt, initial, initial, gamma)]
        for k, species in enumerate(physics.dissolved):
            stages = (start.dissolved[:, k], one.dissolved[:, k], two.dissolved[:, k])
            errors.append(_relative(self.problem, stages, species.initial, species.scale, gamma))
        if self.problem.physics.porous_lithium is not None:
            grains = (start.porous_lithium, one.porous_lithium, two.porous_lithium)
            content = self.problem.physics.porous_lithium.content
            errors.append(_relative(self.problem, grains, content, content, gamma))
        return max(errors)


def _mean(one: Fields, two: Fields, gamma: float) -> Fields:
    """The fields of the second stage with the mean rates of the step."""
    rates = ("current_density", "chemical_rate", "trace_rate", "side_current", "sei_growth")
    mean = {name: (1.0 - gamma) * getattr(one, name) + gamma * getattr(two, name) for name in rates}
    return replace(two, **mean, walls=one.walls.mean(two.walls, gamma))


def _relative(
    problem: TransportProblem,
    stages: tuple[Floats, Floats, Floats],
    initial: float,
    scale: float,
    gamma: float,
) -> float:
    """Root mean square of e over the electrolyte, relative to that of c - c0, of the larger one at
    the start and the end of the step.

    stages: c (n,) at the start and in both stages; initial: c0; scale of c, mol/m³
    """
    start, one, two = stages
    cell, wet = problem.cell, problem.cell.in_region(ELECTROLYTE)
    share = vertex_sum(cell.simplices[wet], cell.volumes[wet], len(cell.points))

    def size(field: Floats) -> float:
        return math.sqrt(float(share @ np.nan_to_num(field) ** 2) / float(share.sum()))

    error = two - start - (one - start) / gamma
    return size(error) / max(size(start - initial), size(two - initial), LEAST_CHANGE * scale)
