"""Tokeniser of Gmsh scripts, with the rules of Gmsh's own scanner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<comment> /\*.*?\*/ | //[^\n]* )
    | (?P<string>  "[^"]*" | '[^']*' )
    | (?P<word>    [A-Za-z_][A-Za-z_0-9]* )
    | (?P<number>  (?: [0-9]+\.?[0-9]* | \.[0-9]+ ) (?: [Ee][-+]?[0-9]+ )? )
    | (?P<mark>    \S )
    """,
    re.VERBOSE | re.DOTALL,
)
"""As in Gmsh's scanner comments do not nest, and a backslash does not escape."""


@dataclass(frozen=True)
class Token:
    """A token of a script.

    kind   comment, string, word, number or mark
    text   source text; a string without its quotes
    line   line of its first character, from 1
    lines  number of line breaks in it
    """

    kind: str
    text: str
    line: int
    lines: int


def tokens(text: str) -> Iterator[Token]:
    """Tokens of a script, comments included."""
    line, seen = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        kind, found = str(match.lastgroup), match.group()
        body = found[1:-1] if kind == "string" else found
        yield Token(kind, body, line, found.count("\n"))
