"""The documentation pages and the code blocks in them."""

from __future__ import annotations

import re

from deposition.common import package_data as shipped

ROOT = shipped.PACKAGE.parent


BLOCK = re.compile(r"^```(?:toml|geo)\n((?:#|//) ([\w-]+\.(?:toml|geo)).*?)^```$", re.M | re.S)
"""A fenced block that begins with the name of its file, in a comment."""


def page(name: str) -> str:
    """The text of a page."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")
