"""Parameters, solution and depletion error of the transport problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from deposition.common.errors import SolveError
from deposition.laws.charge_transfer import ChargeTransfer
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.kinetics import KineticsLaw
from deposition.laws.reactions import BoundaryReaction, Species
from deposition.laws.separator import FREE, Pores
from deposition.mesh.cell import Floats
from deposition.transport.fields import Fields


@dataclass(frozen=True)
class TransportPhysics:
    """Laws and parameters of the transport problem.

    electrolyte, kinetics   laws
    temperature             K
    concentration           c0, mol/m³, where E_eq = 0 on flat lithium
    surface_energy          γ, J/m²
    molar_volume            V_m of lithium, m³/mol
    walls_move              lithium surfaces move during plating and stripping: they displace the
                            anions, and K is evaluated at the end of the step
    counter                 "lithium", or "reservoir" (c = c0 and φ = 0)
    counter_recedes         a lithium counter electrode moves by its mean current (if walls move)
    dead_floats             dead lithium is a floating conductor; otherwise it is insulated
    pores                   of the separator, filled by the electrolyte
    dissolved               further dissolved species
    reactions               besides charge transfer
    """

    electrolyte: ElectrolyteLaw
    kinetics: KineticsLaw
    temperature: float
    concentration: float
    surface_energy: float
    molar_volume: float
    walls_move: bool = True
    counter: Literal["lithium", "reservoir"] = "lithium"
    counter_recedes: bool = True
    dead_floats: bool = False
    pores: Pores = FREE
    dissolved: tuple[Species, ...] = ()
    reactions: tuple[BoundaryReaction, ...] = ()

    @property
    def charge_transfer(self) -> ChargeTransfer:
        """Charge transfer of lithium through its SEI."""
        return ChargeTransfer(
            self.kinetics,
            self.electrolyte.nernst,
            self.temperature,
            self.concentration,
            self.surface_energy,
            self.molar_volume,
        )


@dataclass(frozen=True, eq=False)
class Solution:
    """Fields at the end of a time step.

    fields             in the numbering of the cell
    voltage            φ_counter - φ_working, V, > 0 for plating
    total_current      into the working electrode, A (per metre of depth in 2D), > 0 for plating
    newton_iterations  iterations of Newton's method
    """

    fields: Fields
    voltage: float
    total_current: float
    newton_iterations: int

    @property
    def concentration(self) -> Floats:
        """(n,) mol/m³, NaN outside the electrolyte."""
        return self.fields.concentration

    @property
    def potential(self) -> Floats:
        """(n,) V, NaN outside the electrolyte and in pockets without reaction."""
        return self.fields.potential

    @property
    def current_density(self) -> Floats:
        """(f,) i_n, A/m², > 0 for deposition."""
        return self.fields.current_density


class Depleted(SolveError):
    """The salt is depleted: the current exceeds the limiting current of the electrolyte.

    where (d,) µm; c_min, the concentration there when Newton's method stopped, mol/m³; time, s;
    note, a further sentence of the message.
    """

    def __init__(
        self, where: Floats, c_min: float, time: float | None = None, note: str = ""
    ) -> None:
        self.where = np.asarray(where, dtype=float)
        self.c_min = c_min
        self.time = time
        position = ", ".join(f"{x:.3g}" for x in self.where)
        when = "" if time is None else f" at {time:.6g} s"
        super().__init__(
            f"the salt is depleted at ({position}) µm{when}: the concentration falls to "
            f"{c_min:.3g} mol/m³. The current exceeds the limiting current of the electrolyte. "
            "Lower the current or voltage, or use a smaller electrode distance, a higher salt "
            "concentration, an electrolyte with a higher transference number or diffusivity, or "
            f"a separator of higher porosity.{note}"
            " [E304]"
        )

    def at(self, time: float) -> Depleted:
        """Return the error with the time (s) of depletion."""
        return Depleted(self.where, self.c_min, time)

    def with_note(self, note: str) -> Depleted:
        """Return the error with a further sentence."""
        return Depleted(self.where, self.c_min, self.time, f" {note}")
