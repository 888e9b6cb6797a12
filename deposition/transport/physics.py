"""What goes into the transport problem and what comes out."""

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
    """Laws and numbers of the transport problem.

    electrolyte, kinetics   laws
    temperature             K
    concentration           c0, mol/m³, where E_eq = 0 on flat lithium
    surface_energy          γ, J/m²
    molar_volume            V_m of lithium, m³/mol
    walls_move              lithium surfaces move as they plate and strip, so that they push the
                            anions and K is taken at the end of the step
    counter                 "lithium", or "reservoir" (c = c0 and φ = 0 there)
    counter_recedes         a lithium counter moves by its mean current (if walls move)
    dead_floats             dead lithium is a floating conductor; otherwise it passes no current
    pores                   of the separator that holds the electrolyte
    dissolved               further dissolved species
    reactions               beside charge transfer
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
        """The reaction of lithium under its film."""
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
    """Fields at the end of a step.

    fields             concentration, potential, current density, in the numbering of the cell
    voltage            φ_counter - φ_working, V; > 0 when plating
    total_current      into the working electrode, A (per metre of depth in 2D); > 0 plates
    newton_iterations  corrections of the nonlinear system
    lithium            (f,) mol/(m² s) gained by the metal
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
        """(n,) V, NaN outside the electrolyte and where nothing can react."""
        return self.fields.potential

    @property
    def current_density(self) -> Floats:
        """(f,) i_n, A/m², > 0 when depositing."""
        return self.fields.current_density


class Depleted(SolveError):
    """The current is above what the electrolyte can carry: the salt runs out somewhere.

    where (d,) µm; c_min, the concentration there when the solve stopped, mol/m³; said, what else
    is known of it.
    """

    def __init__(
        self, where: Floats, c_min: float, time: float | None = None, said: str = ""
    ) -> None:
        self.where = np.asarray(where, dtype=float)
        self.c_min = c_min
        self.time = time
        place = ", ".join(f"{x:.3g}" for x in self.where)
        when = "" if time is None else f" at {time:.6g} s"
        super().__init__(
            "the current is above what the electrolyte can carry: the salt is used up at "
            f"({place}) µm{when} (concentration falls to {c_min:.3g} mol/m³). "
            "Lower the current or voltage, or take a shorter gap, more salt, an electrolyte of "
            f"higher transference number or diffusivity, or a more open separator.{said}"
            " [E304]"
        )

    def at(self, time: float) -> Depleted:
        """The same, saying when (s)."""
        return Depleted(self.where, self.c_min, time)

    def saying(self, more: str) -> Depleted:
        """The same with a sentence more."""
        return Depleted(self.where, self.c_min, self.time, f" {more}")
