"""Reactions at the boundary of the electrolyte.

A reaction gives the rates at which species, charge and lithium pass between electrolyte and metal
at each facet.  It is written in ``Dual`` arithmetic, which also gives the tangent of these rates.

Signs: n points from the electrolyte into the metal; i_n > 0 deposits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from deposition.common.constants import FARADAY
from deposition.common.errors import PluginError
from deposition.common.suggest import listing
from deposition.laws.dual import Dual
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
    metal          φ_m of the metal behind the facet, V
    current        i_n of the charge transfer, A/m² (the unknown of the facet)
    curvature      K of the surface at the end of the step, 1/m
    resistance     (m,) film resistance, ohm m²
    """

    concentration: Mapping[str, Dual]
    potential: Dual
    metal: Dual
    current: Dual
    curvature: Dual
    resistance: Floats

    @property
    def size(self) -> int:
        """Number of facets m."""
        return len(self.resistance)

    def on(self, facets: Ints) -> AtFacets:
        """The variables on some facets (k,)."""
        return AtFacets(
            {name: c.on(facets) for name, c in self.concentration.items()},
            self.potential.on(facets),
            self.metal.on(facets),
            self.current.on(facets),
            self.curvature.on(facets),
            self.resistance[facets],
        )


@dataclass(frozen=True, eq=False)
class Rates:
    """Rates of a reaction at one facet; None stands for no contribution.

    species   mol/(m² s) out of the electrolyte, by name (``CATION``, ``SALT``, …)
    charge    A/m² into the metal
    metal     mol/(m² s) of lithium gained by the metal
    products  mol/(m² s) of lithium in products that are not followed further
    law       residual of the unknown of the facet, V
    """

    species: Mapping[str, Dual] = field(default_factory=dict)
    charge: Dual | None = None
    metal: Dual | None = None
    products: Dual | None = None
    law: Dual | None = None


class BoundaryReaction(Protocol):
    """A reaction on the facets of some electrodes."""

    @property
    def on(self) -> tuple[str, ...]:
        """Kinds of electrodes: "lithium", "collector", "dead_lithium", "counter"."""

    def rates(self, at: AtFacets) -> Rates:
        """Rates of the reaction at each facet."""


def sample(initial: Mapping[str, float]) -> AtFacets:
    """Variables of three facets at initial concentrations (mol/m³), by which a reaction is checked
    when it is loaded."""
    ones = np.ones(3)

    def variable(slot: str, value: Floats) -> Dual:
        return Dual.variable(slot, value)

    return AtFacets(
        {name: variable(name, c * np.array([0.5, 1.0, 1.5])) for name, c in initial.items()},
        variable("potential", -0.01 * ones),
        variable("metal", np.array([-0.02, 0.0, 0.02])),
        variable("current", np.array([-1.0, 1.0, 2.0])),
        variable("curvature", 1e5 * ones),
        1e-4 * ones,
    )


def check_closed(name: str, rates: Rates, charges: Mapping[str, int]) -> None:
    """Raise PluginError unless charge and lithium are conserved by a reaction.

        F Σ z_k N_k = charge,   N(Li⁺) = metal + products

    charges  charge number of each species by name
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
    for what, one, other in (
        ("charge (F Σ z N, charge)", carried, rates.charge or nothing),
        ("lithium (N of Li+, metal + products)", rates.species.get(CATION, nothing), gained),
    ):
        measure = abs(one.value).max() + abs(other.value).max()
        if abs(one.value - other.value).max() > 1e-9 * measure:
            raise PluginError(
                f'the reaction "{name}" does not conserve {what}: {one.value.flat[0]:.6g} on one '
                f"side, {other.value.flat[0]:.6g} on the other. Correct its rates. [E310]"
            )


def _given(rates: Rates) -> list[Dual]:
    others = (rates.charge, rates.metal, rates.products, rates.law)
    return [*rates.species.values(), *(part for part in others if part is not None)]
