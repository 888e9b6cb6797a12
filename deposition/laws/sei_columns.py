"""The SEI on facets as reactions and growth laws see it, by component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from deposition.laws.dual import Dual
from deposition.mesh.cell import Floats, Ints

BARE = 1e-10
"""Thickness below which a film covers nothing, m: less than a layer of atoms."""


@dataclass(frozen=True, eq=False)
class SeiColumns:
    """The SEI on m facets, by component.

    fractions     (m,) area fraction f_k of each film, "none" for surface without film
    amounts       n_k of each component that has a formula, mol per m² of facet
    molar_volume  V_k of each of these, m³/mol
    covered       (m,) area fraction on which each film is thicker than ``BARE`` at the start of the
                  step; f_k unless stated
    """

    fractions: Mapping[str, Floats]
    amounts: Mapping[str, Dual]
    molar_volume: Mapping[str, float]
    covered: Mapping[str, Floats] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        fractions: Floats,
        volumes: Floats,
        films: tuple[str, ...],
        molar_volume: tuple[float, ...],
    ) -> SeiColumns:
        """The film of facets: fractions and volumes per area (m, k), m³/m²; molar volumes of the
        films, NaN without formula."""
        covered = np.where(volumes > BARE * fractions, fractions, 0.0)
        known = [k for k, volume in enumerate(molar_volume) if np.isfinite(volume)]
        return cls(
            {name: fractions[:, k] for k, name in enumerate(films)},
            {films[k]: Dual(np.maximum(volumes[:, k], 0.0) / molar_volume[k]) for k in known},
            {films[k]: molar_volume[k] for k in known},
            {name: covered[:, k] for k, name in enumerate(films)},
        )

    def thickness(self, component: str) -> Dual:
        """(m,) δ_k = n_k V_k/f_k, m; 0 where the component is not, or has been consumed."""
        fraction = self.fractions[component]
        amount = self.amounts[component]
        there = (fraction > 0.0) & (amount.value >= 0.0)
        covered = np.where(there, fraction, 1.0)
        return amount * np.where(there, self.molar_volume[component] / covered, 0.0)

    @property
    def exposed(self) -> Floats:
        """(m,) area fraction without film."""
        covered = self.covered or self.fractions
        return np.asarray(1.0 - sum(covered.values()), dtype=np.float64)

    def mean(self, values: Mapping[str, float], bare: float) -> Floats:
        """(m,) Σ_k f_k x_k of values x by film, and ``bare`` on surface without film; KeyError for
        a film without a value."""
        covered = self.covered or self.fractions
        total = bare * self.exposed
        for name, share in covered.items():
            if share.any():
                total = total + share * values[name]
        return total

    def on(self, facets: Ints) -> SeiColumns:
        """The film on some facets (k,)."""
        return replace(
            self,
            fractions={name: f[facets] for name, f in self.fractions.items()},
            amounts={name: n.on(facets) for name, n in self.amounts.items()},
            covered={name: f[facets] for name, f in self.covered.items()},
        )

    def with_amounts(self, amounts: Mapping[str, Dual]) -> SeiColumns:
        """The same film with other amounts."""
        return replace(self, amounts=amounts)
