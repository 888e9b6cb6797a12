"""Table of the films of a scenario and their conductivities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deposition.common.errors import LibraryError
from deposition.sei.film_library import unknown_film


@dataclass(frozen=True, eq=False)
class FilmTable:
    """One row per film; the columns of ``SurfaceState.fractions`` are in this order.

    names         as in the scenario or the library; the last is "none", no film
    conductivity  (k,) S/m at the temperature of the run; inf for "none"
    molar_volume  m³/mol of the library components; NaN for other films
    titles, sources, statuses: description, source and status of each conductivity
    """

    names: tuple[str, ...]
    conductivity: NDArray[np.float64]
    titles: tuple[str, ...]
    sources: tuple[str, ...]
    statuses: tuple[str, ...]
    molar_volume: tuple[float, ...] = ()

    def index(self, name: str) -> int:
        """Row of a film; raises LibraryError with the nearest match."""
        if name not in self.names:
            raise LibraryError(unknown_film(name, self.names))
        return self.names.index(name)
