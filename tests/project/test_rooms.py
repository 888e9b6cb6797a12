"""The rooms of the package: each imports only what stands before it, without circles.

Imports inside functions and under TYPE_CHECKING count.
"""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "deposition"

ROOMS = (
    "common", "mesh", "library", "laws", "geometry", "sei", "transport", "interface", "protocol",
    "scenario", "results", "simulation", "analysis", "check", "recorders", "render",
    "impedance", "verification", "runs", "comparison", "export", "sweeps", "convergence", "view",
    "cli",
)  # fmt: skip
"""From bottom to top."""


def imports() -> dict[str, set[str]]:
    """The modules of the package that each of its modules imports."""
    files = {_module(path): path for path in PACKAGE.rglob("*.py")}
    return {module: set(_imported(module, path, files)) for module, path in files.items()}


def _module(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(module: str, path: Path, known: dict[str, Path]) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module} imports relatively"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    found = [_nearest_module(name, known) for name in names]
    return [name for name in found if name not in ("", module)]


def _nearest_module(name: str, known: dict[str, Path]) -> str:
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def _room(module: str) -> str:
    return module.split(".")[1]


def test_no_module_lies_outside_a_room() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert folders == set(ROOMS)
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}


def test_rooms_import_only_what_stands_before_them() -> None:
    upward = [
        f"{module} imports {other}"
        for module, others in imports().items()
        for other in others
        if module.count(".") and module != "deposition.__main__"
        if other == "deposition" or ROOMS.index(_room(other)) > ROOMS.index(_room(module))
    ]
    assert not upward


def test_no_module_imports_itself_through_others() -> None:
    TopologicalSorter(imports()).prepare()  # raises CycleError


def test_a_circle_is_noticed() -> None:
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()
