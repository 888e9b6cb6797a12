"""Power that a cell loses, by mechanism.

With η = φ_m - φ - E_eq + R i at each facet (``laws.charge_transfer``), the electrical power of the
cell less that of the open-circuit potential U of a positive electrode is, as an identity,

    I (V - U) = -Σ A i (φ_m - U) = P_ohmic + P_concentration + P_film + P_transfer + P_capillarity

    P_ohmic           ∫ i²/κ dV
    P_concentration   -Σ A i φ - ∫ i²/κ dV - Σ A i ν (RT/F) ln(c/c0): diffusion potential of the
                      electrolyte and Nernst potential of the electrodes; what relaxing salt gives
                      back is negative
    P_film            Σ A R_film i²
    P_transfer        -Σ A i η of lithium; of a positive electrode, with its resistance, apart
    P_capillarity     Σ A i γ V_m K/F, which the surface stores

over the facets of all electrodes, i > 0 into the metal; -Σ A i φ = -∫ i·∇φ dV because ∇·i = 0 holds
with the test function φ.  Currents of side reactions j give -Σ A j (φ_m - φ).

Source: Newman & Balsara, Electrochemical Systems, 4th ed., ch. 8, 11 and 12 (overpotentials).
"""

from __future__ import annotations

import numpy as np

from deposition.laws.reactions import SALT
from deposition.laws.thermodynamics import capillarity, thermal_voltage
from deposition.mesh.cell import Mask
from deposition.transport.electrodes import InsertionElectrode
from deposition.transport.losses import PowerLosses
from deposition.transport.system import System, Unknowns


def power_losses(system: System, unknowns: Unknowns) -> PowerLosses:
    """The losses at a solution of a system, W."""
    walls, at = system.walls, system.at_facets(unknowns)
    physics, area = walls.physics, walls.area
    current = np.where(walls.insulated, 0.0, unknowns.current)
    side = system.exchange(unknowns).side
    metal, lithium = physics.electrodes.lithium, ~_positive(system)
    volt = physics.electrolyte.nernst * thermal_voltage(physics.temperature)
    nernst = volt * np.log(at.concentration[SALT].value / physics.concentration)
    curved = at.curvature.value * capillarity(metal.surface_energy, metal.molar_volume) * lithium
    drop = walls.resistance * current
    overpotential = at.metal.value - at.potential.value - nernst + curved + drop
    flow = area * current
    transfer = -flow * overpotential
    ohmic = _ohmic(system, unknowns)
    electrolyte = -float(area @ ((current + side) * at.potential.value))
    return PowerLosses(
        ohmic=ohmic,
        concentration=electrolyte - ohmic - float(flow @ nernst),
        film=float(flow @ drop),
        charge_transfer=float(transfer @ lithium),
        capillarity=float(flow @ curved),
        positive_electrode=float(transfer @ ~lithium),
        side_reactions=-float(area @ (side * (at.metal.value - at.potential.value))),
    )


def _positive(system: System) -> Mask:
    """(m,) facets of a positive electrode."""
    found = np.zeros(system.facets, dtype=bool)
    for number, electrode in enumerate(system.electrodes.all):
        if isinstance(electrode, InsertionElectrode) and electrode.law is not None:
            found |= system.walls.on(number)
    return found


def _ohmic(system: System, unknowns: Unknowns) -> float:
    """∫ i²/κ dV, with the concentration in the middle of each simplex."""
    law, bulk = system.walls.physics.electrolyte, system.bulk
    c, grad_c, grad_phi, volumes = bulk.at_simplices(unknowns.concentration, unknowns.potential)
    current = law.current(c[:, None], grad_c, grad_phi)
    squared = np.sum(current**2, axis=1) / law.conductivity_at(c)
    # ε^b of the pores multiplies i and κ.
    return float((bulk.mesh.terms.efficiency * volumes) @ np.broadcast_to(squared, c.shape))
