"""Parameters, solution and depletion error of the transport problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from deposition.common.errors import SolveError
from deposition.laws.charge_transfer import ChargeTransfer, Insertion
from deposition.laws.electrodes import Electrodes, PositiveElectrode
from deposition.laws.electrolyte import ElectrolyteLaw
from deposition.laws.ion_exchange import IonExchanger
from deposition.laws.kinetics import KineticsLaw
from deposition.laws.porous_lithium import PorousLithium
from deposition.laws.reactions import SALT, BoundaryReaction, Species, sample
from deposition.laws.sei_growth import GrowthReaction, SeiGrowthLaws
from deposition.laws.separator import FREE, Pores
from deposition.mesh.cell import Floats
from deposition.transport.fields import Fields
from deposition.transport.losses import PowerLosses


@dataclass(frozen=True, eq=False)
class SortedReaction:
    """A reaction, and what it exchanges.

    changes_film     it forms or consumes components of the SEI
    consumes         those that it consumes
    needs_electrons  a current passes with it
    of_traces        it exchanges species that are solved after the salt
    """

    reaction: BoundaryReaction
    changes_film: bool
    consumes: tuple[str, ...]
    needs_electrons: bool
    of_traces: bool


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
    exchanger               ion exchanger in the electrolyte, of two further species
    porous_lithium          dead lithium in the pores of the region ``separator``
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
    exchanger: IonExchanger | None = None
    porous_lithium: PorousLithium | None = None

    @property
    def coupled(self) -> tuple[Species, ...]:
        """Dissolved species that are solved with the salt."""
        return tuple(one for one in self.dissolved if not one.trace)

    @property
    def traces(self) -> tuple[Species, ...]:
        """Dissolved species that are solved after the salt."""
        return tuple(one for one in self.dissolved if one.trace)

    @cached_property
    def sorted_reactions(self) -> tuple[SortedReaction, ...]:
        """All reactions besides charge transfer, and SEI growth, with what each exchanges."""
        growth, traces = self.growth, {one.name for one in self.traces}
        components = [growth.films[k] for k in growth.columns]
        initial = {SALT: self.concentration, **{s.name: s.scale for s in self.dissolved}}
        at = sample(initial, components)
        found = []
        for one in (*(GrowthReaction(law) for law in growth.laws), *self.reactions):
            rates = one.rates(at)
            consumes = (name for name, rate in rates.sei.items() if np.any(rate.value < 0.0))
            electrons = rates.charge is not None
            of_traces = bool(traces & set(rates.species))
            found.append(
                SortedReaction(one, bool(rates.sei), tuple(consumes), electrons, of_traces)
            )
        return tuple(found)

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
    losses             function that computes the power by mechanism, W (per metre of depth in 2D)
    """

    fields: Fields
    voltage: float
    total_current: float
    newton_iterations: int
    losses: Callable[[], PowerLosses] = PowerLosses

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


class HostExhausted(SolveError):
    """The lithiation of the positive electrode leaves the range of its open-circuit potential."""


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
