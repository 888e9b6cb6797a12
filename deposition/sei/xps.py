"""Area fractions of SEI components from a quantification such as that of XPS.

Percentages p_k of the components, all of one kind, give amounts of substance n_k up to a common
factor (M molar mass, ρ density, ν atoms of a formula unit that XPS sees, that is without hydrogen):

    at%    n_k ∝ p_k/ν_k        p_k: share of all atoms that belong to component k
    mol%   n_k ∝ p_k
    mass%  n_k ∝ p_k/M_k        (also wt%)
    vol%   n_k ∝ p_k ρ_k/M_k

and volume fractions f_k = (n_k M_k/ρ_k)/Σ_j n_j M_j/ρ_j.  The components lie side by side, as
columns of one thickness, so that area fractions are volume fractions.

Sources: definition of atomic percent; hydrogen has no core level, so that XPS does not see it;
molar masses and densities of the library.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from deposition.common import units
from deposition.common.errors import LibraryError
from deposition.common.suggest import listing
from deposition.library import Component, library

_PERCENT = re.compile(
    r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(at|mol|wt|mass|vol)\s*%\s*"
)
_SAME = {"wt": "mass"}

COMPLETE = 0.5
"""Departure of the sum from 100 %, in percentage points, that counts as rounding."""


@dataclass(frozen=True)
class Quantification:
    """Percentages of the components and what follows from them.

    kind       "at", "mol", "mass" or "vol"
    percent    by component, as stated
    fractions  volume fractions, which are the area fractions; they add up to 1
    """

    kind: str
    percent: Mapping[str, float]
    fractions: Mapping[str, float]

    @property
    def line(self) -> str:
        """One line on the area fractions, and on their normalisation."""
        total = sum(self.percent.values())
        parts = listing(f"{share:.3g} {name}" for name, share in self.fractions.items())
        added = (
            ""
            if abs(total - 100.0) <= COMPLETE
            else f"; the percentages add up to {total:.4g}, not 100, and are normalised"
        )
        return f"area fractions from sei.xps ({self.kind}%): {parts}{added}"


def quantification(stated: Mapping[str, str]) -> Quantification:
    """From texts such as "12 at%" by component of the library.

    Raises LibraryError for text of another form, a percentage that is not above 0 and at most 100,
    different kinds of percentages, and a component whose molar mass, density or formula is unknown.
    """
    parsed = {name: _parsed(name, text) for name, text in stated.items()}
    kinds = dict.fromkeys(kind for _, kind in parsed.values())
    if len(kinds) > 1:
        raise LibraryError(
            f"sei.xps mixes {listing(f'{kind}%' for kind in kinds)}. State all components in one "
            "kind of percentage [E956]"
        )
    kind = next(iter(kinds))
    percent = {name: number for name, (number, _) in parsed.items()}
    volume = {name: p * _volume_per_percent(name, kind) for name, p in percent.items()}
    total = sum(volume.values())
    return Quantification(kind, percent, {name: v / total for name, v in volume.items()})


def _parsed(name: str, text: str) -> tuple[float, str]:
    matched = _PERCENT.fullmatch(text)
    if matched is None:
        raise LibraryError(
            f'sei.xps.{name} = "{text}": not a percentage. Write "12 at%", "12 mol%", "12 mass%" '
            'or "12 vol%" [E954]'
        )
    number, kind = float(matched[1]), _SAME.get(matched[2], matched[2])
    if not 0.0 < number <= 100.0:
        raise LibraryError(
            f'sei.xps.{name} = "{text}": must be above 0 and at most 100 %. Leave a component that '
            "was not found out [E955]"
        )
    return number, kind


def _volume_per_percent(name: str, kind: str) -> float:
    """Volume of a component per percent, in a unit that all kinds of one quantification share."""
    component = library().component(name)
    if kind == "vol":
        return 1.0
    if component.density is None or (kind != "mass" and component.molar_mass is None):
        raise LibraryError(_no_data(name, component, "molar mass and density"))
    density = component.density.in_si(units.DENSITY)
    if kind == "mass":
        return 1.0 / density
    assert component.molar_mass is not None
    molar = component.molar_mass.in_si(units.MOLAR_MASS) / density
    if kind == "mol":
        return molar
    if not component.formula:
        raise LibraryError(_no_data(name, component, "formula"))
    return molar / component.atoms_without_hydrogen


def _no_data(name: str, component: Component, what: str) -> str:
    return (
        f'sei.xps: the component "{name}" ({component.title}) has no {what} in the library. State '
        "the components in vol%, which needs none, or leave it out [E957]"
    )
