"""Suggestions in messages: the nearest match, and the list of allowed words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """`` Did you mean "lithium"?`` with a leading space, or empty if no word is near.

    Of words that differ in case only, it suggests the first.
    """
    folded = {candidate.casefold(): candidate for candidate in reversed(list(allowed))}
    match = difflib.get_close_matches(word.strip().casefold(), list(folded), n=1, cutoff=0.5)
    return f' Did you mean "{folded[match[0]]}"?' if match else ""


def listing(allowed: Iterable[str]) -> str:
    """The allowed words in their order, separated by commas."""
    return ", ".join(allowed)
