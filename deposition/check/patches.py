"""Random patches of film against the mesh on which they are laid out.

A facet carries one film at the start, so that patches hardly wider than a facet are another mosaic
on another mesh: the share of a film averaged over 1 µm scatters by 0.08 on edges of 3/4 of the
patch size and by 0.05 to 0.06 on edges of half of it and less.
"""

from __future__ import annotations

from collections.abc import Iterator

from deposition.common.constants import MICROMETRE
from deposition.scenario import Scenario

FACETS = 2.0
"""Surface elements across a patch: with fewer, the layout depends on the mesh."""


def patch_warnings(scenario: Scenario) -> Iterator[str]:
    """Warn of random patches that the mesh does not resolve."""
    width, size = scenario.sei.patch_size, scenario.mesh.surface_size
    if width is not None and width < FACETS * size * (1.0 - 1e-9):
        yield (
            f"sei.patch_size is {width / MICROMETRE:.3g} µm, less than two surface elements "
            f"({FACETS * size / MICROMETRE:.3g} µm): the layout of the patches will depend on the "
            "mesh; reduce mesh.surface_size, or raise sei.patch_size"
        )
