"""Power losses of a cell by mechanism; ``power`` computes them."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class PowerLosses:
    """Power by mechanism, W (per metre of depth in 2D), or W/m² of projected area."""

    ohmic: float = 0.0
    concentration: float = 0.0
    film: float = 0.0
    charge_transfer: float = 0.0
    capillarity: float = 0.0
    positive_electrode: float = 0.0
    side_reactions: float = 0.0

    @property
    def total(self) -> float:
        """Their sum, I (V - U)."""
        return sum(self.by_mechanism.values())

    @property
    def by_mechanism(self) -> dict[str, float]:
        """The powers by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def per(self, amount: float) -> PowerLosses:
        """All divided by an area (m²) or a current (A)."""
        return PowerLosses(**{name: power / amount for name, power in self.by_mechanism.items()})


NO_LOSSES = PowerLosses()
