"""Static checks of Gmsh scripts, and the parameters that they declare.

A ``.geo`` script can run shell commands, and so can the options file ``x.geo.opt`` that Gmsh reads
with ``x.geo``.  ``check_script`` rejects both if they contain commands other than geometry.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from deposition.common.errors import GeometryError
from deposition.common.suggest import did_you_mean, listing
from deposition.geometry.tokens import Token, tokens

_RUNS = "runs programs"
_WRITES = "writes files"
_OPENS = "opens another file, which may be a script"
_REFUSED = {
    "systemcall": _RUNS,
    "system": _RUNS,
    "nonblockingsystemcall": _RUNS,
    "onelabrun": _RUNS,
    "externalprocess": _RUNS,
    "solver": "names programs to run",
    "merge": _OPENS,
    "mergewithboundingbox": _OPENS,
    "print": _WRITES,
    "save": _WRITES,
    "createdir": _WRITES,
    "plugin": "reads and writes files",
    "stringtoname": "generates commands from strings",
    "s2n": "generates commands from strings",
    "exit": "ends the program",
}
_PRINTERS = ("printf", "error", "warning")
_JUMPS = ("for", "macro", "function", "call", "include")
"""Commands from which Gmsh returns to the next line, even inside a string or comment."""

_LONGEST_STRING = 1000
"""Gmsh cuts strings at 1023 characters and reads the rest as commands."""


def check_script(file: Path) -> None:
    """Raise GeometryError if a script or a file that it includes does more than define geometry.

    Rejected are commands that run programs, write files, open other files or end the process;
    ``Include`` of a file outside the folder of the script; and layouts in which a comment or string
    could hide a command from this check.
    """
    _check(file, file.resolve().parent, set())
    check_options(file)


def check_options(file: Path) -> None:
    """Apply ``check_script`` to the options ``x.geo.opt`` or ``x.msh.opt`` read with a file."""
    options = file.with_name(file.name + ".opt")
    if options.exists():
        _check(options, file.resolve().parent, set())


def check_parameters(file: Path, values: Mapping[str, float | str]) -> None:
    """Raise GeometryError for an undeclared parameter or one outside its ``Min`` and ``Max``."""
    declared = {parameter.name: parameter for parameter in parameters_of(file)}
    for name, value in values.items():
        if name not in declared:
            raise GeometryError(
                f"geometry.parameters.{name}: {file} declares no parameter of this name. Its "
                f"parameters (DefineConstant) are: {listing(declared) or 'none'}."
                f"{did_you_mean(name, tuple(declared))}"
                " [E137]"
            )
        lowest, highest = declared[name].lowest, declared[name].highest
        if not isinstance(value, str) and not lowest <= value <= highest:
            raise GeometryError(
                f"geometry.parameters.{name} = {value:g} is out of bounds: {file} states "
                f"{_bounds(lowest, highest)}"
                " [E138]"
            )


def _bounds(lowest: float, highest: float) -> str:
    """Finite bounds as in the script: ``Min 0.1, Max 5``."""
    stated = (("Min", lowest), ("Max", highest))
    return ", ".join(f"{word} {bound:g}" for word, bound in stated if math.isfinite(bound))


def check_ending(file: Path) -> None:
    """Raise GeometryError for a last line without a line break that holds several statements.

    Gmsh would read the first of them and silently drop the others.
    """
    last = _read(file).rpartition("\n")[2]
    if sum(token.text == ";" for token in _code(last) if token.kind == "mark") > 1:
        raise GeometryError(
            f"{file}: the last line holds several statements and has no line break at its end, so "
            "that Gmsh would drop all but the first. Add a line break."
            " [E139]"
        )


@dataclass(frozen=True)
class Parameter:
    """Parameter of a script, with its bounds ``Min`` and ``Max`` if stated."""

    name: str
    lowest: float = -math.inf
    highest: float = math.inf


def parameters_of(file: Path, _seen: frozenset[Path] = frozenset()) -> list[Parameter]:
    """Parameters that ``DefineConstant`` declares in a script and in the files that it includes."""
    if not file.is_file() or file.resolve() in _seen:
        return []
    found: list[Parameter] = []
    code = _code(_read(file))
    for i, token in enumerate(code):
        if token.text == "DefineConstant":
            found += _declared(code[i + 1 :])
        elif token.text == "Include" and code[i + 1 : i + 2] and code[i + 1].kind == "string":
            found += parameters_of(file.parent / code[i + 1].text, _seen | {file.resolve()})
    first: dict[str, Parameter] = {}
    for parameter in found:
        first.setdefault(parameter.name, parameter)
    return list(first.values())


def _declared(code: Sequence[Token]) -> list[Parameter]:
    """Parameters at the outer level of ``[ a = 1, b = {2, Min 0, Name "B"}, … ]``."""
    found: list[Parameter] = []
    depth, before = 0, ""
    for i, token in enumerate(code):
        if token.kind == "mark" and token.text in "[{(":
            depth += 1
        elif token.kind == "mark" and token.text in "]})":
            depth -= 1
        elif token.kind == "word" and depth == 1 and before in ("[", ","):
            found.append(Parameter(token.text))
        elif token.kind == "word" and depth == 2 and before == "," and found:
            found[-1] = _bounded(found[-1], token.text, _number(code[i + 1 : i + 4]))
        if depth == 0:
            break
        before = token.text
    return found


def _bounded(parameter: Parameter, word: str, bound: float | None) -> Parameter:
    """Parameter with the bound that follows the word ``Min`` or ``Max``."""
    if word == "Min" and bound is not None:
        return replace(parameter, lowest=bound)
    if word == "Max" and bound is not None:
        return replace(parameter, highest=bound)
    return parameter


def _number(code: Sequence[Token]) -> float | None:
    """Literal number at the start of ``code``, with its sign; None for an expression."""
    negative = bool(code) and code[0].text == "-"
    pair = code[1:3] if negative else code[:2]
    if len(pair) < 2 or pair[0].kind != "number" or pair[1].text not in (",", "}"):
        return None
    return -float(pair[0].text) if negative else float(pair[0].text)


def _check(file: Path, folder: Path, seen: set[Path]) -> None:
    path = file.resolve()
    if path in seen:
        return
    seen.add(path)
    text = _read(file)
    _check_layout(file, text)
    code = _code(text)
    for i, token in enumerate(code):
        if token.kind != "word":
            continue
        word = token.text.casefold()
        if word in _REFUSED:
            _refuse(file, token, f"{token.text} {_REFUSED[word]}")
        if word in _PRINTERS and _is_redirected(code[i + 1 :]):
            _refuse(file, token, f"{token.text} with > {_WRITES}")
        if word == "include":
            _check(_included(file, folder, code[i : i + 2]), folder, seen)


def _included(file: Path, folder: Path, code: Sequence[Token]) -> Path:
    """File of an ``Include``; raises GeometryError if outside the folder of the first script."""
    if len(code) < 2 or code[1].kind != "string":
        _refuse(file, code[0], "Include states no file name in quotes")
    target = file.parent / code[1].text
    if not target.resolve().is_relative_to(folder):
        _refuse(file, code[0], f'Include opens "{code[1].text}", outside the folder of the script')
    if not target.is_file():
        raise GeometryError(
            f'{file}, line {code[0].line}: the included file "{code[1].text}" does not exist [E140]'
        )
    return target


def _is_redirected(code: Sequence[Token]) -> bool:
    """Return True if ``(…)`` at the start of ``code`` is followed by ``>``."""
    depth = 0
    for i, token in enumerate(code):
        if token.kind == "mark" and token.text in "([{":
            depth += 1
        elif token.kind == "mark" and token.text in ")]}":
            depth -= 1
        if depth == 0:
            return i + 1 < len(code) and code[i + 1].text == ">" and code[i + 1].kind == "mark"
    return False


def _check_layout(file: Path, text: str) -> None:
    """Reject text that Gmsh would split into other tokens than ``tokens`` does."""
    everything = list(tokens(text))
    if "\0" in text or "\r" in text.replace("\r\n", "\n"):
        line = text.replace("\r\n", "\n").replace("\r", "\0").split("\0")[0].count("\n") + 1
        _refuse(file, Token("mark", "", line, 0), "it contains a stray control character")
    jumps = {token.line for token in everything if token.text.casefold() in _JUMPS}
    for token in everything:
        if token.kind == "string" and len(token.text) > _LONGEST_STRING:
            _refuse(file, token, f"a string is longer than {_LONGEST_STRING} characters")
        if token.kind == "mark" and token.text in "\"'":
            _refuse(file, token, "a string does not end")
        if token.lines and token.line in jumps and token.kind in ("string", "comment"):
            _refuse(
                file,
                token,
                f"a {token.kind} begins beside For, Macro, Call or Include and "
                "ends on another line",
            )


def _refuse(file: Path, token: Token, reason: str) -> None:
    raise GeometryError(
        f"{file}, line {token.line}: {reason}. Geometry files not shipped with the package may "
        "only define geometry. Remove the command, or use --trust for a script that you know."
        " [E141]"
    )


def _code(text: str) -> list[Token]:
    return [token for token in tokens(text) if token.kind != "comment"]


def _read(file: Path) -> str:
    """Text of a file, decoded byte by byte as Gmsh reads it."""
    try:
        return file.read_bytes().decode("latin-1")
    except OSError as error:
        raise GeometryError(f"{file}: the file cannot be read: {error.strerror} [E142]") from None
