"""Every message that the program can end with, read from its code, and which of them came up.

``docs/messages.md`` is written from this list (``python tests/messages.py``).  While the tests run,
Python reports each exception that is raised (``sys.monitoring``, Python 3.12 and later), also in
the processes that tests start; at the end of the whole suite a message that never came up fails it.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

PACKAGE = Path(__file__).resolve().parents[1] / "deposition"
PAGE = PACKAGE.parent / "docs" / "messages.md"
RECORD = "DEPOSITION_MESSAGES_RAISED"
"""Environment variable: the file that raised messages are written to."""

KINDS = {
    "ScenarioError": "Scenario",
    "ValueError": "Value in a scenario",
    "LibraryError": "Library",
    "GeometryError": "Geometry",
    "SolveError": "Transport",
    "Depleted": "Depletion",
    "FrontError": "Moving interface",
    "StepTooLong": "Moving interface",
    "ShortCircuit": "Short circuit",
    "ResultsError": "Results",
    "CheckpointError": "Checkpoints",
    "ExportError": "Export",
    "SweepError": "Sweep",
    "VerificationError": "Verification",
    "KeyboardInterrupt": "Ctrl-C",
    "DepositionError": "Several at once",
}
"""Heading of each kind of error; a ValueError becomes a line of a ScenarioError."""

DEPLETED = (
    "the current is above what the electrolyte can carry: the salt is used up at (…) µm at … s "
    "(concentration falls to … mol/m³). Lower the current density, or take a shorter gap, a higher "
    "concentration or a higher transference number."
)
FORMATTED = (ast.JoinedStr, ast.Constant, ast.BinOp)


@dataclass(frozen=True, order=True)
class Message:
    """kind (class of the error), text with … for what varies, file and lines in the package."""

    kind: str
    text: str
    file: str
    first: int
    last: int


def messages() -> list[Message]:
    """All of them, by kind, file and line."""
    found = [m for path in sorted(PACKAGE.rglob("*.py")) for m in _in_file(path) if _is_shown(m)]
    order = list(KINDS)
    return sorted(found, key=lambda m: (order.index(m.kind), m.file, m.first))


def _is_shown(message: Message) -> bool:
    """A ValueError reaches the user where values of a scenario are read; elsewhere it is caught."""
    return message.kind != "ValueError" or message.file.startswith(("scenario/", "units"))


def _in_file(path: Path) -> Iterator[Message]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = _text_functions(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            # ``raise type(error)(…)``: a failed step, of the solver or of the front.
            kind = _name(node.exc.func) or "FrontError"
            if kind in KINDS:
                text = _said(node.exc, texts)
                place = str(path.relative_to(PACKAGE))
                yield Message(kind, text, place, node.lineno, node.end_lineno or node.lineno)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def _text_functions(tree: ast.Module) -> dict[str, str]:
    """What functions of the file return as a text, and classes pass on as theirs."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            values = [n.value for n in ast.walk(node) if isinstance(n, ast.Return)]
            texts = [_template(value) for value in values if isinstance(value, FORMATTED)]
            if texts:
                found[node.name] = " / ".join(dict.fromkeys(texts))
    return found


def _said(call: ast.Call, texts: dict[str, str]) -> str:
    if _name(call.func) == "Depleted":
        return DEPLETED
    if not call.args:
        return "…"
    first = call.args[0]
    if isinstance(first, FORMATTED):
        return _template(first)
    if isinstance(first, ast.Call) and _called(first) in texts:
        return texts[_called(first)]
    return "…"


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else _name(call.func)


def _template(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_template(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return _template(node.left) + _template(node.right)
    return "…"


# --- which of them came up --------------------------------------------------------------------


def watch(record: Path) -> None:
    """Write every line of the package that raises to ``record``, once a process."""
    if sys.version_info < (3, 12):
        return
    monitoring, seen = sys.monitoring, set()
    inside = str(PACKAGE) + os.sep

    def raised(code: CodeType, offset: int, error: BaseException) -> None:
        if not code.co_filename.startswith(inside):
            return
        line = _line(code, offset)
        place = (code.co_filename, line)
        if place not in seen:
            seen.add(place)
            with open(record, "a", encoding="utf-8") as file:
                file.write(f"{code.co_filename[len(inside) :]}:{line}\n")

    tool = monitoring.PROFILER_ID
    monitoring.use_tool_id(tool, "messages")
    monitoring.register_callback(tool, monitoring.events.RAISE, raised)
    monitoring.set_events(tool, monitoring.events.RAISE)


def _line(code: CodeType, offset: int) -> int:
    positions = list(code.co_positions())
    return positions[offset // 2][0] or code.co_firstlineno


def missing(record: Path) -> list[Message]:
    """Messages that did not come up."""
    lines = record.read_text(encoding="utf-8").splitlines() if record.is_file() else []
    places = {(file, int(line)) for file, _, line in (entry.rpartition(":") for entry in lines)}
    return [
        message
        for message in messages()
        if not any((message.file, n) in places for n in range(message.first, message.last + 1))
    ]


# --- the page ---------------------------------------------------------------------------------

INTRODUCTION = """# Messages

Every message with which the program refuses or ends something, by what it is about; … stands for
what varies. Each says what is wrong, where, and what to do; a message about a scenario also names
file, key and value. The exit code is then 1, 2 for a command that was not understood, 130 after
Ctrl-C. The list is made from the code, and each message is provoked by a test.
"""


def page() -> str:
    """``docs/messages.md``."""
    lines = [INTRODUCTION]
    heading = ""
    for message in messages():
        if not message.text.strip("… "):
            continue  # the words of another message of the list, or of a library, passed on
        if KINDS[message.kind] != heading:
            heading = KINDS[message.kind]
            lines += [f"\n## {heading}", "", _what(message.kind), ""]
        text = " ".join(message.text.split()).replace("|", "\\|")
        lines.append(f"- {text}  \n  *{message.file}*")
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _what(kind: str) -> str:
    """Cause and remedy of a kind: the docstring of its class."""
    from deposition import errors, transport
    from deposition.front import closure

    for home in (errors, transport, closure):
        if hasattr(home, kind):
            return " ".join((getattr(home, kind).__doc__ or "").split())
    return SPOKEN[kind]


SPOKEN = {
    "ValueError": (
        "A value cannot be what it is meant for. The line begins with file, key and value."
    ),
    "KeyboardInterrupt": (
        "Asked to stop. The step is finished first; a second Ctrl-C stops at once."
    ),
}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
