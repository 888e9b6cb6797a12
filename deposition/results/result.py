"""The results folder of a run: made, locked and filled by ``ResultsFolder``, read by ``Result``."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np

from deposition.common.atomic_files import write_json, write_text
from deposition.common.constants import MAH_PER_CM2
from deposition.common.errors import ResultsError
from deposition.common.provenance import PROGRAM
from deposition.common.suggest import did_you_mean
from deposition.mesh.cell import Floats
from deposition.results import renamed
from deposition.results.arrays import SERIES, from_grids
from deposition.results.pvd import read_pvd
from deposition.results.snapshot import Snapshot
from deposition.results.vtu import read_vtu

DEFAULT_PARENT = Path("results")

SCENARIO = "scenario.toml"
PROVENANCE = "provenance.json"
SUMMARY = "summary.json"
HISTORY = "history.csv"
STEPS = "protocol_steps.csv"
LOG = "run.log"
MARKER = ".deposition"
"""File that marks a folder as a results folder and that a run holds its lock on."""

ANEW = "Put it back, or run the scenario anew with --overwrite"

OURS = (
    SCENARIO,
    PROVENANCE,
    SUMMARY,
    HISTORY,
    STEPS,
    renamed.STEP_TABLE,
    LOG,
    *(f"{series}.pvd" for series in SERIES),
    *(f"vtk/{series}_*.vtu" for series in SERIES),
    "initial_surface.vtu",
    "checkpoint.npz",
    "checkpoint-previous.npz",
    "flux_map.*",
    *(f"export/{series}[._]*" for series in SERIES),
    "export/open_in_paraview.py",
    "growth.gif",
    "growth.mp4",
    ".*.part",
    ".*.part.*",
    "vtk/.*.part",
)
"""What a run writes, as patterns: all that ``--overwrite`` removes."""


class ResultsFolder:
    """A folder that one run, and only one, writes into; close it to let go of it."""

    def __init__(self, path: Path, lock: IO[str]) -> None:
        """Use ``create``; ``lock`` is the open marker file that holds the lock."""
        self.path = path
        self._lock = lock

    @classmethod
    def create(cls, path: Path, overwrite: bool = False) -> ResultsFolder:
        """Make the folder, or empty one of ours, and lock it.

        ResultsError if something else is there, if it is already used (unless ``overwrite``), if
        another run writes into it, or if it cannot be written.  Nothing is removed but files that
        a run wrote (``OURS``), and nothing at all when the folder is refused.
        """
        _make(path)
        check_free(path, overwrite)
        lock = _locked(path)
        try:
            # Again, now that nobody else can write: another run may have ended just before.
            check_free(path, overwrite)
            _clear(path)
        except ResultsError:
            lock.close()
            raise
        return cls(path, lock)

    @classmethod
    def reopen(cls, path: Path) -> ResultsFolder:
        """Lock the folder of a run that is to be resumed; nothing in it is touched.

        ResultsError if another run writes into it, or if it cannot be written.
        """
        lock = _locked(path)
        if (path / renamed.STEP_TABLE).exists():
            os.replace(path / renamed.STEP_TABLE, path / STEPS)
        return cls(path, lock)

    @property
    def history(self) -> Path:
        """Where ``history.csv`` belongs."""
        return self.path / HISTORY

    @property
    def protocol_steps(self) -> Path:
        """Where ``protocol_steps.csv`` belongs."""
        return self.path / STEPS

    @property
    def log(self) -> Path:
        """Where ``run.log`` belongs."""
        return self.path / LOG

    def write_scenario(self, text: str) -> None:
        """Keep the resolved scenario (TOML)."""
        write_text(self.path / SCENARIO, text)

    def write_provenance(self, content: Mapping[str, Any]) -> None:
        """Keep where the result comes from, see ``provenance``."""
        write_json(self.path / PROVENANCE, dict(content))

    def write_summary(self, content: Mapping[str, Any]) -> None:
        """Keep the summary, see ``summarise``."""
        write_json(self.path / SUMMARY, dict(content))

    def remove_summary(self) -> None:
        """The run goes on: it has not ended any more."""
        (self.path / SUMMARY).unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the lock."""
        self._lock.close()

    def __enter__(self) -> ResultsFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _make(path: Path) -> None:
    """Make the folder and its parents, or say what is in the way."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        # Asked for here, so that a folder that may not be read fails with this message too.
        next(path.iterdir(), None)
    except (FileExistsError, NotADirectoryError) as problem:
        raise ResultsError(
            f"{path} cannot be a results folder: a file is in the way. "
            "Choose another place with --output."
            " [E453]"
        ) from problem
    except OSError as problem:
        raise ResultsError(
            f"cannot make the results folder {path}: {problem.strerror}. "
            "Choose a place that can be written with --output."
            " [E454]"
        ) from problem


def _locked(path: Path) -> IO[str]:
    """The marker file, open and locked for this process."""
    try:
        lock = open(path / MARKER, "a", encoding="utf-8")  # noqa: SIM115
    except OSError as problem:
        raise ResultsError(
            f"cannot write into the results folder {path}: {problem.strerror}. "
            "Choose a place that can be written with --output."
            " [E455]"
        ) from problem
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        lock.close()
        raise ResultsError(
            f"another run is writing into {path}: wait for it, or choose another place with "
            "--output."
            " [E456]"
        ) from problem
    return lock


def check_free(path: Path, overwrite: bool) -> None:
    """Raise ResultsError unless a run may write into ``path``, as far as what lies there decides.

    A folder that does not exist or is empty is free, one of ours if it may be overwritten, any
    other is not.  Nothing is touched.
    """
    if not (os.access(path, os.R_OK | os.X_OK) and path.is_dir()):
        return
    if any(path.iterdir()) and not is_ours(path):
        raise ResultsError(
            f"{path} holds files that are not results of {PROGRAM}: nothing was touched. "
            "Choose another place with --output."
            " [E457]"
        )
    if written_by_run(path) and not overwrite:
        raise ResultsError(
            f"{path} already holds results: nothing was touched. Use --overwrite to replace "
            "them, or --output to write elsewhere."
            " [E458]"
        )


def _clear(path: Path) -> None:
    """Remove what an earlier run wrote."""
    for file in written_by_run(path):
        try:
            file.unlink()
        except OSError as problem:
            raise ResultsError(f"cannot remove {file}: {problem.strerror} [E459]") from problem


def is_ours(path: Path) -> bool:
    """Whether a run of this program has written into the folder."""
    if (path / MARKER).is_file():
        return True
    try:
        content = json.loads((path / PROVENANCE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("program") == PROGRAM


def written_by_run(path: Path) -> list[Path]:
    """The files in the folder that a run of this program wrote."""
    return [file for pattern in OURS for file in sorted(path.glob(pattern)) if file.is_file()]


@dataclass(frozen=True)
class Result:
    """A results folder, read.  Every property raises ResultsError when its file is not there.

    folder  where it lies
    """

    folder: Path

    @classmethod
    def open(cls, name_or_folder: str | Path, parent: Path = DEFAULT_PARENT) -> Result:
        """The results in a folder, or of a scenario's name below ``parent``.

        ResultsError if there are none, with the nearest name that has some.
        """
        places = (Path(name_or_folder), parent / name_or_folder)
        for place in places:
            if place.is_dir() and is_ours(place):
                return cls(place)
        known = sorted(p.name for p in parent.glob("*") if p.is_dir() and is_ours(p))
        there = f"There are results of {', '.join(known)}." if known else f"{parent} has none."
        raise ResultsError(
            f'no results in "{name_or_folder}" or "{places[1]}".'
            f"{did_you_mean(str(name_or_folder), known)} {there} "
            f"Make them with: {PROGRAM} run NAME"
            " [E460]"
        )

    @property
    def name(self) -> str:
        """Name of the scenario, else of the folder."""
        return str(self.summary["scenario"]) if self.ended else self.folder.resolve().name

    @property
    def ended(self) -> bool:
        """Whether the run has ended, well or not, so that there is a summary."""
        return (self.folder / SUMMARY).is_file()

    @cached_property
    def summary(self) -> dict[str, Any]:
        """``summary.json``."""
        return renamed.with_new_keys(self._json(SUMMARY))

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """``provenance.json``."""
        return self._json(PROVENANCE)

    @cached_property
    def scenario_text(self) -> str:
        """The resolved scenario, TOML."""
        return self._text(SCENARIO)

    @cached_property
    def history(self) -> dict[str, Floats]:
        """``history.csv``: the columns (steps,) by name.  A row that a crash cut short is left."""
        whole, _, _ = self._text(HISTORY).rpartition("\n")
        header, *rows = whole.split("\n")
        names = header.split(",")
        try:
            table = np.array([row.split(",") for row in rows], dtype=np.float64)
            table = table.reshape(len(rows), len(names))
        except ValueError as problem:
            raise ResultsError(
                f"{self.folder / HISTORY} is damaged: {problem}. {ANEW} [E461]"
            ) from problem
        return {
            renamed.HISTORY.get(name, name): table[:, column] for column, name in enumerate(names)
        }

    @cached_property
    def _recorded(self) -> list[tuple[float, str]]:
        # The series that is written last: what it lists, the others have too.
        return read_pvd(self.folder / f"{SERIES[-1]}.pvd")

    @property
    def times(self) -> Floats:
        """(r,) times of the recorded states, s."""
        return np.array([time for time, _ in self._recorded])

    @property
    def capacities(self) -> Floats:
        """(r,) charge plated at the recorded states, C/m² of projected area."""
        history = self.history
        return np.interp(self.times, history["time_s"], history["capacity_mAh_cm2"]) * MAH_PER_CM2

    def snapshot(self, index: int) -> Snapshot:
        """The recorded state number ``index``, negative ones from the end."""
        count = len(self._recorded)
        if not -count <= index < count:
            raise ResultsError(
                f"{self.folder} has {count} recorded states, there is no {index} [E462]"
            )
        last = self._recorded[index][1]
        files = {name: last.replace(SERIES[-1], name, 1) for name in SERIES}
        return from_grids({name: read_vtu(self.folder / file) for name, file in files.items()})

    def _text(self, name: str) -> str:
        path = self.folder / name
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError as problem:
            raise ResultsError(
                f"{self.folder} has no {name}: the run has not come so far [E463]"
            ) from problem
        except (OSError, ValueError) as problem:
            raise ResultsError(f"cannot read {path}: {problem} [E464]") from problem

    def _json(self, name: str) -> dict[str, Any]:
        try:
            content = json.loads(self._text(name))
        except ValueError as problem:
            raise ResultsError(
                f"{self.folder / name} is damaged: {problem}. {ANEW} [E465]"
            ) from problem
        if not isinstance(content, dict):
            raise ResultsError(f"{self.folder / name} is damaged: it holds no table. {ANEW} [E466]")
        return content
