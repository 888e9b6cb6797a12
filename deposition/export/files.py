"""Atomic writing of several files: all of them or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deposition.common.errors import ExportError


@dataclass
class Aside:
    """Temporary folder of files that are moved to their target when all are complete.

    folder  temporary folder
    target  final folder
    files   final paths, in the order in which they were named
    """

    folder: Path
    target: Path
    files: list[Path] = field(default_factory=list)

    def path(self, name: str) -> Path:
        """Temporary path of the file ``name``."""
        self.files.append(self.target / name)
        return self.folder / name


@contextmanager
def replaced_together(target: Path) -> Iterator[Aside]:
    """Context that moves its files into ``target`` at its end; none after an error.

    Raises ExportError if ``target`` cannot be written.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", suffix=".part", dir=target) as name:
            aside = Aside(Path(name), target)
            yield aside
            _move(aside)
    except (FileExistsError, NotADirectoryError) as problem:
        raise ExportError(
            f"cannot write into the folder {target}: a file exists at this path. "
            "Choose another folder with --output."
            " [E701]"
        ) from problem
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise ExportError(
            f"cannot write into the folder {target}: {reason}. "
            "Choose a writable folder with --output."
            " [E702]"
        ) from problem


def _move(aside: Aside) -> None:
    """Move companion files first (the HDF5 file of XDMF), then the named files."""
    named = {path.name for path in aside.files}
    written = sorted(aside.folder.iterdir(), key=lambda path: path.name in named)
    for path in written:
        if (aside.target / path.name).is_dir():
            raise ExportError(
                f"cannot write {aside.target / path.name}: a folder exists at this path. "
                "Remove it, or choose another folder with --output."
                " [E703]"
            )
    for path in written:
        os.replace(path, aside.target / path.name)
