"""Equivalent circuits of a measured spectrum: elements in series.

    L    jωL                                  inductance of cables
    R    R                                    electrolyte, separator, contacts
    RC   R/(1 + jωτ),  τ = RC                 an ideal arc
    RQ   R/(1 + (jωτ)^n),  τ = (RQ)^(1/n)     a depressed arc, R beside a constant-phase element
    W    R tanh(√(jωτ))/√(jωτ)                salt diffusion between two electrodes, finite length

The arcs are written with their time constant τ instead of C or Q, so that the parameters of one arc
hardly depend on one another.

Sources: Barsoukov & Macdonald, Impedance Spectroscopy, 2nd ed., 2005, ch. 2 (elements); Brug et
al., J. Electroanal. Chem. 176 (1984) 275 (capacitance of a depressed arc, C = τ/R).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from deposition.common.errors import ScenarioError
from deposition.laws.film import Complexes
from deposition.mesh.cell import Floats

PARAMETERS = {
    "L": ("L",),
    "R": ("R",),
    "RC": ("R", "tau"),
    "RQ": ("R", "tau", "n"),
    "W": ("R", "tau"),
}
"""Parameters of each element; R in ohm cm², L in ohm cm² s, τ in s."""

MOST_ARCS = 3

_OTHER_NOTATION = (
    (r"p\(R_?\d*,CPE_?\d*\)", "RQ"),
    (r"p\(R_?\d*,C_?\d*\)", "RC"),
    (r"Ws_?\d*", "W"),
    (r"([LR])_?\d+", r"\1"),
)
"""The notation of other programs, R0-p(R1,CPE1)-Ws1."""


@dataclass(frozen=True)
class Circuit:
    """Elements in series, one bulk resistance among them."""

    elements: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Circuit:
        """From "R-RQ-RQ-W"; raises ScenarioError for any other text."""
        plain = text.replace(" ", "")
        for pattern, element in _OTHER_NOTATION:
            plain = re.sub(pattern, element, plain)
        elements = tuple(plain.split("-"))
        arcs = sum(element in ("RC", "RQ") for element in elements)
        known = all(element in PARAMETERS for element in elements)
        single = all(elements.count(element) <= 1 for element in ("L", "W"))
        if not known or not single or elements.count("R") != 1 or not 1 <= arcs <= MOST_ARCS:
            raise ScenarioError(
                f'--circuit "{text}": must be elements joined by "-": one R (bulk), one to '
                f"{MOST_ARCS} arcs RC or RQ (film, charge transfer), and at most one L (cables) "
                'and one W (salt diffusion), such as "R-RQ-RQ-W" [E977]'
            )
        return cls(elements)

    @property
    def names(self) -> list[tuple[int, str]]:
        """Element and parameter of each entry of the parameter vector."""
        return [(k, name) for k, kind in enumerate(self.elements) for name in PARAMETERS[kind]]

    def impedance(self, frequency: Floats, parameters: Floats) -> Complexes:
        """(k,) Z, ohm cm²; parameters in the order of ``names``."""
        total = np.zeros(len(frequency), dtype=np.complex128)
        place = 0
        for kind in self.elements:
            count = len(PARAMETERS[kind])
            resistance, *shape = parameters[place : place + count]
            total += resistance * unit_impedance(kind, frequency, shape)
            place += count
        return total


def unit_impedance(kind: str, frequency: Floats, shape: list[float]) -> Complexes:
    """(k,) Z of an element of R = 1 (L = 1); shape: τ, and n of an RQ."""
    s = 2j * np.pi * frequency
    if kind == "L":
        return np.asarray(s, dtype=np.complex128)
    if kind == "R":
        return np.ones(len(frequency), dtype=np.complex128)
    if kind == "W":
        root = np.sqrt(s * shape[0])
        return np.asarray(np.tanh(root) / root, dtype=np.complex128)
    exponent = shape[1] if kind == "RQ" else 1.0
    return np.asarray(1.0 / (1.0 + (s * shape[0]) ** exponent), dtype=np.complex128)
