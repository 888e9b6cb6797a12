"""Checks of a scenario before a run, for ``deposition check``."""
