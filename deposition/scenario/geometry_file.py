"""Where the geometry of a scenario is: beside the scenario file, or shipped."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationInfo

from deposition.common import package_data as shipped
from deposition.common.suggest import did_you_mean, listing


def find_geometry(value: object, info: ValidationInfo) -> Path:
    """The file itself; the context's ``folder`` is where relative names start."""
    if not isinstance(value, str) or not value:
        raise ValueError('must be the name of a geometry file such as "be.geo" [E208]')
    beside = (Path((info.context or {}).get("folder", ".")) / value).resolve()
    if beside.is_file():
        return beside
    known = shipped.geometries()
    if value in known:
        return known[value]
    near = [path.name for path in beside.parent.glob("*") if path.suffix in (".geo", ".msh")]
    raise ValueError(
        f"there is no such file in {beside.parent}, and none is shipped."
        f"{did_you_mean(value, [*near, *known])} Shipped: {listing(known)}."
        " [E209]"
    )


def portable(path: Path) -> str:
    """A shipped geometry by its name, any other by its absolute path."""
    return path.name if shipped.geometries().get(path.name) == path else str(path)
