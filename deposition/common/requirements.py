"""Libraries and tools that pip does not bring: one message each for what is missing.

A contextmanager of this module stands around the imports of a library; nothing is imported here.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deposition.common.errors import MissingRequirement

DOLFINX_VERSIONS = ((0, 9), (0, 11))
"""Oldest and newest version of DOLFINx that the program runs on."""

GRAPHICS = (
    "Debian, Ubuntu: apt-get install libgl1 libglu1-mesa libegl1 libegl-mesa0 libgl1-mesa-dri "
    "libxrender1 libxcursor1 libxft2 libxinerama1 libxfixes3. Fedora, RHEL: dnf install "
    "mesa-libGL mesa-libGLU mesa-libEGL libXrender libXcursor libXft libXinerama libXfixes"
)
"""Commands that install the graphics libraries of Gmsh and VTK."""

SHARED_LIBRARY = re.compile(r"lib[\w+-]+\.so[\w.]*")


@contextmanager
def dolfinx_needed() -> Iterator[None]:
    """Context of the imports of DOLFINx, PETSc and MPI.  Raises MissingRequirement."""
    try:
        Path.home()  # Open MPI ends the process where there is none
        yield
    except (ImportError, OSError, RuntimeError) as problem:
        raise _of_import(problem) from problem


def _of_import(problem: Exception) -> MissingRequirement:
    reason = " ".join(str(problem).split())
    if re.search(r"libmpi|MPI library", reason):
        return MissingRequirement(
            f"the MPI library of DOLFINx cannot be loaded ({reason}). Install the one that DOLFINx "
            "was built with: pip install mpich for DOLFINx of PyPI, apt-get install libopenmpi40 "
            "for that of Debian 13, conda install -c conda-forge mpich for that of conda-forge. "
            "[E070]"
        )
    if "home directory" in reason:
        return MissingRequirement(
            "DOLFINx needs a home folder, and this user has none. Set the environment variable "
            "HOME to a folder that can be written, such as HOME=/tmp. [E080]"
        )
    return MissingRequirement(
        f"DOLFINx cannot be imported ({reason}). Install it: pip install "
        "dolfinx-solver-real (Linux x86-64, Python 3.12 or later); apt-get install "
        "python3-dolfinx-real (Debian 13); or conda install -c conda-forge fenics-dolfinx "
        "'petsc=*=real*'. In a clone of the source, ./fenicsx does it. [E071]"
    )


def check_dolfinx(version: str, scalar: str) -> tuple[int, int]:
    """Version of DOLFINx, such as (0, 11).

    version  as DOLFINx states it
    scalar   name of the scalar type of PETSc
    Raises MissingRequirement for another version, or if PETSc computes with complex numbers.
    """
    major, minor = (int(part) for part in version.split(".")[:2])
    oldest, newest = DOLFINX_VERSIONS
    if not oldest <= (major, minor) <= newest:
        raise MissingRequirement(
            f"DOLFINx {version} is installed; versions {oldest[0]}.{oldest[1]} to "
            f"{newest[0]}.{newest[1]} are supported. Install one of them into an environment of "
            "its own, such as pip install dolfinx-solver-real. [E072]"
        )
    if scalar != "float64":
        raise MissingRequirement(
            f"PETSc computes with {scalar}; the simulation needs real numbers (float64). Install "
            "dolfinx-solver-real (PyPI), python3-dolfinx-real (Debian) or petsc=*=real* "
            "(conda-forge). [E073]"
        )
    return major, minor


def not_compiled(problem: Exception, output: str) -> MissingRequirement:
    """Error of a form that could not be compiled.

    problem  as raised by FFCx
    output   of the compiler
    """
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]
    if shutil.which(compiler) is None:
        return MissingRequirement(
            f'the C compiler "{compiler}" was not found, with which DOLFINx compiles the '
            "equations. Install it: apt-get install gcc (Debian, Ubuntu), dnf install gcc (Fedora, "
            "RHEL) or conda install -c conda-forge c-compiler; or name another one in the "
            "environment variable CC. [E074]"
        )
    if re.search(r"(Python|pyconfig)\.h\b", output):
        return MissingRequirement(
            "the C compiler does not find Python.h, which DOLFINx needs to compile the equations. "
            "Install the headers of this Python: apt-get install python3-dev (Debian, Ubuntu) or "
            "dnf install python3-devel (Fedora, RHEL); a Python of conda or pyenv has them. [E075]"
        )
    errors = [line.strip() for line in output.splitlines() if "error" in line.lower()]
    return MissingRequirement(
        f"the equations could not be compiled: {(errors or [str(problem)])[0]}. Check the C "
        "compiler, and that the folder in the environment variable XDG_CACHE_HOME (otherwise "
        "~/.cache) can be written. [E076]"
    )


@contextmanager
def gmsh_needed() -> Iterator[None]:
    """Context of the import of Gmsh, which loads libraries of X11 and OpenGL.

    Raises MissingRequirement.
    """
    try:
        yield
    except OSError as problem:
        raise MissingRequirement(
            f"Gmsh cannot load {_library(problem)}. Install the graphics libraries, which it needs "
            f"without a screen, too. {GRAPHICS}. [E077]"
        ) from problem


def no_rendering(reason: str) -> MissingRequirement:
    """Error of a picture in 3D that cannot be rendered."""
    return MissingRequirement(
        f"pictures in 3D cannot be rendered: {reason}. Install the graphics libraries, which "
        f"rendering needs without a screen, too. {GRAPHICS}. [E078]"
    )


def _library(problem: OSError) -> str:
    """Name of the library that the loader did not find."""
    found = SHARED_LIBRARY.search(str(problem))
    return found[0] if found else str(problem)
