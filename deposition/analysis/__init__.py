"""Quantities computed from a state: morphology, current distribution, dissipation, invariants."""
