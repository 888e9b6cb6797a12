"""Export of recorded states: time series, meshes of single states, a ParaView scene.

    from deposition.export import export

    export("be", "vtkhdf")                    # the whole run, three files below results/be/export
    export("be", "msh", snapshots="0,-1")     # the first and the last state

``formats.FORMATS`` has all formats.
"""

from __future__ import annotations

import warnings
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
"""Default folder of the files, below the results folder."""

__all__ = ["export"]


def export(
    result: Result | Path | str,
    format: str,
    *,
    output: str | Path | None = None,
    series: Sequence[str] | None = None,
    snapshots: str | None = None,
    frames: str | None = None,
    parent: str | Path = DEFAULT_PARENT,
) -> list[Path]:
    """Write recorded states in another format; return the files in the order of the series.

    result     a result, its folder, or its name below ``parent``
    format     name in ``formats.FORMATS``
    output     folder of the files; default ``export`` in the results folder
    series     names out of "electrolyte", "surface", "bodies"; default all that the format can hold
    snapshots  indices of the states, see ``snapshots.chosen``; default all for a time series, else
               the last
    frames     former name of ``snapshots``, until version 0.3; gives a FutureWarning

    Values are those recorded, to the last digit; points in µm, times in s.  Either all files are
    written or none.  Raises ExportError if the format or a series is unknown, the format cannot
    hold a series, or a file cannot be written; ResultsError if there is no such result.

    >>> export("c-i-be-ln", "vtkhdf", series=["surface"])[0].name
    'surface.vtkhdf'
    """
    if frames is not None:
        warnings.warn(
            "frames is now called snapshots; the old name works until version 0.3",
            FutureWarning,
            stacklevel=2,
        )
        snapshots = frames if snapshots is None else snapshots
    opened = result if isinstance(result, Result) else Result.open(result, parent)
    kind = find_format(format)
    target = opened.folder / FOLDER if output is None else Path(output)
    recorded = [RecordedSeries.open(opened.folder, name) for name in _named(series)]
    fitting = _fitting(kind, recorded, explicit=series is not None)
    with replaced_together(target) as aside:
        kind.write(aside, fitting, snapshots)
    return aside.files


def _named(series: Sequence[str] | None) -> Sequence[str]:
    """The requested names without duplicates, all known; by default all."""
    for name in series or ():
        if name not in SERIES:
            raise ExportError(
                f'there is no series "{name}".{did_you_mean(name, SERIES)} '
                f"Choose from {listing(SERIES)}."
                " [E700]"
            )
    return tuple(dict.fromkeys(series)) if series else SERIES


def _fitting(kind: Format, recorded: list[RecordedSeries], explicit: bool) -> list[RecordedSeries]:
    """The series that the format can hold; ExportError if one of an explicit list is not."""
    refused = {one.name: reason for one in recorded if (reason := kind.refuses(one))}
    if refused and (explicit or len(refused) == len(recorded)):
        lines = [
            f"the format {kind.name} cannot hold the series {name}: {why}. "
            "Choose another format or series. [E710]"
            for name, why in refused.items()
        ]
        raise ExportError("\n".join(lines))
    return [one for one in recorded if one.name not in refused]
