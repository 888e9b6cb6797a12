"""Gmsh, started once a process, used for one model at a time, silent and without traces."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import gmsh

from deposition.common.errors import GeometryError

_DRAIN_ATTEMPTS = 1000
"""Gmsh drops one token of an unfinished line at each attempt."""


@contextmanager
def gmsh_model() -> Iterator[None]:
    """An empty model that is current inside the ``with`` and gone after it.

    Options are back at their defaults at the start, parameters of earlier scripts forgotten,
    nothing is printed.  Models that someone else has open in the same process are left alone.
    """
    _start()
    gmsh.option.restoreDefaults()
    gmsh.option.setNumber("General.Terminal", 0)
    gmsh.parser.clear()
    gmsh.onelab.clear()
    others = len(gmsh.model.list())
    current = gmsh.model.getCurrent()
    gmsh.logger.start()
    try:
        gmsh.model.add("deposition")
        yield
    finally:
        gmsh.logger.stop()
        _remove_models(others)
        with suppress(Exception):
            gmsh.model.setCurrent(current)


def call(file: Path, function: Callable[..., Any], *arguments: Any) -> Any:
    """``function(*arguments)``; what Gmsh has to complain about becomes a GeometryError.

    Gmsh raises bare ``Exception`` with its last message; the first one is the cause.
    """
    gmsh.logger.stop()
    gmsh.logger.start()
    failure = ""
    result = None
    try:
        result = function(*arguments)
    except Exception as error:
        failure = str(error)
    errors = [line.removeprefix("Error: ") for line in _said() if line.startswith("Error")]
    if failure or errors:
        raise GeometryError(f"{file}: Gmsh says: {errors[0] if errors else failure} [E121]")
    return result


def _said() -> list[str]:
    """What Gmsh has written into its log; it may quote half a character of the script."""
    try:
        return list(gmsh.logger.get())
    except UnicodeDecodeError as error:
        return [error.object.decode("utf-8", errors="replace")]


def open_file(file: Path) -> None:
    """Read a script or mesh into the current model."""
    try:
        call(file, gmsh.merge, str(file))
    except GeometryError:
        _drain_parser()
        raise


def _start() -> None:
    if not gmsh.isInitialized():
        gmsh.initialize([], readConfigFiles=False, run=False, interruptible=False)
        atexit.register(_stop)


def _stop() -> None:
    if gmsh.isInitialized():
        gmsh.finalize()


def _remove_models(keep: int) -> None:
    """Remove all models but the first ``keep``; a script may have made some of its own."""
    for name in reversed(gmsh.model.list()[keep:]):
        gmsh.model.setCurrent(name)
        gmsh.model.remove()


def _drain_parser() -> None:
    """Make Gmsh forget the rest of the line in which it found an error.

    It would be read in front of the next script, even after ``finalize``.
    """
    with tempfile.TemporaryDirectory() as folder:
        nothing = Path(folder) / "nothing.geo"
        nothing.write_text('Printf("");\n')
        for _ in range(_DRAIN_ATTEMPTS):
            try:
                gmsh.merge(str(nothing))
                return
            except Exception:
                continue
