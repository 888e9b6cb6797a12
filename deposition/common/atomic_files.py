"""Atomic writing of files: into a temporary file first, which is then renamed."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from deposition.common.errors import ResultsError


def write_bytes(path: Path, content: bytes) -> None:
    """Write ``content`` into ``path`` atomically.

    A crash leaves either the old file or the new one.  ResultsError if the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as problem:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        reason = problem.strerror or str(problem)
        raise ResultsError(
            f"cannot write {path}: {reason}. Free space there or choose another folder. [E001]"
        ) from problem


def write_text(path: Path, text: str) -> None:
    """``write_bytes`` for text (UTF-8)."""
    write_bytes(path, text.encode())


def write_json(path: Path, content: dict[str, Any]) -> None:
    """``write_bytes`` for a dictionary as JSON; numbers that are not finite become null."""
    text = json.dumps(_finite(content), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n")


def _finite(value: Any) -> Any:
    """The same value with None for NaN and infinity, which JSON does not have."""
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not (abs(value) < float("inf")):
        return None
    return value
