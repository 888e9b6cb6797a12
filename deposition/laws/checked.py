"""Laws from outside the package: what they raise or return wrongly becomes one clear message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from deposition.common.errors import PluginError
from deposition.laws.dual import Dual
from deposition.laws.kinetics import KineticsLaw, Residual
from deposition.laws.open_circuit import OpenCircuitPotential
from deposition.laws.reactions import AtFacets, BoundaryReaction, Rates
from deposition.laws.sei_columns import SeiColumns
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
        """Kinds of electrodes; lithium, dead or not, unless the class states them."""
        return tuple(getattr(self.reaction, "on", ("lithium", "dead_lithium")))

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
            "products": rates.products, "law": rates.law, **rates.sei,
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


@dataclass(frozen=True)
class CheckedOpenCircuit:
    """An open-circuit potential whose answers are checked."""

    law: OpenCircuitPotential
    name: str

    @property
    def bounds(self) -> tuple[float, float]:
        """Range of the lithiation; raises PluginError."""
        found = getattr(self.law, "bounds", None)
        try:
            low, high = map(float, found)  # type: ignore[arg-type]
            valid = 0.0 <= low < high <= 1.0
        except (TypeError, ValueError):
            valid = False
        if not valid:
            raise PluginError(
                f'"{self.name}": bounds is {found!r}; expected the lowest and the highest '
                "lithiation of the law, two numbers from 0 to 1 [E045]"
            )
        return low, high

    def potential(self, lithiation: float) -> tuple[float, float]:
        """See ``OpenCircuitPotential``; raises PluginError."""
        found = _asked(self.name, "potential", self.law.potential, lithiation)
        _check(self.name, "potential (U, dU/dx)", found, 2)
        return float(found[0]), float(found[1])

    def check_falls(self) -> None:
        """Raise PluginError unless U falls with the lithiation, at ``SAMPLES`` places."""
        places = np.linspace(*self.bounds, SAMPLES)
        values = np.array([self.potential(float(x))[0] for x in places])
        rising = np.flatnonzero(np.diff(values) > 0.0)
        if len(rising):
            low, high = places[rising[0]], places[rising[0] + 1]
            raise PluginError(
                f'"{self.name}": U rises from x = {low:.3g} to {high:.3g}; the open-circuit '
                "potential of a stable host falls with the lithiation. Correct it, or narrow its "
                "bounds [E059]"
            )


SAMPLES = 101
"""Places at which an open-circuit potential must fall."""


@dataclass(frozen=True)
class CheckedGrowth:
    """A law of SEI growth whose answers are checked.

    on  kinds of electrodes, of the scenario
    """

    law: Any
    name: str
    on: tuple[str, ...]

    @property
    def electrons(self) -> float:
        """z; raises PluginError."""
        return self._number("electrons")

    @property
    def lithium(self) -> float:
        """ν; raises PluginError."""
        return self._number("lithium")

    @property
    def species(self) -> Mapping[str, float]:
        """Dissolved species consumed; none unless the class states them."""
        return dict(getattr(self.law, "species", {}))

    def rate(self, film: SeiColumns, at: AtFacets) -> Mapping[str, Dual]:
        """See ``SeiGrowth``; raises PluginError."""
        rates = _asked(self.name, "rate", self.law.rate, film, at)
        if not isinstance(rates, Mapping) or not all(isinstance(r, Dual) for r in rates.values()):
            raise PluginError(
                f'"{self.name}": rate returned {type(rates).__name__}; expected a Dual of each '
                "component by its name [E038]"
            )
        for component, rate in rates.items():
            _check(self.name, f"rate of {component}", rate.value, at.size)
        return rates

    def _number(self, what: str) -> float:
        found = getattr(self.law, what, None)
        if not isinstance(found, int | float) or found <= 0.0:
            raise PluginError(
                f'"{self.name}": {what} is {found!r}; expected a positive number per mol of '
                "component [E039]"
            )
        return float(found)
