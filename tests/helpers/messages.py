"""Every message that the program can end with, and which of them the tests have provoked.

A message carries a code such as ``[E012]``, at its end.  ``docs/messages.md`` is written from the
code (``python tests/helpers/messages.py``).  While the tests run, codes are collected from each
error that is made and from what commands print; after all quick tests a code that never came up is
a failure.
"""

from __future__ import annotations

import ast
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "deposition"
PAGE = PACKAGE.parent / "docs" / "messages.md"
RECORD = "DEPOSITION_MESSAGE_CODES"
"""Environment variable: the file that codes are written to."""

CODE = re.compile(r"\[(E\d{3})\]")

ROOMS = {
    "common": "Values, units and files",
    "library": "Library",
    "laws": "Laws and reactions",
    "geometry": "Geometry",
    "scenario": "Scenario",
    "sei": "SEI",
    "transport": "Transport",
    "mesh": "Mesh",
    "interface": "Moving interface",
    "protocol": "Protocol",
    "simulation": "Time loop and checkpoints",
    "results": "Results",
    "runs": "Runs",
    "recorders": "Files of a run",
    "render": "Pictures",
    "impedance": "Impedance",
    "comparison": "Comparison and report",
    "export": "Export",
    "sweeps": "Sweep",
    "convergence": "Error bars",
    "verification": "Verification",
    "view": "Viewer",
    "cli": "Command line",
}
"""Heading of the messages of each room."""


@dataclass(frozen=True, order=True)
class Message:
    """code; text, with … for what varies; file in the package."""

    code: str
    text: str
    file: str


def messages() -> list[Message]:
    """All of them, in the order of their codes."""
    return sorted(m for path in sorted(PACKAGE.rglob("*.py")) for m in _in_file(path))


def _in_file(path: Path) -> Iterator[Message]:
    inside: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
        if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in inside:
            text = _template(node)
            for code in CODE.findall(text):
                told = " ".join(CODE.sub("", text).split())
                yield Message(code, told, str(path.relative_to(PACKAGE)))


def _template(node: ast.AST) -> str:
    """A text as it is written, with … for what varies."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return re.sub("…[… ]*…", "…", "".join(map(_template, node.values)))
    return "…"


def used_twice() -> list[str]:
    """Codes that stand for more than one message."""
    return [code for code, count in Counter(m.code for m in messages()).items() if count > 1]


# --- which of them came up ------------------------------------------------------------------------

_seen: set[str] = set()


def note(text: str) -> str:
    """Record the codes in a text; returns it."""
    new = set(CODE.findall(text)) - _seen
    if new and RECORD in os.environ:
        _seen.update(new)
        with open(os.environ[RECORD], "a", encoding="utf-8") as file:
            file.write("".join(f"{code}\n" for code in sorted(new)))
    return text


def watch() -> None:
    """Record the codes of all errors of the program that are made in this process or expected by a
    test, and of all that a command prints."""
    import typer

    from deposition.common.errors import DepositionError
    from deposition.common.stop_signal import Stopped

    for kind in (DepositionError, Stopped):
        kind.__init__ = _noting(kind.__init__)  # type: ignore[method-assign]
    typer.echo = _noting(typer.echo)
    leave = pytest.RaisesExc.__exit__
    pytest.RaisesExc.__exit__ = lambda self, *error: (note(str(error[1])), leave(self, *error))[1]  # type: ignore[method-assign]


def _noting(function: Callable[..., None]) -> Callable[..., None]:
    def noted(*args: Any, **settings: Any) -> None:
        for text in args:
            if isinstance(text, str):
                note(text)
        function(*args, **settings)

    return noted


def missing() -> list[Message]:
    """Messages that did not come up."""
    record = Path(os.environ[RECORD])
    seen = set(record.read_text(encoding="utf-8").split()) if record.is_file() else set()
    return [message for message in messages() if message.code not in seen]


# --- the page -------------------------------------------------------------------------------------

INTRODUCTION = """# Messages

*Commands: `deposition …` if installed with pip; in a clone of the source `./fenicsx deposition …`.*

Every message with which the program refuses or ends something, by its code; … stands for what
varies. Each says what is wrong, where, and what to do; a message about a scenario also names file,
key and value. The exit code is then 1, 2 for a command that was not understood, 130 after Ctrl-C.
This list is made from the code, and each message is provoked by a test.
"""


def page() -> str:
    """``docs/messages.md``."""
    lines = [INTRODUCTION]
    found = messages()
    for room, heading in ROOMS.items():
        own = [m for m in found if m.file.partition("/")[0] == room]
        if own:
            lines += [f"## {heading}", "", "| code | message | file |", "|---|---|---|"]
            lines += [f"| {m.code} | {_cell(m.text)} | `{m.file}` |" for m in own] + [""]
    return "\n".join(lines).rstrip() + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
