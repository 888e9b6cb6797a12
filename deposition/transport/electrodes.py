"""Electrodes of one cell as the transport problem sees them: a potential and a row each.

Every connected piece of metal that takes part is an electrode with one unknown potential φ_m and
one equation, the balance of its current,

    Σ i A = s I        s = 1 working, -1 counter, 0 floating;  I the total current, > 0 for plating

with the sum over its facets.  Equations contain differences of potential only, and the balances of
all electrodes that electrolyte connects add up to zero.  So one electrode of each connected system
is its reference: its potential is given (the gauge) in place of its balance, which then follows.
Voltages and currents do not depend on the gauge.  In a cell with a reservoir, the potential of the
reservoir is the gauge.

Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 11 (only differences of potential
are defined).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from deposition.laws.electrodes import PositiveElectrode
from deposition.laws.open_circuit import continued
from deposition.mesh.cell import COUNTER, Floats, Ints, Mask
from deposition.mesh.surface import Surface
from deposition.transport.pockets import Pockets


@dataclass(frozen=True)
class Electrode:
    """A piece of metal with a potential of its own.

    reference  its potential is the gauge of its connected system
    """

    reference: bool = False

    name: ClassVar[str] = "a floating conductor"
    share: ClassVar[float] = 0.0
    """s of its balance Σ i A = s I."""

    def host(self, total: float) -> tuple[float, float]:
        """U of the host (V), and dU/dI (V/A) at a total current (A); 0 for lithium."""
        return 0.0, 0.0


class FloatingConductor(Electrode):
    """Metal without a contact."""


class WorkingElectrode(Electrode):
    """Lithium and collector at one terminal."""

    name = "the working electrode"
    share = 1.0


class LithiumCounterElectrode(Electrode):
    """Lithium at the other terminal."""

    name = "the counter electrode"
    share = -1.0


@dataclass(frozen=True)
class InsertionElectrode(Electrode):
    """A positive electrode at the other terminal, whose facets see the potential φ_m - U(x).

        x = x_start - I Δt/(Q A)        at the end of the step

    law; start: x_start; per_total: Δt/(Q A), 1/A
    """

    law: PositiveElectrode | None = None
    start: float = 0.0
    per_total: float = 0.0

    name = "the counter electrode"
    share = -1.0

    def host(self, total: float) -> tuple[float, float]:
        """U(x) (V), and dU/dI (V/A), at a total current (A)."""
        assert self.law is not None
        value, slope = continued(self.law.open_circuit, self.start - total * self.per_total)
        return value, -slope * self.per_total


@dataclass(frozen=True, eq=False)
class ElectrodesOfCell:
    """All electrodes of a cell.

    all        in the order of their numbers: counter, working, floating
    of_facet   (f,) number of the electrode behind each facet; -1 for insulated metal
    """

    all: tuple[Electrode, ...]
    of_facet: Ints

    @property
    def reference(self) -> Mask:
        """(e,) electrodes that are the reference of their system."""
        return np.array([one.reference for one in self.all], dtype=bool)

    @property
    def share(self) -> Floats:
        """(e,) s of the balance Σ i A = s I."""
        return np.array([one.share for one in self.all])

    def number(self, kind: type[Electrode] | tuple[type[Electrode], ...]) -> int | None:
        """Number of the first electrode of a kind; None if there is none."""
        return next((k for k, one in enumerate(self.all) if isinstance(one, kind)), None)

    @property
    def working(self) -> int | None:
        """Number of the working electrode; None if there is none."""
        return self.number(WorkingElectrode)

    @property
    def counter(self) -> int | None:
        """Number of the counter electrode; None for a reservoir."""
        return self.number((LithiumCounterElectrode, InsertionElectrode))


def electrodes_of(
    surface: Surface, pockets: Pockets, counter: Electrode | None
) -> ElectrodesOfCell:
    """The electrodes of a cell; ``counter`` is None for a reservoir."""
    found = [] if counter is None else [counter]
    of_facet = np.full(surface.size, -1, dtype=np.int64)
    if counter is not None:
        of_facet[surface.on(COUNTER) | pockets.on_counter] = 0
    if surface.working.any():
        of_facet[surface.working] = len(found)
        found.append(WorkingElectrode())
    floating = pockets.floating >= 0
    of_facet[floating] = len(found) + pockets.floating[floating]
    found += [FloatingConductor(bool(held)) for held in pockets.reference]
    return ElectrodesOfCell(tuple(found), of_facet)
