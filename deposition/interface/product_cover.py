"""Area that a film of reaction products takes over from film that has been consumed.

The products of a reaction, such as Li3N and Li2O of nitrate, cover metal that is bare or whose film
has been consumed (thinner than ``BARE``).  They lie side by side in proportion to their volumes:

    as long as they are thinner than ``BARE`` themselves, the open area and their own is theirs,
    f_j = f_open w_j / Σ w;  later they take what becomes open, Δf_j = Δf_open Δw_j / Σ Δw

Film that is left, of another component, keeps its area.  Areas and volumes are of facets, per area,
or of markers.

Source: a choice; that products cover bare metal alone is the law of ``laws.nitrate``.
"""

from __future__ import annotations

import numpy as np

from deposition.laws.sei_columns import BARE
from deposition.mesh.cell import Floats, Ints


def taken_over(area: Floats, volume: Floats, gained: Floats, products: Ints) -> Floats:
    """Areas (r, k) after a step in which volumes were ``gained``; volume (r, k) after it.

    products  columns of the components that cover bare metal
    """
    formed = np.zeros_like(area)
    formed[:, products] = np.maximum(gained[:, products], 0.0)
    rows = np.flatnonzero(formed.any(axis=1))
    if not len(rows):
        return area
    found, formed, own = area[rows], formed[rows], np.zeros(area.shape[1], dtype=bool)
    own[products] = True
    consumed = volume[rows] <= BARE * found
    there = np.where(own, np.maximum(volume[rows], 0.0), 0.0)
    given_up = consumed & ~(own & (formed > 0.0))
    open_area = (found * (given_up | own)).sum(axis=1)
    thin = there.sum(axis=1) <= BARE * open_area
    share = np.where(thin[:, None], there, formed)
    total = share.sum(axis=1, keepdims=True)
    released = np.where(thin[:, None], given_up | own, given_up) & (total > 0.0)
    pool = (found * released).sum(axis=1, keepdims=True)
    share = share / np.where(total > 0.0, total, 1.0)
    result = area.copy()
    result[rows] = np.where(released, 0.0, found) + pool * share
    return result
