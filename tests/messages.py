"""Every message that the program can end with, read from its code, and which of them came up.

``docs/messages.md`` is written from this list (``python tests/messages.py``).  While the tests run,
Python reports each exception that is raised (``sys.monitoring``, Python 3.12 and later), also in
the processes that tests start; after all quick tests a message that never came up is a failure.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

PACKAGE = Path(__file__).resolve().parents[1] / "deposition"
PAGE = PACKAGE.parent / "docs" / "messages.md"
RECORD = "DEPOSITION_MESSAGES_RAISED"
"""Environment variable: the file that raised messages are written to."""

SEEN = sys.version_info >= (3, 12)
"""Whether this Python can tell what is raised."""

KINDS = {
    "ScenarioError": "Scenario",
    "ValueError": "Value in a scenario",
    "LibraryError": "Library",
    "GeometryError": "Geometry",
    "SolveError": "Transport",
    "Depleted": "Depletion",
    "InterfaceError": "Moving interface",
    "StepTooLong": "Moving interface",
    "ShortCircuit": "Short circuit",
    "StageFailed": "Stages of a protocol",
    "ResultsError": "Results",
    "CheckpointError": "Checkpoints",
    "ExportError": "Export",
    "SweepError": "Sweep",
    "VerificationError": "Verification",
    "KeyboardInterrupt": "Ctrl-C",
    "Stopped": "Ctrl-C",
    "DepositionError": "Several at once",
}
"""Heading of each kind of error; a ValueError becomes a line of a ScenarioError."""

DEPLETED = (
    "the current is above what the electrolyte can carry: the salt is used up at (…) µm at … s "
    "(concentration falls to … mol/m³). Lower the current or voltage, or take a shorter gap, more "
    "salt, an electrolyte of higher transference number or diffusivity, or a more open separator. "
    "It was in stage …, at … mAh/cm²; Sand's time of … mA/cm² is … s."
)
FORMATTED = (ast.JoinedStr, ast.Constant, ast.BinOp)
VARIES = "…"


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
    return message.kind != "ValueError" or message.file.startswith(("scenario/", "common/units"))


def _in_file(path: Path) -> Iterator[Message]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words = Words(tree)
    place = str(path.relative_to(PACKAGE))
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            kind = _kind(node.exc.func)
            if kind in KINDS:
                text = DEPLETED if kind == "Depleted" else words.said(node)
                yield Message(kind, text, place, node.lineno, node.end_lineno or node.lineno)


def _kind(raised: ast.expr) -> str:
    """Name of the class; ``raise type(error)(…)`` is a failed step, of the solver or the front."""
    return "InterfaceError" if isinstance(raised, ast.Call) else _name(raised)


def _name(function: ast.expr) -> str:
    """Name of a function or a method."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


class Words:
    """What the functions of a file say, and what stands in their variables."""

    def __init__(self, tree: ast.Module) -> None:
        self._said_by: dict[str, str] = {}
        self._around: dict[ast.Raise, dict[str, ast.expr]] = {}
        self._constants = {
            _name(n.targets[0]): str(n.value.value)
            for n in tree.body
            if isinstance(n, ast.Assign) and isinstance(n.value, ast.Constant)
        }
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                self._read(function)

    def _read(self, function: ast.FunctionDef) -> None:
        inside = list(ast.walk(function))
        values = [n.value for n in inside if isinstance(n, ast.Return | ast.Yield)]
        if all(_is_text(value) for value in values):
            said = _either([self.template(value) for value in values if value])
            self._said_by.update({function.name: said} if said else {})
        variables = {_name(n.targets[0]): n.value for n in inside if isinstance(n, ast.Assign)}
        self._around.update({n: variables for n in inside if isinstance(n, ast.Raise)})

    def said(self, node: ast.Raise) -> str:
        """The message of a raised exception, with … for what varies."""
        assert isinstance(node.exc, ast.Call)
        texts = [self._found(value, self._around.get(node, {})) for value in node.exc.args[:1]]
        return re.sub("…[… ]*…", "…", _either(texts)) or VARIES

    def _found(self, node: ast.AST, variables: Mapping[str, ast.expr]) -> str:
        """All texts in an expression, the values of its variables, and what it calls."""
        if _is_text(node) or (isinstance(node, ast.Call) and _name(node.func) in self._said_by):
            return self.template(node)
        if isinstance(node, ast.Name):
            inner = {name: value for name, value in variables.items() if name != node.id}
            return self._found(variables[node.id], inner) if node.id in variables else ""
        return _either([self._found(part, variables) for part in self._parts(node)])

    def _parts(self, node: ast.AST) -> Iterable[ast.AST]:
        """Where in an expression texts may stand."""
        if isinstance(node, ast.IfExp):
            return [node.body, node.orelse]
        if not isinstance(node, ast.Call):
            return ast.iter_child_nodes(node)
        if _name(node.func) == "join":
            return node.args  # what stands between the parts is no text of its own
        return [node.func.value] if isinstance(node.func, ast.Attribute) else []

    def template(self, node: ast.AST) -> str:
        """A text as it is written, with … for what varies."""
        if isinstance(node, ast.Constant):
            return str(node.value)
        if isinstance(node, ast.JoinedStr):
            return "".join(self.template(part) for part in node.values)
        if isinstance(node, ast.BinOp):
            return self.template(node.left) + self.template(node.right)
        if isinstance(node, ast.FormattedValue):
            return self._varying(node.value)
        return self._said_by.get(_name(node.func), VARIES) if isinstance(node, ast.Call) else VARIES

    def _varying(self, node: ast.expr) -> str:
        """What stands between braces: one of two texts, what a function says, or anything."""
        if isinstance(node, ast.IfExp) and isinstance(node.body, ast.Constant):
            return _either([self.template(node.body), self.template(node.orelse)])
        if isinstance(node, ast.Name):
            return self._constants.get(node.id, VARIES)
        return self.template(node) if isinstance(node, ast.Call) else VARIES


def _is_text(node: ast.AST | None) -> bool:
    """Whether a text is put together here."""
    return isinstance(node, FORMATTED) and isinstance(getattr(node, "value", ""), str)


def _either(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(text for text in texts if re.search("[a-z]{2}", text)))


# --- which of them came up --------------------------------------------------------------------


def watch(record: Path) -> None:
    """Write every line of the package that raises to ``record``, once a process."""
    if sys.version_info < (3, 12):  # SEEN, in words that mypy understands
        return
    monitoring = sys.monitoring
    seen: set[tuple[str, int]] = set()
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
        if not re.search("[a-z]{3}", message.text):
            continue  # the words of another message of the list, or of a library, passed on
        if KINDS[message.kind] != heading:
            heading = KINDS[message.kind]
            lines += [f"\n## {heading}", "", _what(message.kind), ""]
        text = " ".join(message.text.split()).replace("|", "\\|")
        entry = f"- {text}  \n  *{message.file}*"
        if entry not in lines[lines.index(f"\n## {heading}") :]:
            lines.append(entry)
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _what(kind: str) -> str:
    """Cause and remedy of a kind: the docstring of its class."""
    from deposition.common import errors
    from deposition.interface import volume_balance as closure
    from deposition.transport import physics as transport

    for home in (errors, transport, closure):
        if hasattr(home, kind):
            return " ".join((getattr(home, kind).__doc__ or "").split())
    return SPOKEN[kind]


SPOKEN = {
    "ValueError": (
        "A value cannot be what it is meant for. The line begins with file, key and value. Besides "
        "these: is not a known key; is missing; must be text, a number, true or false, a table, or "
        "one of the words that follow; must be greater or less than a number."
    ),
    "KeyboardInterrupt": (
        "Asked to stop. The step is finished first; a second Ctrl-C stops at once."
    ),
}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
