"""``.pvd`` files: time series of ``.vtu`` files."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from deposition.common.atomic_files import write_bytes
from deposition.common.errors import ResultsError

FOLDER = "vtk"
"""Folder of the ``.vtu`` files, beside the ``.pvd`` files that list them."""


def file_name(series: str, step: int) -> str:
    """Path of the state after ``step`` time steps, relative to the results folder."""
    return f"{FOLDER}/{series}_{step:06d}.vtu"


def step_of(file: str) -> int:
    """Number of the time step of a file; inverse of ``file_name``."""
    return int(Path(file).stem.rpartition("_")[2])


def write_pvd(path: Path, series: str, entries: list[tuple[float, int]]) -> None:
    """Write the recorded states of a series; ``entries`` are (time in s, time step)."""
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
    write_bytes(path, ET.tostring(root, encoding="utf-8", xml_declaration=True))


def read_pvd(path: Path) -> list[tuple[float, str]]:
    """Read (time in s, file) of each recorded state.  Raises ResultsError if that fails."""
    try:
        sets = ET.parse(path).getroot().iter("DataSet")
        return [(float(entry.attrib["timestep"]), entry.attrib["file"]) for entry in sets]
    except (OSError, ET.ParseError, ValueError, KeyError) as problem:
        raise ResultsError(
            f"cannot read {path} as a .pvd series: {problem}. "
            "Restore the file, or run the scenario again with --overwrite."
            " [E452]"
        ) from problem
