"""Several files that appear together, or none of them."""

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
    """A folder in which files are made before they are moved to where they belong.

    folder  where to write
    target  where the files belong
    files   where they are in the end, in the order in which they were named
    """

    folder: Path
    target: Path
    files: list[Path] = field(default_factory=list)

    def path(self, name: str) -> Path:
        """Where to write the file that will be called ``name``."""
        self.files.append(self.target / name)
        return self.folder / name


@contextmanager
def replaced_together(target: Path) -> Iterator[Aside]:
    """Files written in this context are moved into ``target`` at its end; none on an error.

    Raises ExportError if ``target`` cannot be written.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", suffix=".part", dir=target) as name:
            aside = Aside(Path(name), target)
            yield aside
            _move(aside)
    except (FileExistsError, NotADirectoryError) as problem:
        raise ExportError(f"cannot write into {target}: a file is in the way [E701]") from problem
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise ExportError(f"cannot write into {target}: {reason} [E702]") from problem


def _move(aside: Aside) -> None:
    """Companions of a file first (XDMF keeps its numbers in one), then the files themselves."""
    named = {path.name for path in aside.files}
    made = sorted(aside.folder.iterdir(), key=lambda path: path.name in named)
    for path in made:
        if (aside.target / path.name).is_dir():
            raise ExportError(
                f"cannot write {aside.target / path.name}: a folder is in the way [E703]"
            )
    for path in made:
        os.replace(path, aside.target / path.name)
