"""Arrays as text in a page: quantized to 16 bits, deflated, base64.

``view.js`` unpacks them.
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
    """Named arrays, concatenated into one block of bytes.

    layout  for each name: type, number of values, and for real numbers minimum and maximum
    """

    layout: dict[str, dict[str, Any]] = field(default_factory=dict)
    _blocks: list[bytes] = field(default_factory=list)

    def add_real(self, name: str, values: Floats) -> None:
        """Add real numbers, quantized to 1/65535 of their range; nan and inf become the minimum."""
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        share = (np.where(np.isfinite(values), values, low) - low) / ((high - low) or 1.0)
        self._add(name, np.rint(share * STEPS).astype(np.uint16), low=low, high=high)

    def add_index(self, name: str, values: Ints) -> None:
        """Add integers >= 0 in the smallest unsigned type that contains them."""
        most = int(values.max(initial=0))
        self._add(name, values.astype(np.min_scalar_type(most)))

    def _add(self, name: str, values: np.ndarray, **more: float) -> None:
        content = values.astype(values.dtype.newbyteorder("<")).tobytes()
        bits = f"u{8 * values.dtype.itemsize}"
        self.layout[name] = {"type": bits, "count": values.size, **more}
        self._blocks.append(content + bytes(-len(content) % ALIGNMENT))

    def text(self) -> str:
        """Deflated base64 text of all arrays in the order of ``layout``."""
        return base64(zlib.compress(b"".join(self._blocks), 9))
