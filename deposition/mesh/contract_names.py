"""The contract of physical names.

=================  ==========================================================================
regions            ``electrolyte``; ``separator`` (electrolyte in the pores of a solid); ``lithium``
                   (metal joined to the current collector); ``collector`` (a substrate that never
                   dissolves); ``dead_lithium`` and ``dead_lithium:NAME`` (isolated bodies).
                   Required are ``electrolyte`` or ``separator``, and ``lithium`` or ``collector``.
boundaries         ``counter``, the counter electrode (required); ``sei:NAME``, the film NAME on
                   a metal surface or on the counter electrode
without a name     exterior boundaries are insulated walls; metal surfaces carry the default film
=================  ==========================================================================

Region names belong to surfaces in 2D and volumes in 3D, boundary names one dimension lower.
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
    SEPARATOR,
    region_kind,
)

REGIONS = (ELECTROLYTE, SEPARATOR, LITHIUM, COLLECTOR, DEAD_LITHIUM, f"{DEAD_LITHIUM}:NAME")
BOUNDARIES = (COUNTER, f"{SEI_PREFIX}NAME")


def is_region_name(name: str) -> bool:
    """Return True for a name of the contract for surfaces (2D) or volumes (3D)."""
    if name in (ELECTROLYTE, SEPARATOR, LITHIUM, COLLECTOR, DEAD_LITHIUM):
        return True
    return region_kind(name) == DEAD_LITHIUM and _has_label(name)


def is_boundary_name(name: str) -> bool:
    """Return True for a name of the contract for curves (2D) or surfaces (3D)."""
    return name == COUNTER or (name.startswith(SEI_PREFIX) and _has_label(name))


def _has_label(name: str) -> bool:
    label = name.split(":", 1)[1] if ":" in name else ""
    return bool(label) and label == label.strip()


def check_region_name(name: str, where: str) -> None:
    """Raise GeometryError unless ``name`` is a region name; ``where`` is stated in the message."""
    if is_region_name(name):
        return
    if is_boundary_name(name):
        raise GeometryError(
            f'{where} is named "{name}", which is a boundary name. Region names are '
            f"{listing(REGIONS)}."
            " [E124]"
        )
    raise GeometryError(
        f"{where} {_unknown(name)}. Region names are {listing(REGIONS)}."
        f"{did_you_mean(name, REGIONS)}"
        " [E125]"
    )


def check_boundary_name(name: str, where: str) -> None:
    """Raise GeometryError unless ``name`` is a boundary name; ``where`` as above."""
    if is_boundary_name(name):
        return
    if is_region_name(name):
        raise GeometryError(
            f'{where} is named "{name}", which is a region name (one dimension higher). Draw the '
            f"{region_kind(name).replace('_', ' ')} as a region and give that the name. Boundary "
            f"names are {listing(BOUNDARIES)}."
            " [E126]"
        )
    raise GeometryError(
        f"{where} {_unknown(name)}. Boundary names are {listing(BOUNDARIES)}."
        f"{did_you_mean(name, BOUNDARIES)}"
        " [E127]"
    )


def _unknown(name: str) -> str:
    if not name:
        return "belongs to a physical group with a number but no name (see geometry.tags)"
    return f'has the unknown name "{name}"'
