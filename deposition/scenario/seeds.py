"""``[geometry.seeds]``: nuclei of lithium on a bare collector."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from deposition.common import units
from deposition.scenario.section import Section, Whole


class Seeds(Section):
    """Nuclei of lithium on a bare collector: half discs (2D) or half balls (3D).

    radius   of all of them
    sites    places on the collector, in the coordinates of the geometry
    spacing  instead of sites: one random site per spacing (2D) or spacing² (3D) of the collector
    seed     of the random sites, which it makes reproducible
    """

    radius: units.Length = Field(description='a length such as "0.5 um"')
    sites: tuple[tuple[units.Coordinate, ...], ...] = ()
    spacing: units.Length | None = None
    seed: Annotated[Whole, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _sites_or_density(self) -> Seeds:
        random = [self.spacing is not None, self.seed is not None]
        if any(random) == bool(self.sites) or any(random) != all(random):
            raise ValueError(
                'seeds need either sites, such as [["2 um", "0 um"], ["7 um", "0 um"]], or spacing '
                "and seed of random ones. State one of the two [E921]"
            )
        return self
