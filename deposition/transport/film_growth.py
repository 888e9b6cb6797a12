"""SEI that grows and is consumed over one time step: the film equation of each facet, solved where
it stands.

    dn/dt = r(n, variables of the facet)         (k components on each of m facets, mol/m²)

The variables are those at the end of the step.  The equation is integrated by the Radau IIA method
of two stages (order 3, stiffly accurate, L-stable), which stays accurate when a film doubles in a
step:

    n_i = n_0 + Δt Σ_j a_ij r(n_j),   a = [5/12, -1/12; 3/4, 1/4],   n(Δt) = n_2

The mean rate (n_2 - n_0)/Δt stands in the balances of charge and species, so that the charge of the
film is that of its growth to rounding.  With R_n = ∂r/∂n and R_x = ∂r/∂x at the stages, its
derivative by a variable x follows from the stage equations,

    (I - Δt a ⊗ R_n) dn/dx = Δt a ⊗ R_x

A reaction that consumes a component goes on until nothing of it is left: its mean rate over the
step is at most what is there at the start and what forms in the step, over Δt,

    r ← θ r,    θ = min(1, (n_0/Δt + Σ formed) / Σ consumed)

so that no amount becomes negative, however long the step, and what the reaction exchanges with the
electrolyte is what it takes from the film.

The film resistance in the step is that at its start.

Source: Hairer & Wanner, Solving Ordinary Differential Equations II, 2nd ed., 1996, ch. IV.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from deposition.common.errors import SolveError
from deposition.laws.dual import Dual
from deposition.laws.reactions import AtFacets, BoundaryReaction, Rates
from deposition.laws.sei_columns import SeiColumns
from deposition.mesh.cell import Floats, Ints, Mask

A = np.array([[5.0 / 12.0, -1.0 / 12.0], [3.0 / 4.0, 1.0 / 4.0]])
"""Coefficients of the Radau IIA method of two stages."""

ITERATIONS, TOLERANCE = 60, 1e-13
"""Newton's method: most iterations, and the relative size of the last correction."""


@dataclass(frozen=True, eq=False)
class FilmReaction:
    """A reaction that changes the film: the facets (k,) on which it takes place, and the components
    that it consumes."""

    reaction: BoundaryReaction
    facets: Ints
    consumes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class FilmGrowth:
    """The reactions that change the film of some facets, and that film at the start of a step.

    reactions  all of them
    film       on all facets (m,); amounts at the start of the step
    time_step  Δt, s
    """

    reactions: tuple[FilmReaction, ...]
    film: SeiColumns
    time_step: float

    @property
    def components(self) -> tuple[str, ...]:
        """Names of all k that have a formula."""
        return tuple(self.film.amounts)

    @cached_property
    def amounts(self) -> Floats:
        """(m, k) at the start of the step, mol/m²."""
        return np.column_stack([amount.value for amount in self.film.amounts.values()])

    def rates(self, at: AtFacets) -> tuple[list[Rates], Mask]:
        """Mean rates of each reaction over the step on all facets (m,), without the slots of the
        film; and (m,) facets on which a component is used up."""
        end = self._amounts(at)
        # r̄ of each reaction: Σ_j b_j r(n_j), b the last row of a, with dn_j/dx from the stages.
        slopes = self._slopes(at, end)
        found = []
        for one in self.reactions:
            first, second = (
                self._of_reaction(one, end[:, stage], at).each(
                    partial(self._weighted, slopes=slopes, stage=stage)
                )
                for stage in range(2)
            )
            found.append(first + second)
        return self._with_what_is_there(found)

    def _of_reaction(self, one: FilmReaction, amounts: Floats, at: AtFacets) -> Rates:
        """Rates of a reaction on all facets at given amounts (m, k), with slots "sei:NAME"."""
        film = self.film.with_amounts(
            {
                name: Dual.variable(f"sei:{name}", amounts[:, k])
                for k, name in enumerate(self.components)
            }
        )
        rates = one.reaction.rates(at.with_film(film).on(one.facets))
        return rates.spread(one.facets, len(amounts))

    def _with_what_is_there(self, found: list[Rates]) -> tuple[list[Rates], Mask]:
        """The rates, of which no reaction consumes more of a component than there is."""
        size = len(self.amounts)
        used_up = np.zeros(size, dtype=bool)
        share: dict[int, Dual] = {}
        for k, name in enumerate(self.components):
            takers = [j for j, one in enumerate(self.reactions) if name in one.consumes]
            if not takers:
                continue
            formed = Dual(np.asarray(self.amounts[:, k] / self.time_step, dtype=np.float64))
            for j, rates in enumerate(found):
                if j not in takers and name in rates.sei:
                    formed = formed + rates.sei[name]
            taken = sum((-found[j].sei[name] for j in takers), Dual.zero(size))
            beyond = taken.value > formed.value
            used_up |= beyond
            one = Dual(np.ones(size))
            part = (formed / taken.where(beyond, one)).where(beyond, one)
            for j in takers:
                less = part.value < share[j].value if j in share else None
                share[j] = part if less is None else part.where(less, share[j])
        limited = [
            rates.each(share[j].__mul__) if j in share else rates for j, rates in enumerate(found)
        ]
        return limited, used_up

    def _all(self, amounts: Floats, at: AtFacets) -> tuple[Floats, Floats, dict[str, Floats]]:
        """r (m, k), ∂r/∂n (m, k, k), and ∂r/∂x (m, k) by each other slot."""
        m, k = amounts.shape
        rate, by_amount = np.zeros((m, k)), np.zeros((m, k, k))
        by_slot: dict[str, Floats] = {}
        for one in self.reactions:
            for name, dual in self._of_reaction(one, amounts, at).sei.items():
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
            "sei.growth and reactions [E312]"
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

    def _weighted(self, rate: Dual, slopes: dict[str, Floats], stage: int) -> Dual:
        """b_j r of a stage j as a function of the variables of the facet alone: amounts replaced by
        dn/dx."""
        by = {slot: slope for slot, slope in rate.by.items() if not slot.startswith("sei:")}
        for slot, inner in rate.by.items():
            if slot.startswith("sei:"):
                column = self.components.index(slot[4:])
                for variable, slope in slopes.items():
                    term = inner * slope[:, stage, column]
                    by[variable] = by[variable] + term if variable in by else term
        return Dual(rate.value, by) * float(A[1, stage])

    def after(self, formed: dict[str, Floats]) -> FilmGrowth:
        """The same film after other reactions have formed this (m,) of some components over the
        step, mol/(m² s)."""
        amounts = {
            name: Dual(np.maximum(amount.value + self.time_step * formed.get(name, 0.0), 0.0))
            for name, amount in self.film.amounts.items()
        }
        return replace(self, film=self.film.with_amounts(amounts))
