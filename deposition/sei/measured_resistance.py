"""Factor by which the films of an electrode are scaled to a resistance measured by impedance.

The films cover shares a_k of the electrode (area of film k over the geometric area) and conduct in
parallel.  Their resistances R_k state ratios only; the factor s makes them s R_k, so that

    1/R = Σ_k a_k/(s R_k)              R is the film resistance: its arc is separate from that of
                                       the charge transfer, which the double layer shorts there
    1/R = Σ_k a_k/(s R_k + R_ct)       R includes the charge transfer, in series below each film

All at 298.15 K and zero current, per geometric area, ohm m².  For one electrode; a symmetric cell
has two in series, so that R is half of what its spectrum shows.

Source: Barsoukov & Macdonald, Impedance Spectroscopy, 2nd ed., 2005, ch. 2, for layers in
series and in parallel.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import brentq

from deposition.common.constants import OHM_CM2
from deposition.common.errors import LibraryError

_RANGE = 1e12
"""Bound of the factor and of its inverse."""


def film_scale(
    resistance: float, shares: Mapping[str, float], films: Mapping[str, float], transfer: float
) -> float:
    """The factor s.

    resistance  R of one electrode, ohm m²
    shares      a_k by film; their sum is the area of the surface over the geometric one
    films       R_k by film before scaling, ohm m²; 0 for bare surface
    transfer    R_ct, ohm m²; 0 if R is the film resistance alone

    Raises LibraryError if bare surface or the charge transfer alone conducts as well as R.
    """
    area = np.array(list(shares.values()))
    layers = np.array([films[name] for name in shares])
    bare = bool(np.any((layers == 0.0) & (area > 0.0)))
    if transfer == 0.0:
        if bare:
            raise _unreachable(resistance, "bare surface", transfer)
        return float(resistance * np.sum(area / layers))

    def excess(logarithm: float) -> float:
        return float(resistance * np.sum(area / (np.exp(logarithm) * layers + transfer)) - 1.0)

    limit = float(np.log(_RANGE))
    if excess(-limit) <= 0.0 or excess(limit) > 0.0:
        of = "bare surface" if excess(limit) > 0.0 else "the charge transfer"
        raise _unreachable(resistance, of, transfer)
    return float(np.exp(brentq(excess, -limit, limit, xtol=1e-14, rtol=1e-14)))


def _unreachable(resistance: float, because_of: str, transfer: float) -> LibraryError:
    stated = f"includes R_ct of {transfer / OHM_CM2:.4g}" if transfer else "is that of films alone"
    return LibraryError(
        f"sei.resistance, {resistance / OHM_CM2:.4g} ohm cm^2 per electrode, {stated} and cannot "
        f"be reached by scaling the films, because of {because_of}. State the kinetics and the "
        'bare surface of the measured electrode, or whether charge_transfer is "separate" or '
        '"included". [E951]'
    )
