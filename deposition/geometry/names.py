"""The contract of physical names.

=================  ==========================================================================
regions            ``electrolyte``; ``lithium`` (metal joined to the current collector);
                   ``collector`` (a substrate that never dissolves); ``dead_lithium`` and
                   ``dead_lithium:NAME`` (isolated bodies).  ``electrolyte``, and ``lithium`` or
                   ``collector``, are required.
boundaries         ``counter``, the counter electrode (required); ``sei:NAME``, the film NAME on
                   a surface of metal or on the counter electrode
everything else    outer edges without a name are insulated walls; metal without a ``sei:`` name
                   carries the fresh film of the electrolyte
=================  ==========================================================================

Regions are named on surfaces in 2D and on volumes in 3D, boundaries one dimension lower.
"""

from __future__ import annotations

from deposition.common.errors import GeometryError
from deposition.common.suggest import did_you_mean, listing
from deposition.mesh.cell import (
    COLLECTOR,
    COUNTER,
    DEAD_LITHIUM,
    ELECTROLYTE,
    LITHIUM,
    SEI_PREFIX,
    region_kind,
)

REGIONS = (ELECTROLYTE, LITHIUM, COLLECTOR, DEAD_LITHIUM, f"{DEAD_LITHIUM}:NAME")
BOUNDARIES = (COUNTER, f"{SEI_PREFIX}NAME")


def is_region_name(name: str) -> bool:
    """Whether a surface (2D) or volume (3D) may carry this name."""
    if name in (ELECTROLYTE, LITHIUM, COLLECTOR, DEAD_LITHIUM):
        return True
    return region_kind(name) == DEAD_LITHIUM and _has_label(name)


def is_boundary_name(name: str) -> bool:
    """Whether a curve (2D) or surface (3D) may carry this name."""
    return name == COUNTER or (name.startswith(SEI_PREFIX) and _has_label(name))


def _has_label(name: str) -> bool:
    label = name.split(":", 1)[1] if ":" in name else ""
    return bool(label) and label == label.strip()


def check_region_name(name: str, where: str) -> None:
    """Raise GeometryError unless ``name`` may stand on the region ``where``."""
    if is_region_name(name):
        return
    if is_boundary_name(name):
        raise GeometryError(
            f'{where} is named "{name}", which is a name for boundaries; regions are named '
            f"{listing(REGIONS)}"
            " [E124]"
        )
    raise GeometryError(
        f"{where} {_unknown(name)}; regions are named {listing(REGIONS)}."
        f"{did_you_mean(name, REGIONS)}"
        " [E125]"
    )


def check_boundary_name(name: str, where: str) -> None:
    """Raise GeometryError unless ``name`` may stand on the boundary ``where``."""
    if is_boundary_name(name):
        return
    if is_region_name(name):
        raise GeometryError(
            f'{where} is named "{name}", which is a name for regions (one dimension higher); '
            f"boundaries are named {listing(BOUNDARIES)}"
            " [E126]"
        )
    raise GeometryError(
        f"{where} {_unknown(name)}; boundaries are named {listing(BOUNDARIES)}."
        f"{did_you_mean(name, BOUNDARIES)}"
        " [E127]"
    )


def _unknown(name: str) -> str:
    if not name:
        return "is in a physical group that has a number but no name"
    return f'has the unknown name "{name}"'
