"""Links of the pages to files outside docs/, which GitHub shows and the site does not have."""

from __future__ import annotations

import re
from typing import Any

OUTSIDE = re.compile(r"\[([^\]]+)\]\((\.\./[^)\s]+)\)")


def on_page_markdown(markdown: str, config: Any, **_: Any) -> str:
    """Link to the repository that mkdocs.yml states; without one, only the name is left."""
    home = config.repo_url and config.repo_url.rstrip("/") + "/blob/main"

    def target(link: re.Match[str]) -> str:
        text, path = link[1], link[2].removeprefix("../")
        return f"[{text}]({home}/{path})" if home else text

    return OUTSIDE.sub(target, markdown)
