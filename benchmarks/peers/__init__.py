"""The simulator and its peers: the same step (``step_problem``) in four libraries.

Each module has ``prepare(case)``, which sets up mesh, spaces and forms, and returns the function
that solves the step.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Protocol

from benchmarks.cases import Case
from benchmarks.step_problem import Answer


class Missing(Exception):
    """A peer is not installed."""


class Solver(Protocol):
    """A module of this package."""

    @staticmethod
    def prepare(case: Case) -> Callable[[], Answer]:
        """Set the step up; return the function that solves it."""


@dataclass(frozen=True)
class Peer:
    """A library.

    title    as written by its authors
    module   of this package
    imports  module of the library
    install  its name on PyPI, and of what it needs besides
    """

    title: str
    module: str
    imports: str = ""
    install: str = ""

    def load(self) -> Solver:
        """The module; raises Missing with what to install."""
        if self.imports:
            try:
                importlib.import_module(self.imports)
            except ImportError as problem:
                raise Missing(
                    f"{self.title} is not installed ({problem}), so that it is not measured. "
                    f"Install it with: ./fenicsx pip install {self.install}"
                ) from problem
        return importlib.import_module(f"{__name__}.{self.module}")  # type: ignore[return-value]

    @property
    def version(self) -> str:
        """Version of the library."""
        return version(self.install.split()[0])


SIMULATOR = "deposition"

PEERS = {
    SIMULATOR: Peer("deposition", "simulator"),
    "dolfinx": Peer("DOLFINx", "plain_dolfinx", "petsc4py", "petsc4py"),
    "scikit-fem": Peer("scikit-fem", "scikit_fem", "skfem", "scikit-fem pypardiso"),
    "ngsolve": Peer("NGSolve", "netgen_ngsolve", "ngsolve", "ngsolve"),
}
"""By the name for ``--peers``; the first is what the others are compared with."""
