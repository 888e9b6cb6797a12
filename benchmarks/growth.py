"""Cost of a time step against the number of vertices, and peers on the mesh that it leaves."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from benchmarks.cases import Case, case_of
from benchmarks.contest import Contestant, contest, memory_of
from benchmarks.peers import PEERS, SIMULATOR, Solver
from benchmarks.timing import measure
from deposition.simulation.state import State

STEPS = 6
"""Time steps of which the means are taken, after a first one: some cut the mesh, others do not."""

PATIENCE = 10.0
"""A peer whose step takes longer than this (s, CPU) is not asked for a finer mesh."""


@dataclass(frozen=True)
class Meshes:
    """Meshes of one dimension, by the factor of their sizes.

    stepping   from coarse to fine, on which time steps are taken
    solved     finer ones, on which the nonlinear step is solved only
    """

    dim: int
    stepping: tuple[float, ...]
    solved: tuple[float, ...] = ()


@dataclass(frozen=True)
class Stages:
    """Means of a time step.

    seconds, cpu  all in: wall time, and CPU time with that of the Mmg process
    solve         nonlinear systems with their assembly, wall
    mmg           remeshing by Mmg, wall
    """

    seconds: float
    cpu: float
    solve: float
    mmg: float

    @property
    def interface(self) -> float:
        """What is neither: movement of the interface, transfer of the fields, wall, s."""
        return self.seconds - self.solve - self.mmg


@dataclass(frozen=True)
class Size:
    """A mesh, the time steps that led to it, and the libraries on it.

    vertices     of the whole mesh
    electrolyte  vertices of the electrolyte, which the libraries see
    stages       None for an initial mesh, on which no time step was taken
    """

    dim: int
    factor: float
    vertices: int
    electrolyte: int
    stages: Stages | None
    contestants: list[Contestant]


def grow(
    meshes: Meshes, solvers: Mapping[str, Solver], rounds: int, say: Callable[[str], None]
) -> Iterator[Size]:
    """Measure a cell of each factor of the mesh sizes, from coarse to fine."""
    patient = dict(solvers)
    for factor in (*meshes.stepping, *meshes.solved):
        case, stages = case_of(meshes.dim, factor), None
        if factor in meshes.stepping:
            case, stages = _after_steps(case)
        say(
            f"{meshes.dim}D, {case.vertices} vertices"
            + (f": {stages.seconds:.3g} s a time step" if stages else "")
        )
        contestants = contest(case, patient, rounds)
        memory = memory_of(case, list(patient))
        for one in contestants:
            say(f"    {PEERS[one.peer].title}: {one.set_up.cpu:.3g} + {one.solve.cpu:.3g} s CPU")
            if one.total.cpu > PATIENCE and one.peer != SIMULATOR:
                del patient[one.peer]
        yield Size(
            meshes.dim,
            factor,
            case.vertices,
            len(case.problem.points),
            stages,
            [replace(one, memory=memory[one.peer]) for one in contestants],
        )


def _after_steps(case: Case) -> tuple[Case, Stages]:
    """The case after the time steps, and the means of those."""
    rows, states = [], case.steps(STEPS + 2)
    next(states)  # the current before the first step
    last: State | None = None
    while True:
        state, taken = measure(lambda: next(states, None))
        if state is None:
            break
        rows.append((taken.wall, taken.cpu, state.cost.solve_seconds, state.cost.mmg_seconds))
        last = state
    assert last is not None
    means = (statistics.fmean(column) for column in zip(*rows[1:], strict=True))
    return Case(case.model, last.run_state.interface_state), Stages(*means)
