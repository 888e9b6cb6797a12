"""Selection of recorded states: ``all``, ``first``, ``last``, ``0,3,-1``, ``0:10:2``."""

from __future__ import annotations

import re

from deposition.common.errors import ExportError

_WORDS = {"all": ":", "first": "0", "last": "-1"}
_PART = re.compile(r"(-?\d+)|(-?\d*):(-?\d*)(?::(-?\d+))?")


def chosen(text: str, count: int) -> list[int]:
    """Indices of the selected states out of ``count``, in rising order, without duplicates.

    text: parts separated by commas, each a word, an index (negative from the end) or a range
    ``start:stop:step`` as in Python.  Raises ExportError for another form, for an index out of
    range, and if no state is selected.
    """
    indices: set[int] = set()
    for part in text.split(","):
        indices |= _indices(part.strip(), count)
    if not indices:
        raise ExportError(
            f"snapshots {text!r} selects none of the {count} recorded states. "
            "Choose other indices, or all."
            " [E706]"
        )
    return sorted(indices)


def _indices(part: str, count: int) -> set[int]:
    matched = _PART.fullmatch(_WORDS.get(part, part))
    if matched is None:
        raise ExportError(
            f"snapshots {part!r} is not a selection of states. Use all, first, last, indices "
            'such as "0,3,-1", or a range such as "0:10:2".'
            " [E707]"
        )
    if matched[1] is None:
        start, stop, step = (int(bound) if bound else None for bound in matched.groups()[1:])
        if step == 0:
            raise ExportError(
                f"snapshots {part!r}: the step of the range is 0. Use a step of 1 or more. [E708]"
            )
        return set(range(count)[slice(start, stop, step)])
    index = int(matched[1])
    if not -count <= index < count:
        raise ExportError(
            f"snapshots {part!r}: there are {count} recorded states. "
            f"Use 0 to {count - 1}, or -{count} to -1 from the end."
            " [E709]"
        )
    return {index % count}
