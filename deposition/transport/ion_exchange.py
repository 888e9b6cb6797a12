"""Exchange of a time step between electrolyte and a stirred ion exchanger.

The exchanger takes of an ion in proportion to its local concentration, and releases the other
evenly.  It acts before the implicit step, which is the same as a source S in it,

    M (c - c_exchanged)/Δt = M (c - c_old)/Δt - S,     M (c_exchanged - c_old) = S Δt
"""

from __future__ import annotations

import numpy as np

from deposition.laws.ion_exchange import IonExchanger
from deposition.mesh.cell import Floats


def exchange(
    exchanger: IonExchanger, loading: Floats, ions: Floats, volume: Floats, time_step: float
) -> tuple[Floats, Floats]:
    """Concentrations (n, 2) of the ion taken up and of the one released, mol/m³, and the loading
    (j,), after a step (s).

    loading, ions  at its start; volume (n,) of electrolyte at each node, m³ (m² in 2D)
    """
    # Contiguous, so that sums do not depend on how a checkpoint stores an array.
    content = volume * np.ascontiguousarray(ions.T)
    taken, released = content.sum(axis=1) / volume.sum()
    after = exchanger.after(loading, taken, released, float(volume.sum()), time_step)
    amount = exchanger.amount * float((after - loading).sum())
    lost, gained = (0, 1) if amount > 0.0 else (1, 0)
    content[lost] *= 1.0 - abs(amount) / max(float(content[lost].sum()), 1e-300)
    content[gained] += abs(amount) * volume / volume.sum()
    return (content / volume).T, after
