"""Provenance of a result: versions, command, time."""

from __future__ import annotations

import platform
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from deposition.common.plugins import origin_of_plugin
from deposition.common.version import VERSION

PROGRAM = "deposition"

PACKAGES = {
    "dolfinx": "fenics-dolfinx",
    "dolfinx-solver-real": "dolfinx-solver-real",
    "petsc": "petsc4py",
    "gmsh": "gmsh",
    "mmg": "mmgpy",
    "numpy": "numpy",
    "scipy": "scipy",
    "pydantic": "pydantic",
    "pint": "pint",
    "pyvista": "pyvista",
    "vtk": "vtk",
}
"""Dependencies in ``provenance.json``, each with the distribution that has its version."""

MODULES = {"dolfinx": "dolfinx", "petsc": "petsc4py"}
"""Modules that state their version where no distribution does, as in the wheel of PyPI."""


def provenance(
    arguments: Sequence[str],
    plugins: Sequence[tuple[str, str]] = (),
    linear_solver: str | None = None,
) -> dict[str, object]:
    """Content of ``provenance.json``.

    arguments  those that follow ``deposition`` on the command line
    plugins    kind and name of each class from outside the package
    linear_solver  direct solver of the linear systems, of a run

    It names no user and no host.  The version of a package that is not installed is None.
    """
    return {
        "program": PROGRAM,
        "command": shlex.join([PROGRAM, *arguments]),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "versions": {
            PROGRAM: program_version(),
            **{name: _version(name) for name in PACKAGES},
        },
        "linear_solver": linear_solver,
        "plugins": [{"kind": kind, **origin_of_plugin(name, kind)} for kind, name in plugins],
    }


def resumed(
    before: Mapping[str, Any],
    arguments: Sequence[str],
    plugins: Sequence[tuple[str, str]],
    after_step: int,
    changes: Mapping[str, Mapping[str, Any]],
    linear_solver: str | None = None,
) -> dict[str, Any]:
    """Content of ``provenance.json`` of a resumed run: that of its start, and each resumption.

    after_step  last time step before it
    changes     value before and after of each setting that has changed, by dotted key
    """
    resumption = {
        **provenance(arguments, plugins, linear_solver),
        "after_step": after_step,
        "changes": {key: dict(values) for key, values in changes.items()},
    }
    return {**before, "resumed": [*before.get("resumed", []), resumption]}


def program_version() -> str:
    """The version of this program."""
    return VERSION


def _version(name: str) -> str | None:
    """Version of a dependency: of its distribution, else of its module if that is loaded."""
    try:
        return version(PACKAGES[name])
    except PackageNotFoundError:
        module = sys.modules.get(MODULES.get(name, ""))
        return getattr(module, "__version__", None)
