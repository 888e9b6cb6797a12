"""Which of the recorded states are meant: ``all``, ``first``, ``last``, ``0,3,-1``, ``0:10:2``."""

from __future__ import annotations

import re

from deposition.common.errors import ExportError

_WORDS = {"all": ":", "first": "0", "last": "-1"}
_PART = re.compile(r"(-?\d+)|(-?\d*):(-?\d*)(?::(-?\d+))?")


def chosen(text: str, count: int) -> list[int]:
    """Indices of the states that ``text`` names, in rising order, each once.

    Parts are separated by commas: a word, a number (from the end when negative), or
    ``start:stop:step`` as in Python.  Raises ExportError for anything else, for a number that
    ``count`` states do not have, and when nothing is left.
    """
    indices: set[int] = set()
    for part in text.split(","):
        indices |= _indices(part.strip(), count)
    if not indices:
        raise ExportError(f"frames {text!r}: none of the {count} recorded states is meant [E706]")
    return sorted(indices)


def _indices(part: str, count: int) -> set[int]:
    matched = _PART.fullmatch(_WORDS.get(part, part))
    if matched is None:
        raise ExportError(
            f'frames {part!r}: must be all, first, last, numbers such as "0,3,-1", or a range such '
            'as "0:10:2"'
            " [E707]"
        )
    if matched[1] is None:
        start, stop, step = (int(bound) if bound else None for bound in matched.groups()[1:])
        if step == 0:
            raise ExportError(f"frames {part!r}: the step of a range must not be 0 [E708]")
        return set(range(count)[slice(start, stop, step)])
    index = int(matched[1])
    if not -count <= index < count:
        raise ExportError(
            f"frames {part!r}: there are {count} recorded states, 0 to {count - 1} or -{count} to "
            "-1 from the end"
            " [E709]"
        )
    return {index % count}
