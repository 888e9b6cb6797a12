"""``[dead_lithium]``: electrical behaviour of dead lithium."""

from __future__ import annotations

from typing import Literal

from deposition.scenario.section import Section


class DeadLithium(Section):
    """Lithium that is not connected to an electrode: in the geometry, or pinched off.

    kind  "insulating": no current, as under a thick film; "floating": a conductor of zero net
          current, which dissolves at one end and grows at the other (Liu et al., Nature 600 (2021)
          659)
    """

    kind: Literal["insulating", "floating"] = "insulating"

    @property
    def floats(self) -> bool:
        """True if it is a floating conductor."""
        return self.kind == "floating"
