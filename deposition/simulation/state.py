"""One recorded moment of a run: what every recorder, picture and comparison reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deposition.mesh.cell import Cell, Floats
from deposition.mesh.surface import Surface, SurfaceState
from deposition.protocol import BEGINNING, Progress, net

if TYPE_CHECKING:
    from deposition.protocol.events import Event
    from deposition.simulation.moment import Moment


@dataclass(frozen=True)
class Balance:
    """What a run must keep, and how well it did, up to this state (all dimensionless, >= 0).

    faraday_error      |V_metal - V_metal(0) - V_m Q/F| over what was swept, see
                       interface/balances.py
    salt_error         |salt - salt(0)| / salt(0), after the restore
    salt_correction    largest share of all salt restored after a re-cut, so far
    pool_correction    largest share of one pool's salt restored after a re-cut, so far
    volume_correction  largest departure from 1 of the factor on the advance, so far
    film_error         what is missing of the area of a film component or of the volume of film,
                       over all that was there or came in the step, worst so far
                       (interface/film_balance.py)
    dead_lithium_error |V - V(0)| / V of a floating body, worst so far
    dead_lithium_net_current  |Σ i_n A| / Σ |i_n| A of a floating body, worst of all steps so far
    """

    faraday_error: float = 0.0
    salt_error: float = 0.0
    salt_correction: float = 0.0
    pool_correction: float = 0.0
    volume_correction: float = 0.0
    film_error: float = 0.0
    dead_lithium_error: float = 0.0
    dead_lithium_net_current: float = 0.0


@dataclass(frozen=True)
class Effort:
    """What the last step cost: Newton iterations and seconds of wall time."""

    newton_iterations: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class State:
    """The cell at one time.

    step, time (s), time_step (s)
    density          mean over the projected area in the step, or at once where it takes no time,
                     A/m²; > 0 plates
    capacity         charge plated per projected area, C/m²
    voltage          phi_counter - phi_working, V; > 0 when plating; that of the step, solved on the
                     cell before it moved, on frames too
    concentration    (n,) mol/m³ at ``cell.points``; NaN outside the electrolyte
    potential        (n,) V, 0 on the counter metal; NaN outside the electrolyte
    current_density  (f,) i_n on each surface facet, A/m², > 0 when depositing
    metal_potential  (f,) V, of the metal behind each surface facet; NaN where nothing reacts
    resistance       (f,) film resistance of each surface facet, ohm m²
    void_area        area (2D) or volume (3D) of cut-off electrolyte so far, µm^d
    frame            whether potential and current were solved on this very cell: such states are
                     written as pictures; in between they are carried over from the cell before
    progress         the stage of the protocol, and how far it has come
    event            what has ended the stage here, if it was not its time or its charge
    moment           all that the run needs to go on from here; None where nobody will
    """

    step: int
    time: float
    time_step: float
    cell: Cell
    surface: Surface
    film: SurfaceState
    concentration: Floats
    potential: Floats
    current_density: Floats
    metal_potential: Floats
    resistance: Floats
    density: float
    capacity: float
    voltage: float
    void_area: float
    balance: Balance
    effort: Effort
    frame: bool = True
    progress: Progress = BEGINNING
    event: Event | None = None
    moment: Moment | None = None

    @property
    def net_capacity(self) -> float:
        """``capacity`` as it is stated, C/m²: 0 where it is but rounding of what has passed."""
        return net(self.capacity, self.progress.passed)
