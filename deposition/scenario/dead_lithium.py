"""What dead lithium does with the current."""

from __future__ import annotations

from typing import Literal

from deposition.scenario.section import Section


class DeadLithium(Section):
    """Lithium that has no connection to the electrodes: of the geometry, or pinched off.

    kind  "insulating": it passes no current, as under a thick film; "floating": a conductor without
          net current, which dissolves at one end and grows at the other (Liu et al., Nature 600
          (2021) 659)
    """

    kind: Literal["insulating", "floating"] = "insulating"

    @property
    def floats(self) -> bool:
        """Whether it is a floating conductor."""
        return self.kind == "floating"
