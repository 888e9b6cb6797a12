"""Reactions of triiodide with lithium and with its SEI.

    2 Li  + I3⁻ → 2 Li⁺ + 3 I⁻                            on lithium
    Li2O  + I3⁻ → 2 Li⁺ + 1/3 IO3⁻ + 8/3 I⁻               on lithium oxide
  2 LiOH  + I3⁻ → 2 Li⁺ + 1/3 IO3⁻ + 8/3 I⁻ + H2O         on lithium hydroxide

each of first order in I3⁻, mol/(m² s) of it out of the electrolyte.  All but the reduction of I3⁻
in the mixed potential are chemical: they pass no current.  H2O is not followed.  Iodate is not
reduced: 6 Li + IO3⁻ → 3 Li2O + I⁻ is balanced too, but has not been observed here.

The rate constant of lithium depends on the film above it: k = Σ_j f_j k_j + f_bare k_bare over the
area fractions f_j of the films; where film has been consumed the metal is bare.

No rate constant of these reactions has been measured in a carbonate; those of the library are
assumed.
Source: Wang et al., Sci. Bull. 2025, doi 10.1016/j.scib.2025.04.016, for I3⁻ with lithium and Li2O;
Response to Comment, Science 352 (2016) 667, for LiOH, against the calculation of Wang et al.; the
balances are of atoms and charge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from deposition.common.constants import FARADAY
from deposition.common.errors import ScenarioError
from deposition.common.suggest import listing
from deposition.laws.dual import Dual
from deposition.laws.reactions import CATION, AtFacets, Rates
from deposition.laws.sei_columns import SeiColumns
from deposition.mesh.cell import Floats

TRIIODIDE, IODIDE, IODATE = "I3-", "I-", "IO3-"
"""Names of the species."""

OXIDISED = {"Li2O": 1.0, "LiOH": 2.0}
"""Components that I3⁻ oxidises to iodate, mol per mol of I3⁻."""


@dataclass(frozen=True)
class ConstantOfSurface:
    """A rate constant of the surface, m/s.

    uniform  on all metal, whatever covers it; None: that of the films
    through  k_j by film
    bare     on metal without film
    """

    uniform: float | None = None
    through: Mapping[str, float] = field(default_factory=dict)
    bare: float = 0.0

    def on(self, at: AtFacets) -> Floats | float:
        """(m,) on facets, m/s.  Raises ScenarioError for a film without a constant."""
        return self.uniform if self.uniform is not None else self.of(at.sei)

    def of(self, film: SeiColumns) -> Floats:
        """(m,) on facets with this film, m/s.  Raises ScenarioError as ``on`` does."""
        if self.uniform is not None:
            return np.full(len(film.exposed), self.uniform)
        self._check(film)
        return film.mean(self.through, self.bare)

    def _check(self, film: SeiColumns) -> None:
        covered = film.covered or film.fractions
        without = [n for n, share in covered.items() if share.any() and n not in self.through]
        if without:
            raise ScenarioError(
                f"reactions: the rate constant of lithium below the film {listing(without)} is "
                f'not known. State it, such as through = {{{without[0]} = "1e-6 m/s"}}, or one '
                "rate_constant for all metal. [E892]"
            )


@dataclass(frozen=True)
class IodineOnLithium:
    """I3⁻ dissolves lithium.

        r = k c(I3⁻);   N(I3⁻) = r,  N(I⁻) = -3 r
        local:     N(Li⁺) = -2 r, the metal loses 2 r where I3⁻ arrives; no current
        galvanic:  j = 2 F r into the metal, which dissolves where its film conducts best

    In the galvanic picture (mixed potential) I3⁻ takes its electrons from the body, whose balance
    of current it enters; the surface then moves by the charge transfer of lithium alone.

    constant k; galvanic; on: kinds of electrodes
    Source: Wang et al., Sci. Bull. 2025, doi 10.1016/j.scib.2025.04.016, for the reaction; Wagner &
    Traud, Z. Elektrochem. 44 (1938) 391, for the mixed potential; no rate is known.
    """

    constant: ConstantOfSurface
    galvanic: bool = False
    on: tuple[str, ...] = ("lithium", "dead_lithium")

    def rates(self, at: AtFacets) -> Rates:
        """Rates of the reaction at each facet."""
        r = at.concentration[TRIIODIDE] * self.constant.on(at)
        iodine = {TRIIODIDE: r, IODIDE: r * -3.0}
        if self.galvanic:
            return Rates(iodine, charge=r * (2.0 * FARADAY))
        return Rates({**iodine, CATION: r * -2.0}, metal=r * -2.0)


@dataclass(frozen=True)
class Residue:
    """Porous residue that a film leaves in front of what is left of it (shrinking core).

    diffusivity  D_e of I3⁻ in it, m²/s
    thickness    δ_0 of the film at the start, m: where δ is left, δ_0 - δ is residue
    """

    diffusivity: float
    thickness: float


@dataclass(frozen=True)
class IodineOnFilm:
    """I3⁻ dissolves a component of the SEI, Li2O or LiOH, until nothing of it is left.

        r = k c(I3⁻) f   per area of the facet, with the area fraction f of the component
        N(I3⁻) = r,  N(I⁻) = -8/3 r,  N(IO3⁻) = -r/3,  N(Li⁺) = -2 r

    With a porous residue, r = k c f/(1 + k max(0, δ_0 - δ)/D_e), quasi-steady; it conducts ions as
    electrolyte does, adds no resistance, and stays where the film was.

    component; rate_constant k, m/s; on: kinds of electrodes; residue: None if it leaves none
    Source: Wang et al., Sci. Bull. 2025, doi 10.1016/j.scib.2025.04.016, for Li2O;
    Response to Comment, Science 352 (2016) 667, for LiOH; no rate is known.  Levenspiel, Chemical
    Reaction Engineering, 3rd ed., 1999, ch. 25, for the shrinking core.
    """

    component: str
    rate_constant: float
    on: tuple[str, ...] = ("lithium", "dead_lithium")
    residue: Residue | None = None

    def rates(self, at: AtFacets) -> Rates:
        """Rates of the reaction at each facet."""
        r = at.concentration[TRIIODIDE] * (self.rate_constant * at.sei.fractions[self.component])
        if self.residue is not None:
            layer = self.residue.thickness - at.sei.thickness(self.component)
            layer = layer.where(layer.value > 0.0, Dual.zero(at.size))
            r = r / (layer * (self.rate_constant / self.residue.diffusivity) + 1.0)
        iodine = {TRIIODIDE: r, IODIDE: r * (-8.0 / 3.0), IODATE: r * (-1.0 / 3.0)}
        eaten: dict[str, Dual] = {self.component: r * -OXIDISED[self.component]}
        return Rates({**iodine, CATION: r * -2.0}, sei=eaten)
