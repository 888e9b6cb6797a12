"""Embedding of binary content in an HTML page."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

MIME = {".png": "image/png", ".svg": "image/svg+xml"}


class Drawn(Protocol):
    """Function that draws a picture into a file, in the format of its suffix."""

    def __call__(self, path: Path, /) -> object: ...


def base64(content: bytes) -> str:
    """Base64 text of bytes."""
    return b64encode(content).decode("ascii")


def picture(draw: Drawn, suffix: str) -> str:
    """Data URL of the picture that ``draw`` writes into a file with this suffix."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"picture{suffix}"
        draw(file)
        return f"data:{MIME[suffix]};base64,{base64(file.read_bytes())}"
