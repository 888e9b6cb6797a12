"""Paths of the scenarios and geometries that come with the package.

In a clone they are at the top of the project; installed, inside the package.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


@cache
def folder(name: str) -> Path:
    """The folder of this name (``scenarios``, ``geometries``) in the package or in the clone."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def scenarios() -> dict[str, Path]:
    """Name and file of every shipped scenario, in alphabetical order."""
    return {path.stem: path for path in _sorted("scenarios", "*.toml")}


def geometries() -> dict[str, Path]:
    """File name and file of every shipped geometry, in alphabetical order."""
    return {path.name: path for path in _sorted("geometries", "*.geo")}


def _sorted(name: str, pattern: str) -> list[Path]:
    return sorted(folder(name).glob(pattern), key=lambda path: path.stem)
