"""Gmsh scripts cut into words, strings, numbers and marks, as Gmsh itself cuts them."""

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
"""After the rules of Gmsh's scanner: comments do not nest, and a backslash escapes nothing."""


@dataclass(frozen=True)
class Token:
    """kind is comment, string, word, number or mark; a string stands without its quotes."""

    kind: str
    text: str
    line: int
    lines: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a script, comments included, with the line (from 1) where each begins."""
    line, seen = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        kind, found = str(match.lastgroup), match.group()
        body = found[1:-1] if kind == "string" else found
        yield Token(kind, body, line, found.count("\n"))
