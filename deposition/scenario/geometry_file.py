"""Path of the geometry of a scenario: in the folder of the scenario file, or shipped."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationInfo

from deposition.common import package_data as shipped
from deposition.common.suggest import did_you_mean, listing


def find_geometry(value: object, info: ValidationInfo) -> Path:
    """Absolute path of the file; relative names are resolved in ``folder`` of the context."""
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
        f"there is no such file in {beside.parent} or among the shipped ones."
        f"{did_you_mean(value, [*near, *known])} Shipped: {listing(known)}."
        " [E209]"
    )


def find_outline(value: object, info: ValidationInfo) -> Path:
    """Absolute path of an outline; relative names are resolved beside the file that states it."""
    folder_of = (info.context or {}).get("folder_of")
    folder = folder_of(("geometry", "outline")) if folder_of else "."
    path = (Path(folder) / value).resolve() if isinstance(value, str) and value else None
    if path is None or not path.is_file():
        raise ValueError(
            f"there is no such file in {Path(folder).resolve()}. State a CSV file of x and y in "
            "µm, or an image [E976]"
        )
    return path


def portable(path: Path) -> str:
    """Name of a shipped geometry; absolute path of any other."""
    return path.name if shipped.geometries().get(path.name) == path else str(path)
