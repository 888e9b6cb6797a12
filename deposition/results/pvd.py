"""``.pvd`` files: the series of ``.vtu`` files with their times."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from deposition.common.atomic_files import write_aside
from deposition.common.errors import ResultsError

FOLDER = "vtk"
"""Where the ``.vtu`` files lie, beside the ``.pvd`` files that list them."""


def file_name(series: str, step: int) -> str:
    """Where the state after ``step`` steps is, seen from the results folder."""
    return f"{FOLDER}/{series}_{step:06d}.vtu"


def step_of(file: str) -> int:
    """The step whose state a file holds: the inverse of ``file_name``."""
    return int(Path(file).stem.rpartition("_")[2])


def write_pvd(path: Path, series: str, entries: list[tuple[float, int]]) -> None:
    """List the recorded files of a series with their times, in (time s, step) ``entries``."""
    root = ET.Element("VTKFile", type="Collection", version="0.1")
    collection = ET.SubElement(root, "Collection")
    for time, step in entries:
        ET.SubElement(
            collection,
            "DataSet",
            timestep=repr(float(time)),
            group="",
            part="0",
            file=file_name(series, step),
        )
    ET.indent(root)
    write_aside(path, ET.tostring(root, encoding="utf-8", xml_declaration=True))


def read_pvd(path: Path) -> list[tuple[float, str]]:
    """(time s, file) of each recorded state.  ResultsError if it cannot be read."""
    try:
        sets = ET.parse(path).getroot().iter("DataSet")
        return [(float(entry.attrib["timestep"]), entry.attrib["file"]) for entry in sets]
    except (OSError, ET.ParseError, ValueError, KeyError) as problem:
        raise ResultsError(f"cannot read {path} as a .pvd series: {problem} [E452]") from problem
