"""Lines of type that fit a given width: smaller type first, then several lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib import rcParams
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from deposition.render.style import NORMAL, SMALL

LEADING = 1.28
"""Distance of two lines of type over the size of the type."""


def type_width(text: str, size: float = SMALL, weight: str = "normal") -> float:
    """Width of a line of type, pt, plus 5 %, since rasterized type is wider than its outline."""
    families = (*rcParams["font.family"], *rcParams["font.sans-serif"])
    return _type_width(text, size, weight, (*families, rcParams["mathtext.fontset"]))


@lru_cache(maxsize=4096)
def _type_width(text: str, size: float, weight: str, families: tuple[str, ...]) -> float:
    """The same with the fonts of the current style, ``families``: a movie repeats its texts."""
    font = FontProperties(weight=weight, size=size)
    across = np.asarray(TextPath((0, 0), text, prop=font).vertices)
    return 1.05 * float(np.ptp(across[:, 0])) if len(across) else 0.0


def literal(text: str) -> str:
    """Text in which a dollar sign is no formula for matplotlib."""
    return text.replace("$", r"\$")


@dataclass(frozen=True)
class Block:
    """Lines of type of one size (pt), from the top."""

    lines: tuple[str, ...]
    size: float

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    @property
    def height(self) -> float:
        """Height of the block, pt."""
        return LEADING * self.size * len(self.lines)

    @classmethod
    def fitted(cls, text: str, room: float, size: float = NORMAL, weight: str = "normal") -> Block:
        """Text in a width ``room``, pt: in one line, of smaller type down to ``SMALL`` if it must
        be, else in several lines of that size."""
        if not text:
            return cls((), size)
        across = type_width(text, size, weight)
        if across <= room:
            return cls((text,), size)
        if across * SMALL <= room * size:
            return cls((text,), size * room / across)
        return cls(tuple(wrapped(text, room, SMALL, weight)), SMALL)


def wrapped(text: str, room: float, size: float, weight: str = "normal") -> list[str]:
    """Lines of words that are no wider than ``room``, pt; a word that is wider is divided, unless
    it contains a formula."""
    lines: list[str] = []
    for word in _pieces(text.split(), room, size, weight):
        if lines and type_width(f"{lines[-1]} {word}", size, weight) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _pieces(words: Sequence[str], room: float, size: float, weight: str) -> list[str]:
    """Words, those that are wider than the room in pieces."""
    pieces: list[str] = []
    for word in words:
        rest = word
        while "$" not in rest and len(rest) > 1 and type_width(rest, size, weight) > room:
            fits = next(
                (n for n in range(len(rest) - 1, 1, -1)
                 if type_width(rest[:n], size, weight) <= room), 1,
            )  # fmt: skip
            pieces.append(rest[:fits])
            rest = rest[fits:]
        pieces.append(rest)
    return pieces
