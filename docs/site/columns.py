"""Docstrings of the package in Markdown: their columns "name    meaning" become lists."""

from __future__ import annotations

import re
from typing import Any

import griffe

ROW = re.compile(r"^([\w`*][^\n]*?)(?:: | {2,})(\S.*)$")
NAMES = re.compile(r"^[`\w]+(?:, [`\w]+)*$")


class Columns(griffe.Extension):
    """Rewrite each docstring once, when its object has been read."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """``obj`` is a module, class, function or attribute."""
        if obj.docstring is not None:
            obj.docstring.value = in_markdown(obj.docstring.value)


def in_markdown(docstring: str) -> str:
    """A docstring with its columns as a list; a row goes on in the indented lines below it."""
    lines: list[str] = []
    listed = False
    for line in docstring.splitlines():
        row = ROW.match(line)
        if row and NAMES.match(row[1]) and "  " in line[: row.start(2)]:
            if not listed and lines and lines[-1]:
                lines.append("")
            lines.append(f"- `{row[1].strip('`')}`: {row[2]}")
            listed = True
        elif listed and line.startswith("  ") and line.strip():
            lines.append(f"  {line.strip()}")
        else:
            if listed and line.strip():
                lines.append("")
            listed = False
            lines.append(line)
    return "\n".join(lines)
