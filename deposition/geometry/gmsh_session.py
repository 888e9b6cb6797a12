"""Gmsh sessions: one initialisation per process, one model at a time, no output."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from deposition.common.errors import GeometryError
from deposition.common.gmsh_library import gmsh

_DRAIN_ATTEMPTS = 1000
"""Attempts to empty the parser; each drops one token of an unfinished line."""


@contextmanager
def gmsh_model() -> Iterator[None]:
    """Context with an empty current model, which is removed at its end.

    Options are reset to their defaults and parameters of earlier scripts removed; nothing is
    printed.  Other open models of the process are kept.
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
    """Return ``function(*arguments)``; raises GeometryError with the first error that Gmsh logs.

    Gmsh raises a bare ``Exception`` with its last message, whereas the first one is the cause.
    """
    gmsh.logger.stop()
    gmsh.logger.start()
    failure = ""
    result = None
    try:
        result = function(*arguments)
    except Exception as error:
        failure = str(error)
    errors = [line.removeprefix("Error: ") for line in _log() if line.startswith("Error")]
    if failure or errors:
        raise GeometryError(f"{file}: Gmsh reports: {errors[0] if errors else failure} [E121]")
    return result


def _log() -> list[str]:
    """Lines of the Gmsh log; one may contain a part of a multi-byte character of the script."""
    try:
        return list(gmsh.logger.get())
    except UnicodeDecodeError as error:
        return [error.object.decode("utf-8", errors="replace")]


def open_file(file: Path) -> list[str]:
    """Read a script or mesh into the current model; returns the lines that Gmsh logs."""
    try:
        call(file, gmsh.merge, str(file))
        return _log()
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
    """Remove all models but the first ``keep``; a script may have created further ones."""
    for name in reversed(gmsh.model.list()[keep:]):
        gmsh.model.setCurrent(name)
        gmsh.model.remove()


def _drain_parser() -> None:
    """Discard the rest of the line in which Gmsh found an error.

    Gmsh would otherwise read it before the next script, even after ``finalize``.
    """
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.geo"
        empty.write_text('Printf("");\n')
        for _ in range(_DRAIN_ATTEMPTS):
            try:
                gmsh.merge(str(empty))
                return
            except Exception:
                continue
