"""The metals of a cell: lithium, the counter electrode, dead lithium.

Everything that is known of an electrode stands here once, for transport and interface alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from deposition.laws.kinetics import KineticsLaw
from deposition.laws.open_circuit import OpenCircuitPotential


@dataclass(frozen=True)
class Lithium:
    """Lithium metal: molar volume V_m, m³/mol, and surface energy γ, J/m²."""

    molar_volume: float
    surface_energy: float


@dataclass(frozen=True)
class LithiumCounter:
    """A counter electrode of lithium metal, at which only Li⁺ reacts.

    recedes: it moves as a whole by the lithium that it dissolves (where surfaces move at all), so
    that the mean concentration of the salt stays.
    """

    recedes: bool = True

    is_metal: ClassVar[bool] = True


@dataclass(frozen=True)
class Reservoir:
    """Bulk electrolyte in place of a counter electrode: c = c0 and a fixed potential."""

    is_metal: ClassVar[bool] = False
    recedes: ClassVar[bool] = False


@dataclass(frozen=True)
class PositiveElectrode:
    """A lumped insertion electrode as the counter electrode: one lithiation x for all of it.

        dx/dt = (Σ i_n A + F Σ r A) / (Q A),      φ_m - φ = U(x) + E_eq + η - (R_film + R) i_n

    with i_n < 0 (delithiation) while lithium plates, r the lithium that other reactions insert,
    mol/(m² s), and the sums over its facets of total area A.  It does not move, and displaces no
    electrolyte.  The potential of its host is uniform; the current on it is local.

    open_circuit  U(x) against lithium in the electrolyte at c0, V
    kinetics      per geometric area
    capacity      Q, charge from x = 0 to x = 1 per geometric area, C/m²
    lithiation    x at the start
    resistance    R, contacts and the electronic part of the electrode, ohm m²

    Source: Doyle, Fuller & Newman, J. Electrochem. Soc. 140 (1993) 1526, in the limit of fast
    transport within the electrode.
    """

    open_circuit: OpenCircuitPotential
    kinetics: KineticsLaw
    capacity: float
    lithiation: float
    resistance: float = 0.0

    is_metal: ClassVar[bool] = True
    recedes: ClassVar[bool] = False


@dataclass(frozen=True)
class DeadLithium:
    """Lithium that is joined to no electrode.

    floats  it is a conductor of zero net current, which dissolves at one end and grows at the other
            (Liu et al., Nature 600 (2021) 659); otherwise it passes no current
    reacts  chemical reactions take place on it
    """

    floats: bool = False
    reacts: bool = False

    @property
    def moves(self) -> bool:
        """True if its surface moves."""
        return self.floats or self.reacts


CounterElectrode = LithiumCounter | Reservoir | PositiveElectrode


@dataclass(frozen=True)
class Electrodes:
    """All electrodes of a cell.

    lithium       of the working electrode, of dead lithium and of a lithium counter electrode
    counter       the electrode opposite
    dead_lithium  joined to neither
    move          surfaces of lithium move: they displace the anions, and K is taken at the end of
                  the step
    """

    lithium: Lithium
    counter: CounterElectrode = LithiumCounter()
    dead_lithium: DeadLithium = DeadLithium()
    move: bool = True

    @property
    def counter_recedes(self) -> bool:
        """True if the counter electrode moves by its mean current."""
        return self.move and self.counter.recedes

    @property
    def salt_is_kept(self) -> bool:
        """True if no salt enters or leaves the cell."""
        return self.counter.is_metal

    @property
    def lithiation(self) -> float:
        """Initial lithiation of a positive electrode; NaN if there is none."""
        return self.counter.lithiation if isinstance(self.counter, PositiveElectrode) else math.nan

    def lithiation_after(self, lithiation: float, charge: float, area: float) -> float:
        """x of a positive electrode of an area (m²) after a charge through the cell (A s, > 0
        plates); NaN if there is none."""
        if not isinstance(self.counter, PositiveElectrode):
            return lithiation
        return lithiation - charge / (self.counter.capacity * area)
