"""A checkpoint: all that a run needs to continue, in one file.

A checkpoint is a NumPy archive (.npz): arrays by dotted name, and under ``meta`` all else as JSON.
Each member carries a checksum, so that a damaged file is noticed.  The last two checkpoints of a
run are kept; the older one is used where the newer is damaged.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

from deposition.common.atomic_files import write_bytes
from deposition.common.errors import CheckpointError
from deposition.common.provenance import program_version
from deposition.common.suggest import listing
from deposition.simulation.checkpoint_formats import FORMAT, READABLE, in_present_format
from deposition.simulation.initial import Start
from deposition.simulation.run_state import RunState

NEWEST = "checkpoint.npz"
PREVIOUS = "checkpoint-previous.npz"
Thing = TypeVar("Thing")


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The content of a checkpoint.

    scenario     resolved text, TOML
    start        initial cell and film: stationary film refers to it
    run_state    where the run stands
    is_snapshot  whether the state of this step has been recorded
    wall_s       wall time so far, s
    """

    scenario: str
    start: Start
    run_state: RunState
    is_snapshot: bool
    wall_s: float


def save(checkpoint: Checkpoint, folder: Path) -> None:
    """Write the newest checkpoint; what was the newest becomes the previous one.

    A crash at any time leaves at least one whole.  ResultsError if it cannot be written.
    """
    stream = io.BytesIO()
    meta: dict[str, Any] = {"format": FORMAT, "version": program_version()}
    arrays: dict[str, Any] = {}
    _take_apart(checkpoint, "", arrays, meta)
    np.savez(stream, meta=np.array(json.dumps(meta)), **arrays)
    newest = folder / NEWEST
    if newest.exists():
        os.replace(newest, folder / PREVIOUS)
    write_bytes(newest, stream.getvalue())


def load(path: Path) -> Checkpoint:
    """Read one checkpoint of this format or an earlier one that is known.

    CheckpointError if it is damaged or of another format.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            data = {name: archive[name] for name in archive.files}
        meta = json.loads(str(data.pop("meta")))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as why:
        raise CheckpointError(f"{path} is damaged ({why}) [E420]") from why
    number = meta.pop("format")
    if number not in READABLE:
        raise CheckpointError(
            f"{path} was written by version {meta['version']} in checkpoint format {number}; "
            f"version {program_version()} reads formats {listing(map(str, READABLE))}. Resume the "
            "run with the version that wrote it, or run the scenario anew."
            " [E421]"
        )
    arrays, others = in_present_format(data, number), in_present_format(meta, number)
    return _put_together(Checkpoint, "", arrays, others)


def newest(folder: Path) -> Checkpoint:
    """The last checkpoint in a results folder that can be read.

    Raises CheckpointError if there is none, saying what is wrong with each.
    """
    wrong = []
    for name in (NEWEST, PREVIOUS):
        if (folder / name).exists():
            try:
                return load(folder / name)
            except CheckpointError as error:
                wrong.append(str(error))
    if not wrong:
        raise CheckpointError(
            f"{folder} has no checkpoint: the run was stopped before its first one, or completed "
            "by a version before 0.2. Run it anew with --overwrite"
            " [E422]"
        )
    raise CheckpointError("; ".join(wrong))


def save_final(checkpoint: Checkpoint, folder: Path) -> None:
    """Write the checkpoint of a run that is complete, from which it can be extended, as the only
    one."""
    save(checkpoint, folder)
    (folder / PREVIOUS).unlink(missing_ok=True)


def _take_apart(thing: Any, prefix: str, arrays: dict[str, Any], meta: dict[str, Any]) -> None:
    """Arrays of a dataclass of dataclasses into ``arrays``, all else into ``meta``."""
    for field in fields(thing):
        name, value = prefix + field.name, getattr(thing, field.name)
        if is_dataclass(value):
            _take_apart(value, f"{name}.", arrays, meta)
        elif isinstance(value, np.ndarray):
            arrays[name] = value
        else:
            meta[name] = value


def _put_together(
    kind: type[Thing], prefix: str, arrays: Mapping[str, Any], meta: Mapping[str, Any]
) -> Thing:
    """The inverse of ``_take_apart``: an instance of the dataclass ``kind``."""
    values: dict[str, Any] = {}
    optional = {
        f.name
        for f in fields(kind)  # type: ignore[arg-type]
        if f.default is not MISSING or f.default_factory is not MISSING
    }
    for name, hint in get_type_hints(kind).items():
        full = prefix + name
        if is_dataclass(hint) and isinstance(hint, type):
            values[name] = _put_together(hint, f"{full}.", arrays, meta)
        elif full in arrays:
            values[name] = arrays[full]
        elif name not in optional or full in meta:  # else written before the field was there
            values[name] = _as(hint, meta[full])
    return kind(**values)


def _as(hint: Any, value: Any) -> Any:
    """JSON has lists only; a field that is a tuple gets one."""
    return tuple(value) if get_origin(hint) is tuple and get_args(hint) else value
