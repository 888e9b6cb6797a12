"""Recorded states for other programs: series in time, meshes of single states, a ParaView scene.

    from deposition.export import export

    export("be", "vtkhdf")                    # the whole run, three files below results/be/export
    export("be", "msh", frames="0,-1")        # the first and the last state

What each format holds stands in ``formats.FORMATS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deposition.common.errors import ExportError
from deposition.common.suggest import did_you_mean, listing
from deposition.export.files import replaced_together
from deposition.export.formats import Format, find_format
from deposition.export.recorded import RecordedSeries
from deposition.results.arrays import SERIES
from deposition.results.result import DEFAULT_PARENT, Result

FOLDER = "export"
"""Where exports go, below the results folder."""

__all__ = ["export"]


def export(
    result: Result | Path | str,
    format: str,
    *,
    output: Path | None = None,
    series: Sequence[str] | None = None,
    frames: str | None = None,
    parent: Path = DEFAULT_PARENT,
) -> list[Path]:
    """Write recorded states in another format; returns the files, in the order of the series.

    result  a result, its folder, or the name of one below ``parent``
    format  a name of ``formats.FORMATS``
    output  folder for the files (``export`` in the results folder)
    series  of "electrolyte", "surface", "bodies"; by default all that the format can hold
    frames  which states, see ``frames.chosen``; by default all for a series in time, else the last

    Numbers are those recorded, to the last digit; points are in µm, times in s.  Raises ExportError
    if the format or a series is not known, the format cannot hold what was asked for, or a file
    cannot be written (then none is), and ResultsError if there is no such result.
    """
    opened = result if isinstance(result, Result) else Result.open(result, parent)
    kind = find_format(format)
    target = opened.folder / FOLDER if output is None else output
    recorded = [RecordedSeries.open(opened.folder, name) for name in _named(series)]
    fitting = _fitting(kind, recorded, asked=series is not None)
    with replaced_together(target) as aside:
        kind.write(aside, fitting, frames)
    return aside.files


def _named(series: Sequence[str] | None) -> Sequence[str]:
    """The names asked for, each known."""
    for name in series or ():
        if name not in SERIES:
            raise ExportError(
                f'there is no series "{name}".{did_you_mean(name, SERIES)} '
                f"There are {listing(SERIES)}."
                " [E700]"
            )
    return tuple(dict.fromkeys(series)) if series else SERIES


def _fitting(kind: Format, recorded: list[RecordedSeries], asked: bool) -> list[RecordedSeries]:
    """The series that the format can hold; all of them must when they were asked for by name."""
    refused = {one.name: reason for one in recorded if (reason := kind.refuses(one))}
    if refused and (asked or len(refused) == len(recorded)):
        lines = [f"{kind.name} cannot hold {name}: {why} [E710]" for name, why in refused.items()]
        raise ExportError("\n".join(lines))
    return [one for one in recorded if one.name not in refused]
