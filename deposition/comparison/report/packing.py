"""Arrays as text in a page: 16-bit where that is enough, deflated, base64.

``view.js`` unpacks what is packed here.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from deposition.comparison.report.embed import base64
from deposition.mesh.cell import Floats, Ints

STEPS = 65535
ALIGNMENT = 4  # bytes: typed arrays of JavaScript must start at a multiple of their size


@dataclass
class Pack:
    """Named arrays, one after the other in one block of bytes.

    layout  for each name: type, number of values, and for real numbers low and high
    """

    layout: dict[str, dict[str, Any]] = field(default_factory=dict)
    _blocks: list[bytes] = field(default_factory=list)

    def add_real(self, name: str, values: Floats) -> None:
        """Real numbers, to within a 65535th of their range; nan and inf become the least."""
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        share = (np.where(np.isfinite(values), values, low) - low) / ((high - low) or 1.0)
        self._add(name, np.rint(share * STEPS).astype(np.uint16), low=low, high=high)

    def add_index(self, name: str, values: Ints) -> None:
        """Whole numbers from 0 on, in as few bytes as they take."""
        most = int(values.max(initial=0))
        self._add(name, values.astype(np.min_scalar_type(most)))

    def _add(self, name: str, values: np.ndarray, **more: float) -> None:
        content = values.astype(values.dtype.newbyteorder("<")).tobytes()
        bits = f"u{8 * values.dtype.itemsize}"
        self.layout[name] = {"type": bits, "count": values.size, **more}
        self._blocks.append(content + bytes(-len(content) % ALIGNMENT))

    def text(self) -> str:
        """The bytes of all arrays in the order of ``layout``."""
        return base64(zlib.compress(b"".join(self._blocks), 9))
