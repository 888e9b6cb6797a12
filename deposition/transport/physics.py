"""Parameters, solution and depletion error of the transport problem."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from deposition.common.errors import SolveError
from deposition.laws.charge_transfer import ChargeTransfer, Insertion
from deposition.laws.electrodes import Electrodes, PositiveElectrode
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.kinetics import KineticsLaw
from deposition.laws.reactions import SALT, BoundaryReaction, Species, sample
from deposition.laws.sei_growth import SeiGrowthLaws
from deposition.laws.separator import FREE, Pores
from deposition.mesh.cell import Floats
from deposition.transport.fields import Fields


@dataclass(frozen=True)
class TransportPhysics:
    """Laws and parameters of the transport problem.

    electrolyte, kinetics   laws
    temperature             K
    concentration           c0, mol/m³, where E_eq = 0 on flat lithium
    electrodes              lithium, counter electrode and dead lithium, and whether they move
    pores                   of the separator, filled by the electrolyte
    dissolved               further dissolved species
    reactions               besides charge transfer
    growth                  laws of SEI growth
    """

    electrolyte: ElectrolyteLaw
    kinetics: KineticsLaw
    temperature: float
    concentration: float
    electrodes: Electrodes
    pores: Pores = FREE
    dissolved: tuple[Species, ...] = ()
    reactions: tuple[BoundaryReaction, ...] = ()
    growth: SeiGrowthLaws = field(default_factory=SeiGrowthLaws)

    @property
    def coupled(self) -> tuple[Species, ...]:
        """Dissolved species that are solved with the salt."""
        return tuple(one for one in self.dissolved if not one.trace)

    @property
    def traces(self) -> tuple[Species, ...]:
        """Dissolved species that are solved after the salt."""
        return tuple(one for one in self.dissolved if one.trace)

    def reactions_of(self, species: tuple[Species, ...]) -> tuple[BoundaryReaction, ...]:
        """The reactions that exchange one of these species."""
        names = {one.name for one in species}
        at = sample({SALT: self.concentration, **{s.name: s.scale for s in self.dissolved}})
        return tuple(r for r in self.reactions if names & set(r.rates(at).species))

    @property
    def charge_transfer(self) -> ChargeTransfer:
        """Charge transfer of lithium through its SEI."""
        return ChargeTransfer(
            self.kinetics,
            self.electrolyte.nernst,
            self.temperature,
            self.concentration,
            self.electrodes.lithium,
        )

    @property
    def counter_reaction(self) -> BoundaryReaction | None:
        """Charge transfer at the counter electrode; None at a reservoir."""
        counter = self.electrodes.counter
        if isinstance(counter, PositiveElectrode):
            return Insertion(
                counter.kinetics,
                self.electrolyte.nernst,
                self.temperature,
                self.concentration,
                counter.resistance,
            )
        return self.charge_transfer if counter.is_metal else None

    def limit(self, electrode: str, concentration: Floats) -> Floats:
        """(m,) limiting current density of charge transfer, A/m²; inf for laws without one.

        electrode "working" or "counter"; concentration (m,), mol/m³
        """
        counter = self.electrodes.counter
        if electrode == "counter" and isinstance(counter, PositiveElectrode):
            return counter.kinetics.limit(concentration)
        return self.kinetics.limit(concentration)


@dataclass(frozen=True, eq=False)
class Solution:
    """Fields at the end of a time step.

    fields             in the numbering of the cell
    voltage            φ_counter - φ_working, V, > 0 for plating; NaN without a working electrode
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


@dataclass(frozen=True, eq=False)
class StepSolution:
    """A time step on a cell that stays.

    end            the solution at the end of the step
    mean           its fields, with the mean rates of the step: currents, chemical rates, SEI growth
    total_current  mean, A (per metre of depth in 2D), > 0 for plating
    error          relative error of c - c0, see ``transport.time_integration``
    """

    end: Solution
    mean: Fields
    total_current: float
    error: float = 0.0


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
