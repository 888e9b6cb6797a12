"""Provenance of a result: versions, command, time."""

from __future__ import annotations

import platform
import shlex
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from deposition.common import package_data as shipped
from deposition.common.plugins import origin_of_plugin

PROGRAM = "deposition"

PACKAGES = {
    "dolfinx": "fenics-dolfinx",
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


def provenance(
    arguments: Sequence[str], plugins: Sequence[tuple[str, str]] = ()
) -> dict[str, object]:
    """Content of ``provenance.json``.

    arguments  those that follow ``deposition`` on the command line
    plugins    kind and name of each class from outside the package

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
            **{name: _version(package) for name, package in PACKAGES.items()},
        },
        "plugins": [{"kind": kind, **origin_of_plugin(name, kind)} for kind, name in plugins],
    }


def resumed(
    before: Mapping[str, Any], arguments: Sequence[str], plugins: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    """Content of ``provenance.json`` of a resumed run: that of its start, and each resumption."""
    return {**before, "resumed": [*before.get("resumed", []), provenance(arguments, plugins)]}


def program_version() -> str:
    """The version of this program: as installed, else as ``pyproject.toml`` states it."""
    installed = _version(PROGRAM)
    if installed:
        return installed
    stated = shipped.PACKAGE.parent / "pyproject.toml"
    return str(tomllib.loads(stated.read_text(encoding="utf-8"))["project"]["version"])


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
