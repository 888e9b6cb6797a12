"""References that sources name, as BibTeX."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from deposition.library.load import FOLDER

FILE = "references.toml"


@dataclass(frozen=True)
class Reference:
    """One reference.

    key       of BibTeX
    kind      article, book or misc
    cited_as  texts by which sources name it
    fields    of BibTeX, in their order
    """

    key: str
    kind: str
    cited_as: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    @property
    def bibtex(self) -> str:
        """The entry of a .bib file."""
        lines = (f"  {name} = {{{text}}}," for name, text in self.fields)
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}"])


@cache
def references() -> tuple[Reference, ...]:
    """All references of the library."""
    tables = tomllib.loads((FOLDER / FILE).read_text(encoding="utf-8"))
    own = ("type", "cited_as")
    return tuple(
        Reference(
            key,
            table["type"],
            tuple(table["cited_as"]),
            tuple((name, str(value)) for name, value in table.items() if name not in own),
        )
        for key, table in tables.items()
    )


def cited_in(texts: Iterable[str]) -> list[Reference]:
    """The references that texts name, in the order of the library."""
    joined = "\n".join(texts)
    return [one for one in references() if any(name in joined for name in one.cited_as)]
