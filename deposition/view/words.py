"""Labels of fields as plain text, for a page that does not know mathtext."""

from __future__ import annotations

import re

HIGH = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")


def plain(label: str) -> str:
    """``Li$^+$ flux (mol m$^{-3}$)`` as ``Li⁺ flux (mol m⁻³)``."""
    return re.sub(r"\$\^\{?([-+\d]+)\}?\$", lambda found: found[1].translate(HIGH), label)


def unit_of(label: str) -> str:
    """The unit in the brackets at the end of a label."""
    found = re.search(r"\(([^()]+)\)$", plain(label))
    return found[1] if found else ""
