"""Growth of SEI components by reduction of the electrolyte.

A growth law states the rate at which a component forms on each facet, from the film that is there
and from the variables of the facet.  It is written in ``Dual`` arithmetic, as a reaction is.

Per mol of the component, z electrons come from the metal behind the facet and ν lithium ions from
the electrolyte; the rest comes from the solvent or from dissolved species.

    current into the metal   z F r         > 0: reduction takes electrons, as deposition does
    Li⁺ out of the electrolyte   ν r

Source: Single et al., ChemSusChem 11 (2018) 1950, and Newman & Balsara, Electrochemical Systems,
4th ed., ch. 8, for the sign.
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
from deposition.laws.reactions import CATION, AtFacets, Rates, sample
from deposition.laws.sei_columns import SeiColumns
from deposition.mesh.cell import Ints


class SeiGrowth(Protocol):
    """A law of growth."""

    @property
    def on(self) -> tuple[str, ...]:
        """Kinds of electrodes: "lithium", "dead_lithium", "collector", "counter"."""

    @property
    def electrons(self) -> float:
        """z, electrons per mol of component."""

    @property
    def lithium(self) -> float:
        """ν, lithium ions per mol of component."""

    @property
    def species(self) -> Mapping[str, float]:
        """Dissolved species consumed, mol per mol of component; empty for the solvent alone."""

    def rate(self, film: SeiColumns, at: AtFacets) -> Mapping[str, Dual]:
        """mol/(m² s) of each component that forms, per area of the facet."""


@dataclass(frozen=True)
class LinearParabolic:
    """A film through which an agent must pass: linear while it is thin, parabolic when it is thick.

        r = (f/z) c / (1/k + δ/D)   per area of the facet  ⇒  δ/k + δ²/(2 D) = V c t/z + const.

    with the thickness δ of the component and the area fraction f that it covers.

    component; rate_constant k (m/s) of the reduction and diffusivity D (m²/s) in the film of what
    is reduced, or of the electrons; concentration c of it (mol/m³); electrons z and lithium ν per
    mol of component; on: kinds of electrodes

    Growth by diffusion of solvent, of electrons or of lithium interstitials, and by migration of
    electrons, are this law on lithium, where the potential of the metal hardly varies.
    Source: Deal & Grove, J. Appl. Phys. 36 (1965) 3770, for oxide; Safari et al., J. Electrochem.
    Soc. 156 (2009) A145, for the SEI.
    """

    component: str
    rate_constant: float
    diffusivity: float
    concentration: float
    electrons: float
    lithium: float
    on: tuple[str, ...] = ("lithium",)
    species: Mapping[str, float] = field(default_factory=dict)

    def rate(self, film: SeiColumns, at: AtFacets) -> Mapping[str, Dual]:
        """The rate on each facet."""
        resistance = 1.0 / self.rate_constant + film.thickness(self.component) / self.diffusivity
        covered = film.fractions[self.component] * (self.concentration / self.electrons)
        return {self.component: covered / resistance}


@dataclass(frozen=True)
class Tunnelling:
    """Growth by electrons that tunnel through the film: logarithmic in time.

        r = f (j0/z F) e^(-δ/λ)   per area of the facet  ⇒  e^(δ/λ) = e^(δ0/λ) + V j0 t/(z F λ)

    with the thickness δ of the component and the area fraction f that it covers.

    component; current_density j0 (A/m²) through a bare surface; decay_length λ (m) of the current
    that tunnels; electrons z and lithium ν per mol of component; on: kinds of electrodes

    Source: Mott, Trans. Faraday Soc. 43 (1947) 429, for oxide; that it holds for the SEI on lithium
    is assumed.
    """

    component: str
    current_density: float
    decay_length: float
    electrons: float
    lithium: float
    on: tuple[str, ...] = ("lithium",)
    species: Mapping[str, float] = field(default_factory=dict)

    def rate(self, film: SeiColumns, at: AtFacets) -> Mapping[str, Dual]:
        """The rate on each facet."""
        depth = film.thickness(self.component) * (-1.0 / self.decay_length)
        passing = np.exp(depth.value)
        bare = self.current_density / (self.electrons * FARADAY)
        through = Dual.function(passing, (depth, passing))
        return {self.component: through * (film.fractions[self.component] * bare)}


@dataclass(frozen=True)
class SeiGrowthLaws:
    """All laws of growth of a run.

    films         names of all films, in the order of the columns of ``SurfaceState``
    molar_volume  of each, m³/mol; NaN for a film without formula
    """

    laws: tuple[SeiGrowth, ...] = ()
    films: tuple[str, ...] = ()
    molar_volume: tuple[float, ...] = ()

    @property
    def columns(self) -> Ints:
        """(k,) columns of the films that have a formula."""
        return np.flatnonzero(np.isfinite(self.molar_volume))


def check_growth(
    name: str, growth: SeiGrowth, lithium: Mapping[str, float], charges: Mapping[str, int]
) -> None:
    """Raise PluginError unless charge and lithium are conserved by a growth law.

        z = ν + Σ z_k ν_k with the species consumed,   ν = lithium in the formula

    lithium  in the formula of each component that has one, by name
    charges  of each dissolved species
    """
    ones = np.ones(3)
    film = SeiColumns(
        dict.fromkeys(lithium, ones / len(lithium)),
        {component: Dual.variable(f"sei:{component}", 1e-4 * ones) for component in lithium},
        dict.fromkeys(lithium, 1e-5),
    )
    for component in growth.rate(film, sample(dict.fromkeys(charges, 1.0))):
        if component not in lithium:
            raise PluginError(
                f'sei.growth: "{name}" forms {component}, whose formula is not in the library. '
                f"Components with a formula: {listing(lithium)}. [E046]"
            )
        if abs(growth.lithium - lithium[component]) > 1e-9:
            raise PluginError(
                f'sei.growth: "{name}" takes {growth.lithium:g} lithium per mol of {component}, '
                f"which contains {lithium[component]:g}. Correct its lithium. [E047]"
            )
    unknown = sorted(set(growth.species) - set(charges))
    if unknown:
        raise PluginError(
            f'sei.growth: "{name}" consumes {listing(unknown)}, which is not dissolved in this '
            f"electrolyte. State it in electrolyte.dissolved. [E048]"
        )
    carried = growth.lithium + sum(charges[k] * n for k, n in growth.species.items())
    if abs(growth.electrons - carried) > 1e-9:
        raise PluginError(
            f'sei.growth: "{name}" does not conserve charge: {growth.electrons:g} electrons meet '
            f"ions of charge {carried:g} per mol of component. Correct its electrons. [E049]"
        )


@dataclass(frozen=True)
class GrowthReaction:
    """A law of growth as a reaction: z F r into the metal, ν r of Li⁺ and the species it consumes
    out of the electrolyte, r into the film."""

    law: SeiGrowth

    @property
    def on(self) -> tuple[str, ...]:
        """Kinds of electrodes."""
        return self.law.on

    def rates(self, at: AtFacets) -> Rates:
        """Rates of the reaction at each facet."""
        formed = self.law.rate(at.sei, at)
        total = sum(formed.values(), Dual.zero(at.size))
        consumed = {name: total * n for name, n in self.law.species.items()}
        lithium = {CATION: total * self.law.lithium}
        charge = total * (self.law.electrons * FARADAY)
        return Rates({**lithium, **consumed}, charge=charge, sei=formed)
