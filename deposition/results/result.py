"""Results folder of a run: ``ResultsFolder`` creates, locks and fills it, ``Result`` reads it."""

from __future__ import annotations

import fcntl
import json
import os
import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Self

import numpy as np

from deposition.common.atomic_files import write_json, write_text
from deposition.common.constants import MAH_PER_CM2
from deposition.common.errors import ResultsError
from deposition.common.provenance import PROGRAM
from deposition.common.suggest import did_you_mean
from deposition.mesh.cell import Floats
from deposition.mesh.growth_axis import UNDEFINED, UPWARDS, GrowthAxis
from deposition.results import renamed
from deposition.results.arrays import SERIES, from_grids
from deposition.results.pvd import read_pvd
from deposition.results.snapshot import Snapshot
from deposition.results.vtu import read_vtu

DEFAULT_PARENT = Path("results")

SCENARIO = "scenario.toml"
EARLIER_SCENARIO = "scenario-until-step-{step}.toml"
PROVENANCE = "provenance.json"
SUMMARY = "summary.json"
HISTORY = "history.csv"
STEPS = "protocol_steps.csv"
CONTACTS = "contacts.csv"
INVENTORY = "inventory.csv"
ELEMENTS = "elements.csv"
CYCLES = "cycles.csv"
DEAD_LITHIUM = "dead_lithium.csv"
SPECTRA = "impedance"
"""Folder of the spectra of protocol steps."""

LOG = "run.log"
MARKER = ".deposition"
"""Hidden file that marks a results folder; a run holds its lock on it."""

OURS = (
    SCENARIO,
    EARLIER_SCENARIO.format(step="*"),
    PROVENANCE,
    SUMMARY,
    HISTORY,
    STEPS,
    CONTACTS,
    INVENTORY,
    ELEMENTS,
    CYCLES,
    DEAD_LITHIUM,
    f"{SPECTRA}/protocol_step_*.csv",
    f"{SPECTRA}/nyquist.*",
    f"{SPECTRA}/bode.*",
    f"{SPECTRA}/.*.part*",
    renamed.STEP_TABLE,
    LOG,
    *(f"{series}.pvd" for series in SERIES),
    *(f"vtk/{series}_*.vtu" for series in SERIES),
    "initial_surface.vtu",
    "checkpoint.npz",
    "checkpoint-previous.npz",
    "flux_map.*",
    "inventory.png",
    *(f"export/{series}[._]*" for series in SERIES),
    "export/open_in_paraview.py",
    "growth.gif",
    "growth.mp4",
    ".*.part",
    ".*.part.*",
    "vtk/.*.part",
)
"""Patterns of the files that a run, an export or a movie writes; ``--overwrite`` removes them."""


class ResultsFolder:
    """Folder of one run, locked against other runs until it is closed."""

    def __init__(self, path: Path, lock: IO[str]) -> None:
        """Use ``create`` or ``reopen``; ``lock`` is the open, locked marker file."""
        self.path = path
        self._lock = lock

    @classmethod
    def create(cls, path: Path, overwrite: bool = False) -> ResultsFolder:
        """Create the folder, or empty a results folder, and lock it.

        Only files that match ``OURS`` are removed, and none if the folder is refused.  Raises
        ResultsError if the folder holds other files, holds results (unless ``overwrite``), is
        locked by another run, or cannot be written.
        """
        _make_results_folder(path)
        check_free(path, overwrite)
        lock = _locked(path)
        try:
            # Check again under the lock: another run may have ended in between.
            check_free(path, overwrite)
            _clear(path)
        except ResultsError:
            lock.close()
            raise
        return cls(path, lock)

    @classmethod
    def reopen(cls, path: Path) -> ResultsFolder:
        """Lock the folder of a run that is to be resumed; ``stages.csv`` gets its present name.

        Raises ResultsError if another run has locked it, or if it cannot be written.
        """
        lock = _locked(path)
        if (path / renamed.STEP_TABLE).exists():
            os.replace(path / renamed.STEP_TABLE, path / STEPS)
        return cls(path, lock)

    @property
    def history(self) -> Path:
        """Path of ``history.csv``."""
        return self.path / HISTORY

    @property
    def protocol_steps(self) -> Path:
        """Path of ``protocol_steps.csv``."""
        return self.path / STEPS

    @property
    def contacts(self) -> Path:
        """Path of ``contacts.csv``."""
        return self.path / CONTACTS

    @property
    def elements(self) -> Path:
        """Path of ``elements.csv``."""
        return self.path / ELEMENTS

    @property
    def inventory(self) -> Path:
        """Path of ``inventory.csv``."""
        return self.path / INVENTORY

    @property
    def cycles(self) -> Path:
        """Path of ``cycles.csv``."""
        return self.path / CYCLES

    @property
    def dead_lithium(self) -> Path:
        """Path of ``dead_lithium.csv``."""
        return self.path / DEAD_LITHIUM

    @property
    def log(self) -> Path:
        """Path of ``run.log``."""
        return self.path / LOG

    def write_scenario(self, text: str) -> None:
        """Write the resolved scenario (TOML)."""
        write_text(self.path / SCENARIO, text)

    def change_scenario(self, text: str, step: int) -> None:
        """Replace the scenario by another one after ``step``, and keep the earlier one."""
        earlier = self.path / EARLIER_SCENARIO.format(step=step)
        if not earlier.exists():
            write_text(earlier, (self.path / SCENARIO).read_text(encoding="utf-8"))
        self.write_scenario(text)

    def scenario_at(self, step: int, text: str) -> Path | None:
        """File of the scenario with this text: the present one, or the one that was replaced after
        ``step``; None if there is none."""
        files = (self.path / SCENARIO, self.path / EARLIER_SCENARIO.format(step=step))
        texts = (f.read_text(encoding="utf-8") if f.exists() else None for f in files)
        return next((file for file, found in zip(files, texts, strict=True) if found == text), None)

    @property
    def first_scenario(self) -> Path:
        """File of the scenario with which the run began."""
        earlier = self.path.glob(EARLIER_SCENARIO.format(step="*"))
        return min(earlier, key=_last_number, default=self.path / SCENARIO)

    def write_provenance(self, content: Mapping[str, Any]) -> None:
        """Write ``provenance.json``, see ``common.provenance``."""
        write_json(self.path / PROVENANCE, dict(content))

    def write_summary(self, content: Mapping[str, Any]) -> None:
        """Write ``summary.json``, see ``runs.summary``."""
        write_json(self.path / SUMMARY, dict(content))

    def remove_summary(self) -> None:
        """Remove ``summary.json`` when the run is resumed."""
        (self.path / SUMMARY).unlink(missing_ok=True)

    def close(self) -> None:
        """Release the lock."""
        self._lock.close()

    def __enter__(self) -> ResultsFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _last_number(path: Path) -> int:
    return int("0" + path.stem.rpartition("-")[2])


def _make_results_folder(path: Path) -> None:
    """Create the folder and its parents, and check that it can be read."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        # Read it once: a folder without read permission fails with the message below too.
        next(path.iterdir(), None)
    except (FileExistsError, NotADirectoryError) as problem:
        raise ResultsError(
            f"{path} cannot be a results folder: a file exists at this path. "
            "Choose another folder with --output."
            " [E453]"
        ) from problem
    except OSError as problem:
        raise ResultsError(
            f"cannot create the results folder {path}: {problem.strerror}. "
            "Choose a writable folder with --output."
            " [E454]"
        ) from problem


def _locked(path: Path) -> IO[str]:
    """Open the marker file and lock it for this process.

    A file system without locks (NFS without lockd, Lustre without flock, some FUSE mounts) makes
    the run continue unlocked, with a warning: only EWOULDBLOCK means that another run has the lock.
    """
    try:
        lock = open(path / MARKER, "a", encoding="utf-8")  # noqa: SIM115
    except OSError as problem:
        raise ResultsError(
            f"cannot write into the results folder {path}: {problem.strerror}. "
            "Choose a writable folder with --output."
            " [E455]"
        ) from problem
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        lock.close()
        raise ResultsError(
            f"the results folder {path} is locked: another run writes into it. "
            "Wait for that run to end, or choose another folder with --output."
            " [E456]"
        ) from problem
    except OSError as problem:
        warnings.warn(
            f"the file system of {path} has no locks ({problem.strerror}): nothing prevents a "
            "second run from writing there. Start no other run into this folder, or choose a "
            "folder on another file system with --output.",
            RuntimeWarning,
            stacklevel=3,
        )
    return lock


def check_free(path: Path, overwrite: bool) -> None:
    """Check that the contents of ``path`` allow a run to write there; change nothing.

    A folder is free if it does not exist, is empty, or is a results folder without results or with
    ``overwrite``.  Raises ResultsError otherwise.
    """
    if not (os.access(path, os.R_OK | os.X_OK) and path.is_dir()):
        return
    if any(path.iterdir()) and not is_ours(path):
        raise ResultsError(
            f"{path} holds files that are not results of {PROGRAM}; nothing was changed. "
            "Choose another folder with --output."
            " [E457]"
        )
    if written_by_run(path) and not overwrite:
        raise ResultsError(
            f"{path} already holds results; nothing was changed. Replace them with --overwrite, "
            "or choose another folder with --output."
            " [E458]"
        )


def _clear(path: Path) -> None:
    """Remove the files of an earlier run."""
    for file in written_by_run(path):
        try:
            file.unlink()
        except OSError as problem:
            raise ResultsError(
                f"cannot remove {file}: {problem.strerror}. "
                "Allow writing, or choose another folder with --output."
                " [E459]"
            ) from problem


def is_ours(path: Path) -> bool:
    """True if a run of this program has written into the folder."""
    if (path / MARKER).is_file():
        return True
    try:
        content = json.loads((path / PROVENANCE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("program") == PROGRAM


def written_by_run(path: Path) -> list[Path]:
    """Files in the folder that match ``OURS``."""
    return [file for pattern in OURS for file in sorted(path.glob(pattern)) if file.is_file()]


@dataclass(frozen=True)
class Result:
    """A results folder for reading, of version 0.1 too.

    Every property raises ResultsError if its file is missing or damaged.
    """

    folder: Path

    @classmethod
    def open(cls, name_or_folder: str | Path, parent: str | Path = DEFAULT_PARENT) -> Self:
        """Open a results folder, given its path or its name below ``parent``.

        Raises ResultsError, with the nearest name, if there is none.

        >>> Result.open("c-i-be-ln").name
        'c-i-be-ln'
        """
        parent = Path(parent)
        candidates = (Path(name_or_folder), parent / name_or_folder)
        for folder in candidates:
            if folder.is_dir() and is_ours(folder):
                return cls(folder)
        known = sorted(p.name for p in parent.glob("*") if p.is_dir() and is_ours(p))
        found = f"{parent} has {', '.join(known)}." if known else f"{parent} has no results."
        raise ResultsError(
            f'there are no results in "{candidates[0]}" or "{candidates[1]}".'
            f"{did_you_mean(str(name_or_folder), known)} {found} "
            f"Create them with: {PROGRAM} run NAME"
            " [E460]"
        )

    @property
    def name(self) -> str:
        """Name of the scenario; of the folder if the run has not ended."""
        return str(self.summary["scenario"]) if self.ended else self.folder.resolve().name

    @property
    def ended(self) -> bool:
        """True if there is a summary: the run has ended, completed or not."""
        return (self.folder / SUMMARY).is_file()

    @cached_property
    def summary(self) -> dict[str, Any]:
        """``summary.json``, with the present keys."""
        return renamed.with_new_keys(self._json(SUMMARY))

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """``provenance.json``."""
        return self._json(PROVENANCE)

    @cached_property
    def scenario_text(self) -> str:
        """The resolved scenario (TOML), as the run wrote it."""
        return self._text(SCENARIO)

    @property
    def history(self) -> dict[str, Floats]:
        """``history.csv``: columns (steps,) by name; an incomplete last row is left out."""
        return self._history

    @cached_property
    def _history(self) -> dict[str, Floats]:
        whole, _, _ = self._text(HISTORY).rpartition("\n")
        header, *rows = whole.split("\n")
        names = header.split(",")
        try:
            table = np.array([row.split(",") for row in rows], dtype=np.float64)
            table = table.reshape(len(rows), len(names))
        except ValueError as problem:
            raise ResultsError(
                f"{self.folder / HISTORY} is damaged: {problem}. "
                "Restore the file, or run the scenario again with --overwrite."
                " [E461]"
            ) from problem
        return {
            renamed.HISTORY.get(name, name): table[:, column] for column, name in enumerate(names)
        }

    @cached_property
    def _recorded(self) -> list[tuple[float, str]]:
        # The series that is written last: the others have all states that it lists.
        return read_pvd(self.folder / f"{SERIES[-1]}.pvd")

    @property
    def times(self) -> Floats:
        """(r,) times of the recorded states, s."""
        return np.array([time for time, _ in self._recorded])

    @property
    def capacities(self) -> Floats:
        """(r,) net areal charge of the recorded states, C/m² of projected area."""
        history = self._history
        return np.interp(self.times, history["time_s"], history["capacity_mAh_cm2"]) * MAH_PER_CM2

    def snapshot(self, index: int) -> Snapshot:
        """Read the recorded state ``index``, negative from the end, turned so that the growth axis
        is the last coordinate.

        Raises ResultsError if there is no such state or its files cannot be read.

        >>> snapshot = Result.open("c-i-be-ln").snapshot(-1)
        >>> snapshot.electrolyte.concentration.shape == snapshot.electrolyte.points.shape[:1]
        True
        """
        count = len(self._recorded)
        if not -count <= index < count:
            raise ResultsError(
                f"{self.folder} has no recorded state {index}: it has {count}, numbered from 0. "
                "Choose one of them."
                " [E462]"
            )
        last = self._recorded[index][1]
        files = {name: last.replace(SERIES[-1], name, 1) for name in SERIES}
        grids = {name: read_vtu(self.folder / file) for name, file in files.items()}
        recorded = from_grids(grids)
        return replace(recorded, growth=self._growth(recorded.dim)).upright()

    def _growth(self, dim: int) -> GrowthAxis:
        """Growth axis of the run; the last coordinate where it stated none, as earlier versions."""
        try:
            name = tomllib.loads(self.scenario_text)["geometry"]["growth_axis"]
        except (KeyError, TypeError, ValueError, ResultsError):
            return UPWARDS
        return UPWARDS if name in ("", UNDEFINED) else GrowthAxis.parse(name, dim)

    def _text(self, name: str) -> str:
        path = self.folder / name
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError as problem:
            raise ResultsError(
                f"{self.folder} has no {name}: the run has not written it yet, or it was removed. "
                "Wait for the run to end, or continue it with deposition resume."
                " [E463]"
            ) from problem
        except (OSError, ValueError) as problem:
            raise ResultsError(
                f"cannot read {path}: {problem}. "
                "Restore the file, or run the scenario again with --overwrite."
                " [E464]"
            ) from problem

    def _json(self, name: str) -> dict[str, Any]:
        try:
            content = json.loads(self._text(name))
        except ValueError as problem:
            raise ResultsError(
                f"{self.folder / name} is damaged: {problem}. "
                "Restore the file, or run the scenario again with --overwrite."
                " [E465]"
            ) from problem
        if not isinstance(content, dict):
            raise ResultsError(
                f"{self.folder / name} is damaged: it holds no JSON object. "
                "Restore the file, or run the scenario again with --overwrite."
                " [E466]"
            )
        return content
