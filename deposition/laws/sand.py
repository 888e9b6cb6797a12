"""Limiting current density of the salt, and Sand's time, for which a larger one can flow."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from deposition.common.constants import FARADAY
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.separator import FREE, Pores, PoresInCell
from deposition.mesh.cell import Floats


def sand_time(
    law: ElectrolyteLaw, concentration: float, density: float, pores: Pores = FREE
) -> float:
    """Time until the salt at a flat cathode is depleted, in a uniform and thick cell, s.

        t = π ε^(1 + b) D [F c0 / (2 (1 - t₊) i)]²,   gap L ≫ √(D t)

    concentration  c0 (mol/m³) at the beginning of the current; D and t₊ are those at c0
    density        i (A/m²), of either sign
    A thinner gap takes longer, a non-uniform current density less time.  inf for zero current and
    for infinite diffusivity.
    Source: Sand, Phil. Mag. 1 (1901) 45; Newman & Balsara, Electrochemical Systems, 4th ed.
    """
    if not density:
        return math.inf
    by_diffusion = 1.0 - law.transference_at(concentration)
    ratio = FARADAY * concentration / (2.0 * by_diffusion * density)
    effective = pores.porosity * pores.transport_efficiency * law.diffusivity_at(concentration)
    return float(math.pi * effective * ratio**2)


def limiting_density(
    law: ElectrolyteLaw, concentration: float, gap: float, pores: Pores = FREE
) -> float:
    """Limiting current density between two flat lithium electrodes at steady state, A/m².

        i = 2 ε^b F D c0 / ((1 - t₊) L),   c linear from 2 c0 to 0

    mean concentration c0 (mol/m³), gap L (m); D and t₊ are those at c0.
    Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 11.
    """
    by_diffusion = 1.0 - law.transference_at(concentration)
    effective = pores.transport_efficiency * law.diffusivity_at(concentration)
    return float(2.0 * FARADAY * effective * concentration / (by_diffusion * gap))


@dataclass(frozen=True, eq=False)
class Layers:
    """Flat layers of a gap: thickness L (k,), m, from the cathode on, and their pores.

    Diffusion through layer k takes as long a path as L/ε^b of free electrolyte.
    """

    thickness: Floats
    pores: PoresInCell

    @property
    def paths(self) -> Floats:
        """(k,) L/ε^b, m."""
        return self.thickness / self.pores.transport_efficiency

    @property
    def mean_path(self) -> float:
        """Path from the cathode, mean over the electrolyte, m; half of L/ε^b if ε is uniform."""
        middle = np.cumsum(self.paths) - 0.5 * self.paths
        return float(np.average(middle, weights=self.pores.porosity * self.thickness))


def limiting_density_over(law: ElectrolyteLaw, concentration: float, path: float) -> float:
    """Limiting current density of layers at steady state, i = F D c0/((1 - t₊) l), A/m².

    concentration  c0, mol/m³: the mean of the gap, or that of a reservoir
    path           l, m: ``Layers.mean_path``, or with a reservoir the sum of ``Layers.paths``
    Source: as ``limiting_density``, with c linear in each layer.
    """
    by_diffusion = 1.0 - law.transference_at(concentration)
    return float(FARADAY * law.diffusivity_at(concentration) * concentration / by_diffusion / path)
