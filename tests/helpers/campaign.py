"""Sizes of the random campaigns among the slow tests."""

from __future__ import annotations

from hypothesis import settings

CAMPAIGN = "campaign"
"""Profile of Hypothesis with which the campaigns have all their examples."""


def examples(few: int, many: int) -> int:
    """Number of random examples: ``few``, or ``many`` with ``--hypothesis-profile=campaign``."""
    return many if settings.get_current_profile_name() == CAMPAIGN else few
