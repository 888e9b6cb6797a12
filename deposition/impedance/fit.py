"""Least-squares fit of a circuit to a measured spectrum, with confidence intervals.

The deviations of real and imaginary part are weighted by 1/|Z|: the error of a measurement is a
share of its value.  Resistances and time constants are fitted as logarithms; n between 0.5 and 1.
The fit begins at several sets of time constants, for each of which the resistances follow from a
linear problem without negative solutions.

The covariance is s² (JᵀJ)⁻¹ with the Jacobian J of the weighted deviations and their variance s²;
the interval at 95 % of a logarithm is ± t √(covariance) with Student's t.

Sources: Orazem & Tribollet, Electrochemical Impedance Spectroscopy, 2nd ed., 2017, ch. 19 (weights,
intervals); Lawson & Hanson, Solving Least Squares Problems, 1974, ch. 23 (start).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import least_squares, nnls
from scipy.stats import t as student

from deposition.common.errors import ScenarioError
from deposition.impedance.circuit import PARAMETERS, Circuit, unit_impedance
from deposition.laws.film import Complexes
from deposition.mesh.cell import Floats

CONFIDENCE = 0.95
STARTS = 6
"""Number of sets of time constants from which the fit begins: the best of all."""

GRID = 10
"""Time constants that are combined, over the range of the frequencies."""

FLATTEST = 0.5
"""Lower bound of n; an arc of n = 0.5 is that of diffusion."""

DETERMINED = 1.0
"""Half width of the interval of a logarithm, a factor of e, above which a value is not known."""


@dataclass(frozen=True)
class Value:
    """A fitted number with its interval at 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted circuit.

    circuit    with its arcs from high to low frequency
    values     by element and parameter, in the order of ``Circuit.names``
    deviation  root mean square of |Z_fit - Z|/|Z|
    """

    circuit: Circuit
    values: tuple[Value, ...]
    deviation: float

    def of(self, element: int, name: str) -> Value:
        """A parameter of an element, by its place in the circuit."""
        return self.values[self.circuit.names.index((element, name))]

    @property
    def arcs(self) -> list[int]:
        """Places of the arcs, from high to low frequency."""
        return [k for k, kind in enumerate(self.circuit.elements) if kind in ("RC", "RQ")]

    def impedance(self, frequency: Floats) -> Complexes:
        """(k,) Z of the fit, ohm cm²."""
        return self.circuit.impedance(frequency, np.array([v.value for v in self.values]))


def fit(circuit: Circuit, frequency: Floats, impedance: Complexes) -> Fit:
    """Fit a circuit to a spectrum; impedance in ohm cm².

    Raises ScenarioError if the spectrum has too few points, or does not determine a resistance.
    """
    count = len(circuit.names)
    if 2 * len(frequency) <= count:
        raise _undetermined(f"{len(frequency)} points cannot determine {count} parameters")
    weight = 1.0 / np.abs(impedance)
    best = None
    for start in _starts(circuit, frequency, impedance, weight):
        found = least_squares(
            _deviations,
            start.clip(*_bounds(circuit)),
            bounds=_bounds(circuit),
            args=(circuit, frequency, impedance, weight),
            x_scale="jac",
            xtol=1e-12,
            ftol=1e-12,
            gtol=1e-12,
            max_nfev=400,
        )
        if best is None or found.cost < best.cost:
            best = found
    assert best is not None
    half = _half_widths(best.jac, best.fun)
    fitted = zip(circuit.names, best.x, half, strict=True)
    values = [_value(name, x, width) for (_, name), x, width in fitted]
    _check(circuit, half, values)
    deviation = float(np.sqrt(2.0 * best.cost / len(frequency)))
    return _sorted(Fit(circuit, tuple(values), deviation))


def _deviations(
    x: Floats, circuit: Circuit, frequency: Floats, impedance: Complexes, weight: Floats
) -> Floats:
    off = weight * (circuit.impedance(frequency, _parameters(circuit, x)) - impedance)
    return np.concatenate([off.real, off.imag])


def _parameters(circuit: Circuit, x: Floats) -> Floats:
    """Parameters from the fitted vector: logarithms but for n."""
    is_exponent = np.array([name == "n" for _, name in circuit.names])
    return np.where(is_exponent, x, np.exp(np.where(is_exponent, 0.0, x)))


def _bounds(circuit: Circuit) -> tuple[Floats, Floats]:
    exponents = [name == "n" for _, name in circuit.names]
    return np.where(exponents, FLATTEST, -60.0), np.where(exponents, 1.0, 60.0)


def _starts(
    circuit: Circuit, frequency: Floats, impedance: Complexes, weight: Floats
) -> Iterator[Floats]:
    """The best starting vectors: time constants of a grid, and the resistances that follow."""
    taus = 1.0 / (2.0 * np.pi * np.geomspace(frequency.max(), frequency.min(), GRID))
    shaped = [kind for kind in circuit.elements if "tau" in PARAMETERS[kind]]
    target = np.concatenate([(weight * impedance).real, (weight * impedance).imag])
    found = []
    for chosen in combinations(taus, len(shaped)):
        left = iter(chosen)  # W, the last of the elements in time, has the longest
        of_arcs = [next(left) if k in ("RC", "RQ") else None for k in circuit.elements]
        rest = list(left)
        shapes = [
            [] if "tau" not in PARAMETERS[kind]
            else [tau if tau is not None else rest[-1], 0.9][: len(PARAMETERS[kind]) - 1]
            for kind, tau in zip(circuit.elements, of_arcs, strict=True)
        ]  # fmt: skip
        units = [
            weight * unit_impedance(kind, frequency, shape)
            for kind, shape in zip(circuit.elements, shapes, strict=True)
        ]
        columns = np.array([np.concatenate([unit.real, unit.imag]) for unit in units]).T
        sizes, misfit = nnls(columns, target)
        scale = np.abs(impedance).mean()
        vector = [
            np.log(max(size, 1e-3 * scale if kind != "L" else 1e-12)) if name in ("R", "L")
            else (np.log(shape[0]) if name == "tau" else shape[1])
            for kind, size, shape in zip(circuit.elements, sizes, shapes, strict=True)
            for name in PARAMETERS[kind]
        ]  # fmt: skip
        found.append((misfit, vector))
    for _, vector in sorted(found, key=lambda pair: pair[0])[:STARTS]:
        yield np.array(vector)


def _half_widths(jacobian: Floats, deviations: Floats) -> Floats:
    """(p,) half widths of the intervals of the fitted vector; inf where JᵀJ is singular."""
    freedom = len(deviations) - jacobian.shape[1]
    variance = float(deviations @ deviations) / freedom
    size = np.linalg.norm(jacobian, axis=0)
    scaled = jacobian / np.where(size > 0.0, size, 1.0)
    inverse = np.linalg.pinv(scaled.T @ scaled, rcond=1e-13)
    spread = np.sqrt(variance * np.maximum(np.diag(inverse), 0.0))
    half = np.divide(spread, size, out=np.full(len(size), np.inf), where=size > 0.0)
    return np.asarray(student.ppf(0.5 * (1.0 + CONFIDENCE), freedom) * half)


def _value(name: str, x: float, half: float) -> Value:
    if name == "n":
        return Value(x, max(x - half, 0.0), min(x + half, 1.0))
    low, high = (np.exp(min(max(x + s * half, -600.0), 600.0)) for s in (-1.0, 1.0))
    return Value(float(np.exp(x)), float(low), float(high))


def _check(circuit: Circuit, half: Floats, values: list[Value]) -> None:
    for (element, name), width, value in zip(circuit.names, half, values, strict=True):
        if name == "R" and not width <= DETERMINED:
            kind = circuit.elements[element]
            raise _undetermined(
                f"the resistance of element {element + 1} ({kind}) lies anywhere between "
                f"{value.low:.2g} and {value.high:.2g} ohm cm²"
            )


def _undetermined(problem: str) -> ScenarioError:
    return ScenarioError(
        f"the spectrum does not determine this circuit: {problem}. Choose a circuit with fewer "
        "elements, such as R-RQ, or measure over more decades of the frequency. [E978]"
    )


def _sorted(fitted: Fit) -> Fit:
    """The fit with its arcs in the order of their frequency, the highest first."""
    kinds = fitted.circuit.elements
    order = sorted(fitted.arcs, key=lambda k: fitted.of(k, "tau").value)
    arcs = iter(order)
    places = [next(arcs) if kind in ("RC", "RQ") else k for k, kind in enumerate(kinds)]
    circuit = Circuit(tuple(kinds[k] for k in places))
    values = [fitted.of(k, name) for k in places for name in PARAMETERS[kinds[k]]]
    return Fit(circuit, tuple(values), fitted.deviation)
