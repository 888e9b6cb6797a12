"""Laws from outside the package: what they raise or return wrongly becomes one clear message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from deposition.common.errors import PluginError
from deposition.laws.dual import Dual
from deposition.laws.kinetics import KineticsLaw, Residual
from deposition.laws.reactions import AtFacets, BoundaryReaction, Rates
from deposition.mesh.cell import Floats


@dataclass(frozen=True)
class CheckedKinetics:
    """A kinetics law whose answers are checked.

    name  as in the scenario, for messages
    """

    law: KineticsLaw
    name: str

    def residual(self, overpotential: Floats, current: Floats, concentration: Floats) -> Residual:
        """See ``KineticsLaw``; raises PluginError."""
        found = _asked(
            self.name, "residual", self.law.residual, overpotential, current, concentration
        )
        parts = dict(zip(Residual._fields, found, strict=False))
        if len(parts) != len(Residual._fields):
            raise PluginError(
                f'kinetics.law = "{self.name}": residual returned {len(parts)} arrays; expected '
                f"{', '.join(Residual._fields)} [E040]"
            )
        for part, values in parts.items():
            _check(self.name, f"{part} of residual", values, len(current))
        return Residual(*(np.asarray(values, dtype=np.float64) for values in found))

    def limit(self, concentration: Floats) -> Floats:
        """See ``KineticsLaw``; raises PluginError."""
        found = _asked(self.name, "limit", self.law.limit, concentration)
        _check(self.name, "limit", found, len(concentration), finite=False)
        return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True)
class CheckedReaction:
    """A reaction whose answers are checked."""

    reaction: BoundaryReaction
    name: str

    @property
    def on(self) -> tuple[str, ...]:
        """Kinds of electrodes."""
        return self.reaction.on

    def rates(self, at: AtFacets) -> Rates:
        """See ``BoundaryReaction``; raises PluginError."""
        rates = _asked(self.name, "rates", self.reaction.rates, at)
        if not isinstance(rates, Rates):
            raise PluginError(
                f'reactions: "{self.name}": rates returned {type(rates).__name__}; expected Rates '
                "[E041]"
            )
        parts = {
            **rates.species, "charge": rates.charge, "metal": rates.metal,
            "products": rates.products, "law": rates.law,
        }  # fmt: skip
        for part, dual in parts.items():
            if dual is not None:
                _check(self.name, part, dual.value if isinstance(dual, Dual) else dual, at.size)
        return rates


def _asked(name: str, method: str, function: Callable[..., Any], *given: Any) -> Any:
    try:
        return function(*given)
    except Exception as problem:
        raise PluginError(
            f'"{name}": {method} raised {type(problem).__name__}: {problem} [E042]'
        ) from problem


def _check(name: str, what: str, values: Any, count: int, finite: bool = True) -> None:
    shape = np.shape(values)
    if shape != (count,):
        raise PluginError(
            f'"{name}": {what} has the shape {shape}; expected ({count},), one value per facet '
            "[E043]"
        )
    if finite and not np.all(np.isfinite(np.asarray(values, dtype=np.float64))):
        raise PluginError(f'"{name}": {what} has values that are not finite numbers [E044]')
