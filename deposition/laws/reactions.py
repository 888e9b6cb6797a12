"""Reactions at the boundary of the electrolyte.

A reaction gives the rates at which species, charge and lithium pass between electrolyte and metal
at each facet.  It is written in ``Dual`` arithmetic, which also gives the tangent of these rates.

Signs: n points from the electrolyte into the metal; i_n > 0 deposits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from deposition.common.constants import FARADAY
from deposition.common.errors import PluginError, SolveError
from deposition.common.suggest import listing
from deposition.laws.dual import Dual
from deposition.laws.sei_columns import SeiColumns
from deposition.mesh.cell import Floats, Ints

CATION = "Li+"
"""The cation, whose concentration follows from electroneutrality."""

SALT = "anion"
"""The anion; its concentration is that of the salt."""


@dataclass(frozen=True)
class Species:
    """A dissolved species beside the salt.

    name; charge number; initial concentration, mol/m³; diffusivity, m²/s; trace: solved after the
    salt, without its charge in the balance of current (``transport.traces``)
    """

    name: str
    charge: int
    initial: float
    diffusivity: float
    trace: bool = False

    @property
    def scale(self) -> float:
        """Unit of its concentration in the equations, mol/m³."""
        return self.initial if self.initial > 0.0 else 1.0


@dataclass(frozen=True, eq=False)
class AtFacets:
    """The variables of the facets on which a reaction takes place.

    concentration  of each dissolved species by name, mol/m³; ``SALT`` is the salt
    potential      φ of the electrolyte, V
    metal          φ_m of the metal behind the facet, less U in a positive electrode, V
    current        i_n of the charge transfer, A/m² (the unknown of the facet)
    curvature      K of the surface at the end of the step, 1/m
    resistance     (m,) film resistance, ohm m²
    film           the SEI; its amounts are variables of their own ("sei:NAME") for a reaction that
                   changes them; None where no film is given
    open_circuit   U of a positive electrode behind the facet, V; 0 elsewhere
    """

    concentration: Mapping[str, Dual]
    potential: Dual
    metal: Dual
    current: Dual
    curvature: Dual
    resistance: Floats
    film: SeiColumns | None = None
    open_circuit: Dual | float = 0.0

    @property
    def against_lithium(self) -> Dual:
        """Potential of the metal against lithium in the electrolyte at the facet, V; the Nernst
        term of that lithium is left out."""
        return self.metal - self.potential + self.open_circuit

    @property
    def sei(self) -> SeiColumns:
        """The SEI, for a reaction that needs it; raises SolveError where none is given."""
        if self.film is None:
            raise SolveError(
                "a reaction depends on the film on the surface, which is not known here. State its "
                "rate_constant, which holds on any film [E891]"
            )
        return self.film

    def constant(self) -> AtFacets:
        """The same values as constants: nothing is differentiated by them."""
        return AtFacets(
            {name: Dual(c.value) for name, c in self.concentration.items()},
            Dual(self.potential.value),
            Dual(self.metal.value),
            Dual(self.current.value),
            Dual(self.curvature.value),
            self.resistance,
            self.film,
            self._open_circuit(lambda u: Dual(u.value)),
        )

    def _open_circuit(self, change: Callable[[Dual], Dual]) -> Dual | float:
        given = self.open_circuit
        return change(given) if isinstance(given, Dual) else given

    @property
    def size(self) -> int:
        """Number of facets m."""
        return len(self.resistance)

    def on(self, facets: Ints) -> AtFacets:
        """The variables on some facets (k,)."""
        if len(facets) == self.size:
            return self
        return AtFacets(
            {name: c.on(facets) for name, c in self.concentration.items()},
            self.potential.on(facets),
            self.metal.on(facets),
            self.current.on(facets),
            self.curvature.on(facets),
            self.resistance[facets],
            None if self.film is None else self.film.on(facets),
            self._open_circuit(lambda u: u.on(facets)),
        )

    def with_film(self, film: SeiColumns) -> AtFacets:
        """The variables with another film."""
        return replace(self, film=film)


@dataclass(frozen=True, eq=False)
class Rates:
    """Rates of a reaction at one facet; None stands for no contribution.

    species   mol/(m² s) out of the electrolyte, by name (``CATION``, ``SALT``, …)
    charge    A/m² into the metal
    metal     mol/(m² s) of lithium gained by the metal
    products  mol/(m² s) of lithium in products that are not followed further
    sei       mol/(m² s) gained by each component of the SEI, by name, per area of the facet
    law       residual of the unknown of the facet, V
    """

    species: Mapping[str, Dual] = field(default_factory=dict)
    charge: Dual | None = None
    metal: Dual | None = None
    products: Dual | None = None
    law: Dual | None = None
    sei: Mapping[str, Dual] = field(default_factory=dict)

    def each(self, change: Callable[[Dual], Dual]) -> Rates:
        """The rates after a change of every part."""

        def of(part: Dual | None) -> Dual | None:
            return None if part is None else change(part)

        return Rates(
            {name: change(rate) for name, rate in self.species.items()},
            of(self.charge),
            of(self.metal),
            of(self.products),
            of(self.law),
            {name: change(rate) for name, rate in self.sei.items()},
        )

    def spread(self, facets: Ints, count: int) -> Rates:
        """The rates on ``count`` facets: these on ``facets`` (k,), 0 elsewhere."""
        if len(facets) == count:
            return self
        return self.each(lambda part: part.spread(facets, count))

    def __add__(self, other: Rates) -> Rates:
        def of(one: Dual | None, two: Dual | None) -> Dual | None:
            return two if one is None else one if two is None else one + two

        def by_name(one: Mapping[str, Dual], two: Mapping[str, Dual]) -> dict[str, Dual]:
            found = {name: of(one.get(name), two.get(name)) for name in {**one, **two}}
            return {name: rate for name, rate in found.items() if rate is not None}

        return Rates(
            by_name(self.species, other.species),
            of(self.charge, other.charge),
            of(self.metal, other.metal),
            of(self.products, other.products),
            of(self.law, other.law),
            by_name(self.sei, other.sei),
        )


class BoundaryReaction(Protocol):
    """A reaction on the facets of some electrodes."""

    @property
    def on(self) -> tuple[str, ...]:
        """Kinds of electrodes: "lithium", "collector", "dead_lithium", "counter"."""

    def rates(self, at: AtFacets) -> Rates:
        """Rates of the reaction at each facet."""


def sample(initial: Mapping[str, float], components: Sequence[str] = ()) -> AtFacets:
    """Variables of three facets at initial concentrations (mol/m³), by which a reaction is checked
    when it is loaded; with as much film of each of the components, which have formulas."""
    ones = np.ones(3)
    films = dict.fromkeys(components, ones / max(1, len(components)))
    film = SeiColumns(
        films,
        {name: Dual.variable(f"sei:{name}", 1e-4 * ones) for name in films},
        dict.fromkeys(films, 1e-5),
    )

    def variable(slot: str, value: Floats) -> Dual:
        return Dual.variable(slot, value)

    return AtFacets(
        {name: variable(name, c * np.array([0.5, 1.0, 1.5])) for name, c in initial.items()},
        variable("potential", -0.01 * ones),
        variable("metal", np.array([-0.02, 0.0, 0.02])),
        variable("current", np.array([-1.0, 1.0, 2.0])),
        variable("curvature", 1e5 * ones),
        1e-4 * ones,
        film,
        4.0,
    )


def check_closed(
    name: str,
    rates: Rates,
    charges: Mapping[str, int],
    lithium: Mapping[str, float] | None = None,
) -> None:
    """Raise PluginError unless charge and lithium are conserved by a reaction.

        F Σ z_k N_k = charge,   N(Li⁺) = metal + products + Σ ν_j sei_j

    charges  charge number of each species by name
    lithium  ν, atoms in the formula of each component of the SEI, by name
    """
    unknown = sorted(set(rates.species) - set(charges))
    if unknown:
        raise PluginError(
            f'the reaction "{name}" exchanges {listing(unknown)}, which is not dissolved in this '
            f"electrolyte. Its species are {listing(charges)}: add the species to "
            "electrolyte.dissolved, or name another. [E309]"
        )
    nothing = Dual(0.0 * next(iter(_given(rates))).value)
    carried = sum((charges[k] * FARADAY * n for k, n in rates.species.items()), nothing)
    gained = (rates.metal or nothing) + (rates.products or nothing)
    for component, rate in rates.sei.items():
        if component not in (lithium or {}):
            raise PluginError(
                f'the reaction "{name}" changes the film {component}, whose formula is not in the '
                f"library. Components with a formula: {listing(lithium or {})}. [E890]"
            )
        gained = gained + rate * (lithium or {})[component]
    # Ions whose charges cancel leave rounding of their own size.
    through = sum(abs(charges[k] * FARADAY * n.value).max() for k, n in rates.species.items())
    for what, one, other, measure in (
        ("charge (F Σ z N, charge)", carried, rates.charge or nothing, through),
        (
            "lithium (N of Li+, metal + products + SEI)",
            rates.species.get(CATION, nothing),
            gained,
            through / FARADAY,
        ),
    ):
        measure = measure + abs(one.value).max() + abs(other.value).max()
        if abs(one.value - other.value).max() > 1e-9 * measure:
            raise PluginError(
                f'the reaction "{name}" does not conserve {what}: {one.value.flat[0]:.6g} on one '
                f"side, {other.value.flat[0]:.6g} on the other. Correct its rates. [E310]"
            )


def _given(rates: Rates) -> list[Dual]:
    others = (rates.charge, rates.metal, rates.products, rates.law)
    stated = [part for part in others if part is not None]
    return [*rates.species.values(), *rates.sei.values(), *stated]
