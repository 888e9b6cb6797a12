"""Runs of a scenario with another mesh, with other time steps, and with other round-off.

mesh    all lengths of the mesh times a factor; the surface still advances by the same share of a
        surface cell in a step, so that the step becomes shorter as well
step    advance, its tolerance and stated lengths of a step times a factor, that of c - c0 times its
        square (the error of a step falls as its square)
        factors below 1 refine; one above 1 is for a scenario whose finer runs cost too much
noise   the surface size larger by 1e-9 of itself, again and again: Mmg makes another mesh where a
        number differs in its last digits, as it does on another processor
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deposition.common.constants import MICROMETRE
from deposition.common.errors import SweepError
from deposition.scenario import Scenario
from deposition.sweeps.axes import Axis
from deposition.sweeps.designs import Design

PERTURBATION = 1e-9
"""Relative change of the surface size in a run that differs by round-off."""
COARSEST = 2.0
"""Largest factor of the mesh or of the step."""


@dataclass(frozen=True)
class Refinement:
    """A run: factors of the mesh and of the step, and which perturbation (0 for none)."""

    mesh: float = 1.0
    step: float = 1.0
    perturbation: int = 0

    def settings(self, scenario: Scenario) -> dict[str, str]:
        """The settings of the run by key, as written after ``--set key=``."""
        size = self.mesh * (1.0 + PERTURBATION * self.perturbation)
        mesh, time = scenario.mesh, scenario.time
        lengths = {
            "surface_size": mesh.surface_size,
            "coarse_size": mesh.coarse_size,
            "counter_size": mesh.counter_size,
        }
        seconds = {"first_step": time.first_step, "max_step": time.max_step}
        return {
            **{f"mesh.{k}": f'"{x * size / MICROMETRE:.12g} um"' for k, x in lengths.items() if x},
            "time.max_advance": f"{time.max_advance * self.step:.12g}",
            "time.surface_tolerance": f"{min(1.0, time.surface_tolerance * self.step):.12g}",
            "time.tolerance": f"{time.tolerance * self.step**2:.12g}",
            **{f"time.{k}": f'"{x * self.step:.12g} s"' for k, x in seconds.items() if x},
        }


AS_IT_STANDS = Refinement()


@dataclass(frozen=True)
class Refinements:
    """The runs of a study: factors of the mesh and of the step, and how many differ by round-off
    alone."""

    mesh: tuple[float, ...] = (0.7, 0.5)
    step: tuple[float, ...] = (0.5, 0.25)
    noise: int = 2

    def __post_init__(self) -> None:
        """Raise SweepError for a factor that changes nothing or too much, or a study of one run."""
        for option, factors in (("--mesh", self.mesh), ("--step", self.step)):
            for factor in factors:
                if not 0.0 < factor <= COARSEST or factor == 1.0:
                    raise SweepError(
                        f"{option} {factor:g}: a factor must lie between 0 and 1, such as 0.5 for "
                        f"half the size, or between 1 and {COARSEST:g} where finer runs cost too "
                        "much. [E785]"
                    )
        if not (self.mesh or self.step):
            raise SweepError(
                "neither the mesh nor the step is changed. State --mesh 0.5 or --step 0.5. [E786]"
            )

    def runs(self) -> Iterator[Refinement]:
        """The run as it stands, then the others."""
        yield AS_IT_STANDS
        yield from (Refinement(mesh=factor) for factor in self.mesh)
        yield from (Refinement(step=factor) for factor in self.step)
        yield from (Refinement(perturbation=number + 1) for number in range(self.noise))

    def design(self, scenario: Scenario) -> Design:
        """The runs as the rows of a sweep."""
        rows = [refinement.settings(scenario) for refinement in self.runs()]
        return _design(rows)


def _design(rows: Sequence[dict[str, str]]) -> Design:
    """Rows of settings, without those that are the same in all."""
    varied = [key for key in rows[0] if len({row[key] for row in rows}) > 1]
    axes = tuple(Axis(key, tuple(dict.fromkeys(row[key] for row in rows))) for key in varied)
    return Design(axes, tuple(tuple(row[key] for key in varied) for row in rows))
