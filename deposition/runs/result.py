"""The result of a run as a scientist handles it: numbers, tables, meshes and figures."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from deposition.common.errors import ResultsError
from deposition.results import result as stored
from deposition.results.arrays import to_grids
from deposition.results.meshes import to_pyvista
from deposition.results.summary_table import flattened, printed, titles

if TYPE_CHECKING:
    import pyvista

    from deposition.impedance.spectrum import Spectrum

FIGURE_DPI = 150


@dataclass(frozen=True)
class Figure:
    """A picture as PNG, which a notebook shows.

    png  the content of the file
    """

    png: bytes

    def save(self, path: str | Path) -> Path:
        """Write the picture into a file; returns its path."""
        target = Path(path)
        target.write_bytes(self.png)
        return target

    def _repr_png_(self) -> bytes:
        return self.png


@dataclass(frozen=True)
class Result(stored.Result):
    """Results of a run: the folder that ``run`` returns, or an older one (``Result.open``).

    folder  the results folder

    Every property raises ResultsError if its file is missing or damaged.

    >>> result = Result.open("c-i-be-ln")
    >>> result["completed"]
    True
    >>> result.history["voltage_V"].size == result["steps"] + 1
    True
    """

    def __getitem__(self, key: str) -> Any:
        """A number of the summary.  Raises KeyError if there is none of this name."""
        return self.summary[key]

    @property
    def history(self) -> Any:
        """``history.csv``, one row per time step: a pandas DataFrame where pandas is installed,
        otherwise NumPy arrays by the name of the column.

        >>> Result.open("c-i-be-ln").history["time_s"].max() > 0
        True
        """
        columns = super().history
        try:
            from pandas import DataFrame
        except ImportError:
            return columns
        return DataFrame(columns)

    @property
    def spectra(self) -> dict[int, Spectrum]:
        """Impedance spectra of the protocol steps ``eis``, by the number of their protocol step;
        empty if there are none."""
        from deposition.impedance.recorder import spectra_of

        return spectra_of(self)

    def meshes(self, index: int = -1) -> dict[str, pyvista.UnstructuredGrid]:
        """A recorded state as PyVista meshes: ``electrolyte``, ``surface`` and ``bodies``.

        index  number of the recorded state, negative from the end
        Their arrays are those of the .vtu files; points in µm.  ``snapshot`` has the same as NumPy
        arrays.  Raises ResultsError as ``snapshot`` does.

        >>> mesh = Result.open("c-i-be-ln").meshes()["electrolyte"]
        >>> mesh["Concentration [mol/m^3]"].size == mesh.n_points
        True
        """
        grids = to_grids(self.snapshot(index))
        return {name: to_pyvista(grid) for name, grid in grids.items()}

    def figure(self, **options: Any) -> Figure:
        """The flux map of a recorded state, or another field of it, for a notebook.

        options  those of ``render.picture``: field, capacity, time, snapshot, width, dpi, style, …
        Raises ResultsError as ``render.picture`` does.

        >>> figure = Result.open("c-i-be-ln").figure(field="potential", dpi=60)
        >>> figure.save("potential.png").name
        'potential.png'
        """
        from deposition.render.pictures import picture

        with TemporaryDirectory() as folder:
            path = picture(self, Path(folder) / "figure.png", **{"dpi": FIGURE_DPI, **options})
            return Figure(path.read_bytes())

    def _repr_html_(self) -> str:
        """Name, flux map and numbers of the run; whatever is missing is left out."""
        try:
            summary = self.summary if self.ended else {}
        except ResultsError as problem:
            return f"<p>{escape(str(problem))}</p>"
        head = f"<strong>{escape(self.name)}</strong> <code>{escape(str(self.folder))}</code>"
        return f"<div>{head}</div>{_image(self.folder / 'flux_map.png')}{_table(summary)}"


def _image(path: Path) -> str:
    if not path.is_file():
        return ""
    data = base64.b64encode(path.read_bytes()).decode()
    return f'<img alt="flux map" style="max-width:480px" src="data:image/png;base64,{data}">'


def _table(summary: Mapping[str, Any]) -> str:
    flat = flattened(summary)
    rows = [
        f"<tr><td>{escape(title.strip())}</td><td>{escape(printed(flat[key]))}</td></tr>"
        for key, title in titles([flat]).items()
        if flat.get(key) is not None
    ]
    return f"<table>{''.join(rows)}</table>" if rows else ""
