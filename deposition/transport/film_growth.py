"""SEI growth over one time step: the film equation of each facet, solved where it stands.

    dn/dt = r(n, variables of the facet)         (k components on each of m facets, mol/m²)

The variables are those at the end of the step.  The equation is integrated by the Radau IIA method
of two stages (order 3, stiffly accurate, L-stable), which stays accurate when a film doubles in a
step:

    n_i = n_0 + Δt Σ_j a_ij r(n_j),   a = [5/12, -1/12; 3/4, 1/4],   n(Δt) = n_2

The mean rate (n_2 - n_0)/Δt stands in the balances of charge and species, so that the charge of the
film is that of its growth to rounding.  With R_n = ∂r/∂n and R_x = ∂r/∂x at the stages, its
derivative by a variable x follows from the stage equations,

    (I - Δt a ⊗ R_n) dn/dx = Δt a ⊗ R_x

The film resistance in the step is that at its start.

Source: Hairer & Wanner, Solving Ordinary Differential Equations II, 2nd ed., 1996, ch. IV.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deposition.common.errors import SolveError
from deposition.laws.dual import Dual
from deposition.laws.reactions import AtFacets
from deposition.laws.sei_growth import SeiColumns, SeiGrowth
from deposition.mesh.cell import Floats, Ints

A = np.array([[5.0 / 12.0, -1.0 / 12.0], [3.0 / 4.0, 1.0 / 4.0]])
"""Coefficients of the Radau IIA method of two stages."""

ITERATIONS, TOLERANCE = 60, 1e-13
"""Newton's method: most iterations, and the relative size of the last correction."""


@dataclass(frozen=True, eq=False)
class FilmGrowth:
    """The growth laws of some facets and their film at the start of a step.

    laws          with the facets (k,) on which each holds
    components    names of all k that have a formula
    fractions     (m, k) area fractions
    amounts       (m, k) at the start of the step, mol/m²
    molar_volume  (k,) m³/mol
    time_step     Δt, s
    """

    laws: tuple[tuple[SeiGrowth, Ints], ...]
    components: tuple[str, ...]
    fractions: Floats
    amounts: Floats
    molar_volume: Floats
    time_step: float

    def rates(self, at: AtFacets) -> list[tuple[SeiGrowth, dict[str, Dual]]]:
        """Mean rate of each law over the step, by component, mol/(m² s) on all facets (m,)."""
        end = self._amounts(at)
        # r̄ of each law: Σ_j b_j r(n_j), b the last row of a, with dn_j/dx from the stage equations.
        slopes = self._slopes(at, end)
        found = []
        for law, facets in self.laws:
            mean: dict[str, Dual] = {}
            for stage in range(2):
                for name, rate in self._of_law(law, facets, end[:, stage], at).items():
                    through = self._chain(rate, slopes, stage)
                    weighted = through * float(A[1, stage])
                    mean[name] = mean[name] + weighted if name in mean else weighted
            found.append((law, mean))
        return found

    def _of_law(
        self, law: SeiGrowth, facets: Ints, amounts: Floats, at: AtFacets
    ) -> dict[str, Dual]:
        """Rates of a law on all facets at given amounts (m, k), with slots "sei:NAME"."""
        everywhere = len(facets) == len(amounts)
        own = slice(None) if everywhere else facets
        film = SeiColumns(
            {name: self.fractions[own, k] for k, name in enumerate(self.components)},
            {
                name: Dual.variable(f"sei:{name}", amounts[own, k])
                for k, name in enumerate(self.components)
            },
            dict(zip(self.components, map(float, self.molar_volume), strict=True)),
        )
        rates = law.rate(film, at if everywhere else at.on(facets))
        if everywhere:
            return dict(rates)
        return {name: rate.spread(facets, len(amounts)) for name, rate in rates.items()}

    def _all(self, amounts: Floats, at: AtFacets) -> tuple[Floats, Floats, dict[str, Floats]]:
        """r (m, k), ∂r/∂n (m, k, k), and ∂r/∂x (m, k) by each other slot."""
        m, k = amounts.shape
        rate, by_amount = np.zeros((m, k)), np.zeros((m, k, k))
        by_slot: dict[str, Floats] = {}
        for law, facets in self.laws:
            for name, dual in self._of_law(law, facets, amounts, at).items():
                row = self.components.index(name)
                rate[:, row] += dual.value
                for slot, slope in dual.by.items():
                    if slot.startswith("sei:"):
                        by_amount[:, row, self.components.index(slot[4:])] += slope
                    else:
                        by_slot.setdefault(slot, np.zeros((m, k)))[:, row] += slope
        return rate, by_amount, by_slot

    def _amounts(self, at: AtFacets) -> Floats:
        """(m, 2, k) amounts at the two stages."""
        start, step = self.amounts[:, None, :], self.time_step
        n = np.repeat(start, 2, axis=1)
        scale = np.abs(self.amounts).max(initial=0.0)
        for _ in range(ITERATIONS):
            stages = [self._all(n[:, stage], at) for stage in range(2)]
            rate = np.stack([r for r, _, _ in stages], axis=1)
            residual = n - start - step * np.einsum("ij,mjk->mik", A, rate)
            matrix = self._matrix([slope for _, slope, _ in stages])
            change = np.linalg.solve(matrix, residual.reshape(len(n), -1, 1)).reshape(n.shape)
            n = n - change
            scale = max(scale, float(np.abs(n).max(initial=0.0)))
            if np.abs(change).max(initial=0.0) <= TOLERANCE * scale:
                return n
        raise SolveError(
            "the SEI grows too fast for the time step: its film equation has no solution that "
            "Newton's method finds. Take a shorter step (time.max_step), or check the numbers of "
            "sei.growth [E312]"
        )

    def _matrix(self, slopes: list[Floats]) -> Floats:
        """(m, 2 k, 2 k) I - Δt a ⊗ R_n of the stage equations."""
        m, k, _ = slopes[0].shape
        matrix = np.zeros((m, 2, k, 2, k))
        for i in range(2):
            for j in range(2):
                matrix[:, i, :, j, :] = -self.time_step * A[i, j] * slopes[j]
            matrix[:, i, np.arange(k), i, np.arange(k)] += 1.0
        return matrix.reshape(m, 2 * k, 2 * k)

    def _slopes(self, at: AtFacets, stages: Floats) -> dict[str, Floats]:
        """(m, 2, k) dn/dx of the stages by each slot x."""
        found = [self._all(stages[:, stage], at) for stage in range(2)]
        matrix = self._matrix([slope for _, slope, _ in found])
        slots = dict.fromkeys(slot for _, _, by in found for slot in by)
        result = {}
        for slot in slots:
            by = np.stack([b.get(slot, np.zeros_like(r)) for r, _, b in found], axis=1)
            right = self.time_step * np.einsum("ij,mjk->mik", A, by)
            solved = np.linalg.solve(matrix, right.reshape(len(stages), -1, 1))
            result[slot] = solved.reshape(stages.shape)
        return result

    def _chain(self, rate: Dual, slopes: dict[str, Floats], stage: int) -> Dual:
        """The rate as a function of the variables of the facet alone: amounts replaced by dn/dx."""
        by = {slot: slope for slot, slope in rate.by.items() if not slot.startswith("sei:")}
        for slot, inner in rate.by.items():
            if slot.startswith("sei:"):
                column = self.components.index(slot[4:])
                for variable, slope in slopes.items():
                    term = inner * slope[:, stage, column]
                    by[variable] = by[variable] + term if variable in by else term
        return Dual(rate.value, by)
